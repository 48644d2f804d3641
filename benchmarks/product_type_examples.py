"""Products with the type that their title names: what the product-type classifier learns from.

The title is the teacher and never among what is read; where the product repeats it, the copy is
taken out. Sets that hold nothing but titles teach with the title less the type's own name.
"""

from __future__ import annotations

import csv
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from datasets import READERS, split_of
from titlewright.evaluation.planted.splits import share_of
from titlewright.product_types.inventory import DATA, Inventory, Mention, inventory
from titlewright.records import Product
from titlewright.text.leak import without_title
from titlewright.text.lexicon import load_lexicon

SETS = (
    "icecat", "myntra_catalog", "crowdflower", "walmart_free", "livostyle", "costco_grocery",
    "amazon2020_708", "fashion_styles",
)  # fmt: skip
_ASIDE = re.compile(
    r"\b(?:for|with|w|by|from|in|featuring|compatible|includes?|fits)\b|\bw/", re.IGNORECASE
)
_PARTS = re.compile(r"[,;|(\[)\]:!]|\s[-–—]\s|\s(?:and|&|\+|/)\s", re.IGNORECASE)
_LETTERS = re.compile(r"(?<![^\W_])[^\W\d_]{2,}(?![^\W_])")
# Names that are as often a material, a flavour, a brand or a part: they count at an end only.
AMBIGUOUS = frozenset({
    "top", "glass", "ring", "iron", "cup", "plate", "figure", "memory", "ink", "hub", "dock",
    "lock", "throw", "desktop", "bulb", "edp", "edt", "polo", "tank", "suit", "cap", "tie",
    "clutch", "rack", "flat panel", "book", "cake", "candy", "chocolate", "nuts", "mobile",
    "phone", "bag", "tray", "mouse", "toy", "basket", "flat", "flats", "slides", "cartridge",
    "converter", "cable", "adapter", "battery", "charger", "plush", "vacuum", "fan", "heater",
    "sink", "hose", "lens", "supplement", "fragrance", "multifunction", "bench", "figurine",
    "decal", "conditioner", "foundation", "server", "software", "bar", "desk", "heels", "boots",
    "washer", "dvd", "paperback", "monitor", "speakers", "trunks", "briefs",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Labelled:
    """A product without its title, the types that the title names as what it is, the main first.

    `maker` keeps a brand's products together; `split` is the set's own.
    """

    product: Product
    types: tuple[str, ...]
    maker: str
    split: str
    set: str
    title: str


def labelled(name: str, folder: Path) -> Iterator[Labelled]:
    """The products of one set, types empty where the title names none."""
    for source in READERS[name](folder):
        product = source.product
        if not product.title or not (product.description or product.attributes):
            continue
        types = types_of(product.title, computing=name == "icecat")
        yield Labelled(
            product=without_title(_as_read(name, product))[0],
            types=types,
            maker=_maker(product),
            split=split_of(f"{name}:{source.group}"),
            set=name,
            title=product.title,
        )


def bare_titles(folder: Path) -> Iterator[Labelled]:
    """Titles of sets that teach by the title alone, without the name of the type."""
    for name, text, category in _titles(folder):
        types = types_of(text)
        if types:
            product = Product(id="", description=text, category=category)
            yield Labelled(
                without_names(product, types), types, _first_word(text), "train", name, text
            )


def types_of(title: str, *, computing: bool = False) -> tuple[str, ...]:
    """The types that a title gives the product, the main one first; of a set the first as well.

    The last type named before what it is for or comes with: "Laptop Bag for HP Notebooks" is a
    laptop bag. `computing` says that a notebook is a computer here.
    """
    if computing:
        title = re.sub(r"\bnotebook\b(?! (?:case|dock|spare|battery|bag|stand|sleeve))", "laptop",
                       title, flags=re.IGNORECASE)  # fmt: skip
    found: list[str] = []
    for clause in _ASIDE.split(title):
        named = [kind for part in _PARTS.split(clause) if (kind := _last_named(part))]
        if not found:
            found = named
        else:  # "Replacement Lamp for LV-7510 projector lamp" says it again, more closely
            closer = [kind for kind in named if found[0] in inventory().lineage(kind)[1:]]
            found = [*closer, *found]
    return tuple(dict.fromkeys(found))


def _last_named(part: str) -> str:
    types = inventory()
    for mention in reversed(list(types.mentions(part))):
        name = part[mention.start : mention.end].lower()
        rest = {word.lower() for word in _LETTERS.findall(part[mention.end :])} - _qualities()
        forms = {name, name.removesuffix("s"), f"{name}s"}
        weak = bool(forms & AMBIGUOUS) or (" " not in name and mention.type not in _listed())
        if not (weak and rest):
            return mention.type
    return ""


@cache
def _listed() -> frozenset[str]:
    """The types of types.toml; the lexicon's further nouns count at a title's end only."""
    return frozenset(tomllib.loads((DATA / "types.toml").read_text(encoding="utf-8"))["types"])


@cache
def _qualities() -> frozenset[str]:
    """Words that may follow a product's name and say no more of what it is: colours, counts."""
    colours = {word for words in load_lexicon("colours").values() for word in words}
    return frozenset(colours | {"original", "pc", "pcs", "cm", "mm", "pack", "count", "oz", "box"})


def without_names(product: Product, types: tuple[str, ...]) -> Product:
    """The product without any wording that names one of these types or what it is a kind of."""
    found = inventory()
    taken = {kind for name in types for kind in found.lineage(name)}
    taken |= {name for name in found.types if set(found.lineage(name)) & set(types)}

    def cut(text: str) -> str:
        return _cut(text, found, taken)

    return replace(
        product,
        description=cut(product.description),
        attributes={cut(name) or "-": cut(value) for name, value in product.attributes.items()},
        category=tuple(filter(None, map(cut, product.category))),
    )


def _cut(text: str, types: Inventory, taken: set[str]) -> str:
    gone: list[Mention] = [mention for mention in types.mentions(text) if mention.type in taken]
    for mention in reversed(gone):
        text = f"{text[: mention.start]} {text[mention.end :]}"
    return text


def _as_read(name: str, product: Product) -> Product:
    """fashion_styles states the type in an attribute: without it there is something to infer."""
    if name != "fashion_styles":
        return product
    attributes = {key: text for key, text in product.attributes.items() if key != "product type"}
    return replace(product, attributes=attributes, category=product.category[:1])


def _maker(product: Product) -> str:
    return product.brand.casefold() or _first_word(product.title)


def _first_word(text: str) -> str:
    return text.split(",")[0].split()[0].casefold() if text.split(",")[0].split() else ""


def maker_share(maker: str) -> float:
    """A stable number in [0, 1) for a brand."""
    return share_of(f"product-type-maker:{maker}")


def title_share(title: str) -> float:
    """A stable number in [0, 1) for a title."""
    return share_of(f"product-type-title:{title.casefold()}")


def _titles(folder: Path) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    seen: set[str] = set()
    with (folder / "homedepot_relevance/train.csv").open(encoding="latin-1", newline="") as file:
        for row in csv.DictReader(file):
            if (text := row["product_title"]) not in seen:
                seen.add(text)
                yield "homedepot", text, ()
    with (folder / "pricerunner/pricerunner_aggregate.csv").open(encoding="utf-8") as file:
        for cells in csv.reader(file):
            yield "pricerunner", cells[1], ()
    with (folder / "vespa_amazon_llmdesc/data_0_1_0.jsonl").open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            yield "vespa", row.get("fields", row)["title"], ()
