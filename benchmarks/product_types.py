"""Train the product-type classifier and measure it, on brands and data sets it has not seen too.

    python benchmarks/product_types.py --train      trains, calibrates, writes the shipped model
    python benchmarks/product_types.py --measure    measures the shipped model on the test split

Both write benchmarks/results/product_types.json. An answer is right when the held-out title names
the type, a synonym, or a kind of it, or what it is a kind of; strictly right when the title's own
word is the type or a kind of it, so that an answer closer than the title doesn't count. Titles
that name no known type are left out of both, and their share is printed.
"""

from __future__ import annotations

import argparse
import json
import re
import time
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from datasets import data_folder
from product_type_examples import (
    AMBIGUOUS,
    SETS,
    Labelled,
    bare_titles,
    labelled,
    maker_share,
    title_share,
)
from titlewright.product_types.classifier import Classifier
from titlewright.product_types.inferring import MODEL, NAMED, UNNAMED, choose
from titlewright.product_types.inventory import DATA, inventory, normal_form
from titlewright.product_types.stated import stated_types

RESULTS = Path(__file__).parent / "results" / "product_types.json"
QUARTERS = 4  # the brands are cut into so many parts
HELD = 0.08  # share of the titles that models of unseen brands don't learn from: known brands
CALIBRATED = 1500  # products of each kind that the confidence is fitted on
MEASURED = tuple(name for name in SETS if name != "fashion_styles")  # its types are an attribute
LEFT_OUT = ("icecat", "myntra_catalog", "crowdflower", "walmart_free", "costco_grocery",
            "amazon2020_708")  # fmt: skip


@dataclass(slots=True)
class Verdicts:
    """What the classifier dared to say of some products, and whether it was right."""

    products: int = 0
    unlabelled: int = 0  # titles that name no known type
    named: int = 0
    right: int = 0
    strict: int = 0
    inferred: int = 0  # named though nothing of the product says the word
    inferred_right: int = 0
    inferred_strict: int = 0
    silent: int = 0  # products whose text names neither the title's type nor its kinds

    def to_json(self) -> dict[str, Any]:
        def share(part: int, whole: int) -> float | None:
            return round(part / whole, 4) if whole else None

        labelled_products = self.products - self.unlabelled
        return {
            "products": self.products,
            "titles without a known type": share(self.unlabelled, self.products),
            "share named": share(self.named, labelled_products),
            "precision": share(self.right, self.named),
            "precision, strict": share(self.strict, self.named),
            "named, not stated": self.inferred,
            "share of the products that don't state it": share(self.inferred, self.silent),
            "precision, not stated": share(self.inferred_right, self.inferred),
            "precision, not stated, strict": share(self.inferred_strict, self.inferred),
        }


class Signs(NamedTuple):
    """The answers of one classifier about many products, for fitting the confidence."""

    signs: NDArray[np.float32]
    right: NDArray[np.bool_]
    sets: NDArray[np.str_]


def judge(
    items: Sequence[Labelled],
    classifier: Classifier,
    thresholds: tuple[float, float] = (NAMED, UNNAMED),
) -> Verdicts:
    """Compare what the classifier names with the titles; thresholds as `choose` takes them."""
    named, unnamed = thresholds
    types = inventory()
    found = Verdicts(products=len(items))
    answers = classifier.answers([item.product for item in items])
    for item, path in zip(items, answers, strict=True):
        if not item.types:
            found.unlabelled += 1
            continue
        stated = stated_types(item.product)
        silent = not stated & set(types.lineage(item.types[0]))
        found.silent += silent
        answer = choose(path, named=named, unnamed=unnamed)
        if answer is None:
            continue
        strict = any(answer.type in types.lineage(name) for name in item.types)
        right = strict or any(name in types.lineage(answer.type) for name in item.types)
        unsaid = answer.type not in stated
        found.named += 1
        found.right += right
        found.strict += strict
        found.inferred += unsaid
        found.inferred_right += unsaid and right
        found.inferred_strict += unsaid and strict
    return found


def signs_of(items: Sequence[Labelled], classifier: Classifier) -> Signs:
    """Every answer on the path of every product whose title names a type."""
    types = inventory()
    chosen = [item for item in items if item.types]
    rows, right, sets = [], [], []
    for start in range(0, len(chosen), 512):
        some = chosen[start : start + 512]
        paths, signs = classifier.signs([item.product for item in some])
        for item, path, numbers in zip(some, paths, signs, strict=True):
            for node, number in zip(path, numbers, strict=True):
                name = classifier.types[node]
                rows.append(number)
                right.append(any(name in types.lineage(other) for other in item.types))
                sets.append(item.set)
    return Signs(np.array(rows, np.float32), np.array(right), np.array(sets))


def train(folder: Path, console: Console) -> None:
    """Fit a model without each quarter of the brands, one without each of some sets, and all.

    The confidence of the shipped model is fitted on what the others say of train rows that they
    have not seen: of other brands, of other data sets, and of new products of known brands.
    """
    from product_type_training import Examples, fit

    started = time.monotonic()
    items = [item for name in SETS for item in labelled(name, folder)]
    examples = Examples.read([*items, *bare_titles(folder)])
    every = examples.items
    quarter = np.array([int(maker_share(item.maker) * QUARTERS) for item in every])
    sets = np.array([item.set for item in every])
    tested = {item.title.casefold() for item in items if item.split == "test"}
    learnable = np.array([
        bool(item.types) and item.split == "train" and item.title.casefold() not in tested
        for item in every
    ])  # fmt: skip
    held = np.array([title_share(item.title) < HELD for item in every])
    test = np.array([item.split == "test" and item.set in MEASURED for item in every])
    measured = np.isin(sets, MEASURED)
    console.print(f"{len(items)} products, {int(learnable.sum())} examples to learn from")

    def some(chosen: NDArray[np.bool_], most: int | None = None) -> list[Labelled]:
        rows = np.flatnonzero(chosen)
        if most is not None and len(rows) > most:
            rows = np.sort(np.random.default_rng(0).permutation(rows)[:most])
        return [every[row] for row in rows]

    def heard(classifier: Classifier, chosen: NDArray[np.bool_]) -> Signs:
        return signs_of(some(chosen & learnable & measured, CALIBRATED), classifier)

    regimes: dict[str, list[tuple[NDArray[np.bool_], Classifier]]] = {}
    signs: dict[str, list[Signs]] = {}
    for number in range(QUARTERS):
        unseen = quarter == number
        model = fit(examples, learnable & ~unseen & ~held)
        regimes.setdefault("brands not seen", []).append((unseen & test, model))
        regimes.setdefault("brands seen", []).append((~unseen & test, model))
        signs[f"quarter {number}"] = [
            heard(model, unseen & ~held), heard(model, ~unseen & held)
        ]  # fmt: skip
        console.print(f"without brands, {number + 1}/{QUARTERS}: {_since(started)}")
    for name in LEFT_OUT:
        unseen = sets == name
        model = fit(examples, learnable & ~unseen & ~held)
        regimes[name] = [(unseen & test, model)]
        signs[name] = [heard(model, unseen)]
        console.print(f"without {name}: {_since(started)}")
    shipped = calibrated(fit(examples, learnable), signs.values())
    shipped.save(MODEL)
    console.print(f"shipped: {_since(started)}")

    report: dict[str, Any] = {"types learned": len(shipped.types), "thresholds": {}}
    for regime in ("brands seen", "brands not seen"):
        models = [(mask, replace(model, gate=shipped.gate)) for mask, model in regimes[regime]]
        if regime == "brands seen":
            models = models[:1]
        report[regime] = {
            name: added(
                judge(some(mask & ((sets == name) | (name == "all"))), model)
                for mask, model in models
            ).to_json()
            for name in ("all", *MEASURED)
        }
        report["thresholds"][regime] = {
            f"{pair[0]}, {pair[1]}": added(
                judge(some(mask), model, pair) for mask, model in models
            ).to_json()
            for pair in ((0.85, 0.85), (0.9, 0.9), (NAMED, UNNAMED), (0.95, 0.95), (0.98, 0.98))
        }
    report["data set not seen"] = {}
    unseen_sets: list[Verdicts] = []
    for name in LEFT_OUT:
        ((mask, model),) = regimes[name]
        others = {other: parts for other, parts in signs.items() if other != name}
        honest = calibrated(model, others.values(), without=name)
        unseen_sets.append(judge(some(mask), honest))
        report["data set not seen"][name] = unseen_sets[-1].to_json()
    report["data set not seen"]["all"] = added(unseen_sets).to_json()
    write({"trained": report})
    for regime in ("brands seen", "brands not seen", "data set not seen"):
        show(console, regime, report[regime])
    for regime, rows in report["thresholds"].items():
        show(console, f"{regime}, by threshold", rows)
    console.print(_since(started))


def calibrated(
    classifier: Classifier, heard: Iterable[Sequence[Signs]], *, without: str = ""
) -> Classifier:
    """The classifier with its confidence fitted on these answers, less those about one set."""
    from product_type_training import fit_gate

    parts = [part for parts in heard for part in parts]
    kept = np.concatenate([part.sets for part in parts]) != without
    numbers = np.concatenate([part.signs for part in parts])[kept]
    right = np.concatenate([part.right for part in parts])[kept]
    return replace(classifier, gate=fit_gate(numbers, right))


def _since(started: float) -> str:
    return f"{time.monotonic() - started:.0f} s"


def added(parts: Iterable[Verdicts]) -> Verdicts:
    total = Verdicts()
    for part in parts:
        for name in Verdicts.__slots__:
            setattr(total, name, getattr(total, name) + getattr(part, name))
    return total


def measure(folder: Path, console: Console) -> None:
    """The shipped model on the test split of each set: brands may be known, products are not."""
    classifier = Classifier.load(MODEL)
    results: dict[str, Any] = {}
    for name in SETS:
        items = [item for item in labelled(name, folder) if item.split == "test"]
        results[name] = judge(items, classifier).to_json()
    started = time.perf_counter()
    items = [item for item in labelled("icecat", folder) if item.split == "test"]
    products = [item.product for item in items] or []
    started = time.perf_counter()
    classifier.answers(products)
    speed = round(len(products) / (time.perf_counter() - started))
    write({"shipped": results, "products a second": speed, "bytes": MODEL.stat().st_size})
    show(console, "shipped model, test split", results)
    console.print(f"{speed} products a second (icecat, one process)")


def tie_to_google(folder: Path) -> None:
    """Write google.toml: for each type the node of Google's taxonomy that has its name.

    A node of the type's own name comes first, then one of another of its names, then a half of a
    pair ("Shirts & Tops"); of several the one nearest to the root.
    """
    whole, halves = _google_nodes(folder / "google_taxonomy/taxonomy-with-ids.en-US.txt")
    corrected = tomllib.loads((DATA / "types.toml").read_text(encoding="utf-8"))["google"]
    lines = ["# Product type = node of Google's product taxonomy (en-US); made by --tie.\n"]
    for kind in inventory().types.values():
        own, *others = (normal_form(name) for name in (kind.name, *kind.other_names))
        others = [name for name in others if " " in name or name not in AMBIGUOUS]
        found = (whole.get(name) for name in (own, *others))
        tied = next((path for path in found if path), halves.get(own))
        if kind.name in corrected:
            tied = whole.get(normal_form(corrected[kind.name]))
        if tied:
            lines.append(f"{json.dumps(kind.name)} = {json.dumps(' > '.join(tied))}\n")
    (DATA / "google.toml").write_text("".join(lines), encoding="utf-8")


def _google_nodes(path: Path) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Paths by the node's whole name and by half of it. Lines are `id | [left-right] | name`."""
    whole: dict[str, tuple[str, ...]] = {}
    halves: dict[str, tuple[str, ...]] = {}
    open_nodes: list[tuple[str, int]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not (match := re.search(r"\[\s*(\d+)-\s*(\d+)\] \| (.+)", line)):
            continue
        left, right, name = int(match[1]), int(match[2]), match[3].strip()
        open_nodes = [node for node in open_nodes if node[1] > left]
        open_nodes.append((name, right))
        node = tuple(part for part, _ in open_nodes)
        pair = name.split(" & ")
        nouns = len(pair) == 2 and " " not in pair[1] and pair[1] not in _NO_THINGS
        for found, keys in ((whole, [name]), (halves, pair if nouns else [])):
            for key in map(normal_form, keys):
                if key not in found or len(node) < len(found[key]):
                    found[key] = node
    return whole, halves


_NO_THINGS = {"Accessories", "Supplies", "Parts", "Wedges", "Television", "Kits", "Monitors"}


def write(part: dict[str, Any]) -> None:
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(known | part, indent=1) + "\n")


def show(console: Console, title: str, results: dict[str, dict[str, Any]]) -> None:
    columns = list(next(iter(results.values())))
    table = Table("set", *columns, title=title)
    for name, row in results.items():
        table.add_row(name, *(str(row[column]) for column in columns))
    console.print(table)


_COLUMNS = ("products", "share named", "precision", "precision, strict", "named, not stated",
            "precision, not stated")  # fmt: skip


def show_markdown(results: dict[str, Any]) -> None:
    """Models that never saw a brand, or a set, by the confidence asked for where a type is named
    and where it isn't; then the shipped model, set by set."""
    trained = results["trained"]
    rows = [
        (f"{regime}, from {threshold}", row)
        for regime, found in trained["thresholds"].items()
        for threshold, row in found.items()
    ]
    rows.append(("data set not seen, from 0.9, 0.95", trained["data set not seen"]["all"]))
    rows += [(f"shipped: {name}", row) for name, row in results["shipped"].items()]
    print(f"| | {' | '.join(_COLUMNS)} |")
    print("|---|" + "---:|" * len(_COLUMNS))
    for name, row in rows:
        cells = ("–" if row[column] is None else f"{row[column]:,}" for column in _COLUMNS)
        print(f"| {name} | {' | '.join(cells)} |")


def main() -> None:
    parser = argparse.ArgumentParser(description="Train and measure the product-type classifier.")
    parser.add_argument("--train", action="store_true", help="train and write the shipped model")
    parser.add_argument("--measure", action="store_true", help="measure the shipped model")
    parser.add_argument("--tie", action="store_true", help="write the ties to Google's taxonomy")
    parser.add_argument("--show", action="store_true", help="print what was measured last")
    arguments = parser.parse_args()
    if arguments.show:
        show_markdown(json.loads(RESULTS.read_text(encoding="utf-8")))
        return
    if not (arguments.train or arguments.measure or arguments.tie):
        parser.error("give --train, --measure or --tie")
    console = Console(width=200)
    if arguments.tie:
        tie_to_google(data_folder())
    if arguments.train:
        train(data_folder(), console)
    if arguments.measure:
        measure(data_folder(), console)


if __name__ == "__main__":
    main()
