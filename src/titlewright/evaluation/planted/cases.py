"""The planted-error set: labelled titles for measuring a detector of unsupported words.

Clean titles and justified rewordings must pass, titles with one planted error must not.
The same products, seed and limit always give the same cases.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Literal

from titlewright.errors import FeedError, RecordError
from titlewright.evaluation.planted import claims, numbers, words
from titlewright.evaluation.planted.bases import Base, base_title
from titlewright.evaluation.planted.facts import fact_cases
from titlewright.evaluation.planted.plants import Plant, Planter, Pool
from titlewright.evaluation.planted.rewordings import RULES, RULES_ZH, reworded
from titlewright.evaluation.planted.splits import split_of
from titlewright.evaluation.stated import fold
from titlewright.records import Product

PLANTERS: dict[str, Planter] = {
    "colour": words.colour,
    "colour-trap": words.colour_trap,
    "brand": words.brand,
    "brand-trap": words.brand_trap,
    "material": words.material,
    "product type": words.product_type,
    "gender": words.gender,
    "number": numbers.number,
    "number-moved": numbers.number_moved,
    "unit": numbers.unit,
    "count": numbers.count,
    "model": numbers.model,
    "claim": claims.claim,
    "negation": claims.negation,
}
SUPPORTED_KINDS = ("clean", "rewording")
BUILT = "built: "  # variants made from an added sentence
NATURAL_REWORDINGS = 0.75  # at most this share of the rewordings is of the seller's own facts
# Shares of the cases of one set; errors are half, so that precision isn't flattered.
SHARES: dict[Literal["clean", "rewording", "error"], float] = {
    "clean": 0.2,
    "rewording": 0.3,
    "error": 0.5,
}


@dataclass(frozen=True, slots=True)
class Case:
    """A title of a product, and whether the product supports it.

    `kind` is "clean", "rewording" or the kind of error; `variant` how it was made; `planted` the
    changed words and `original` what stood there. `leak`: the base title stands word for word in
    the product. `edited`: unstated words were deleted from the seller's title.
    """

    product: Product
    title: str
    supported: bool
    kind: str
    variant: str = ""
    planted: str = ""
    original: str = ""
    dataset: str = ""
    split: str = ""
    leak: bool = False
    edited: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "product": self.product.to_json(),
            "title": self.title,
            "supported": self.supported,
            "kind": self.kind,
            "variant": self.variant,
            "planted": self.planted,
            "original": self.original,
            "set": self.dataset,
            "split": self.split,
            "leak": self.leak,
            "edited": self.edited,
        }

    @classmethod
    def from_json(cls, data: Any) -> Case:
        """Read a case; "product", "title" and "supported" must be there."""
        if not isinstance(data, dict) or not isinstance(data.get("title"), str):
            raise RecordError("A case must be a JSON object with a title.", field="title")
        if not isinstance(data.get("supported"), bool):
            raise RecordError(
                f"supported must be true or false, not {data.get('supported')!r}.",
                field="supported",
            )
        return cls(
            product=Product.from_json(data.get("product")),
            title=data["title"],
            supported=data["supported"],
            kind=str(data.get("kind") or ("clean" if data["supported"] else "error")),
            variant=str(data.get("variant", "")),
            planted=str(data.get("planted", "")),
            original=str(data.get("original", "")),
            dataset=str(data.get("set", "")),
            split=str(data.get("split", "")),
            leak=bool(data.get("leak", False)),
            edited=bool(data.get("edited", False)),
        )


def build_cases(
    dataset: str,
    products: Iterable[tuple[Product, str]],
    *,
    seed: int = 0,
    limit: int = 800,
    most_products: int = 2500,
) -> list[Case]:
    """At most `limit` cases of one data set, balanced over kinds.

    `products` are (product with its seller title, grouping key); products of one key fall into
    the same split. Titles are the label's ground, never part of the case's product.
    """
    rng = Random(f"{seed}:{dataset}")
    keyed = [(product, key) for product, key in products if product.title]
    rng.shuffle(keyed)
    brands = sorted({product.brand for product, _ in keyed if 2 < len(product.brand) < 25})
    bases = [
        (base, split_of(f"{dataset}:{key}"))
        for product, key in _one_of_each_key(keyed)[:most_products]
        if (base := base_title(product)) is not None
    ]
    cases: list[Case] = []
    for split in ("dev", "test"):
        pool = Pool(split, tuple(name for name in brands if split_of(name) == split))
        split_rng = Random(f"{seed}:{dataset}:{split}")
        made: dict[str, list[Case]] = defaultdict(list)
        for base, own_split in bases:
            if own_split == split:
                for case in _all_cases(base, split_rng, pool, dataset):
                    made[case.kind].append(case)
        cases += _balanced(made, limit // 2, split_rng)
    return cases


def _one_of_each_key(keyed: Sequence[tuple[Product, str]]) -> list[tuple[Product, str]]:
    first: dict[str, tuple[Product, str]] = {}
    for product, key in keyed:
        first.setdefault(key, (product, key))
    return list(first.values())


def _all_cases(base: Base, rng: Random, pool: Pool, dataset: str) -> Iterator[Case]:
    def case(supported: bool, kind: str, plant: Plant) -> Case:
        return Case(
            product=plant.product or base.product,
            title=plant.title,
            supported=supported,
            kind=kind,
            variant=plant.variant,
            planted=plant.planted,
            original=plant.original,
            dataset=dataset,
            split=pool.split,
            leak=base.leak,
            edited=base.edited,
        )

    yield case(True, "clean", Plant(base.title, "", variant="leak" if base.leak else ""))
    own_brand = fold(base.product.brand if fold(base.product.brand) in fold(base.title) else "")
    for name, rule in (RULES_ZH if base.language == "zh" else RULES).items():
        new = reworded(base.title, rule)
        if new is not None and own_brand in fold(new):  # brands are never reworded
            yield case(True, "rewording", Plant(new, "", base.title, name))
    for kind, planter in PLANTERS.items():
        plant = planter(base, rng, pool)
        if plant is not None and plant.title != base.title:
            yield case(False, kind, plant)
    for supported, kind, plant in fact_cases(base, rng):
        yield case(supported, kind, plant)


def _balanced(made: dict[str, list[Case]], limit: int, rng: Random) -> list[Case]:
    """Equal parts of every error kind and of every rewording, as far as there are enough."""
    errors = {kind: cases for kind, cases in made.items() if kind not in SUPPORTED_KINDS}
    variants: dict[str, list[Case]] = defaultdict(list)
    for case in made["rewording"]:
        variants[case.variant].append(case)
    built = {name: variants.pop(name) for name in list(variants) if name.startswith(BUILT)}
    rewordings = int(limit * SHARES["rewording"])
    chosen = _fair_shares({"clean": made["clean"]}, int(limit * SHARES["clean"]), rng)
    natural = _fair_shares(variants, int(rewordings * NATURAL_REWORDINGS), rng)
    chosen += natural + _fair_shares(built, rewordings - len(natural), rng)
    return chosen + _fair_shares(errors, int(limit * SHARES["error"]), rng)


def _fair_shares(groups: dict[str, list[Case]], total: int, rng: Random) -> list[Case]:
    """`total` cases, one of each group in turn until the groups are empty.

    Cases on the seller's own facts come before most of the built ones.
    """
    queues = {
        name: sorted(cases, key=lambda case: rng.random() - 0.7 * case.variant.startswith(BUILT))
        for name, cases in sorted(groups.items())
    }
    chosen: list[Case] = []
    while queues and len(chosen) < total:
        for name in rng.sample(sorted(queues), len(queues)):
            if len(chosen) == total:
                break
            chosen.append(queues[name].pop())
            if not queues[name]:
                del queues[name]
    return chosen


def write_cases(cases: Iterable[Case], path: Path) -> int:
    """Write cases as JSON lines; returns how many."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for count, case in enumerate(cases, 1):  # noqa: B007 - the last number is the count
            file.write(json.dumps(case.to_json(), ensure_ascii=False) + "\n")
    return count


def read_cases(path: Path) -> list[Case]:
    """Read cases from JSON lines. Raises FeedError naming the line that can't be read."""
    cases = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise FeedError(f"{path} can't be read as UTF-8 JSON lines: {error}") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            cases.append(Case.from_json(json.loads(line)))
        except (json.JSONDecodeError, RecordError) as error:
            raise FeedError(f"{path}, line {number}: {error}") from error
    return cases
