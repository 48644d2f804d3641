"""What a product states, sorted into the places of a title: brand, model, type, colour, size...

Every fact is a piece of the product's own text, word for word, but for an inferred product type.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import regex
import tomli

from titlewright.generators.phrases import (
    is_product_type,
    lead_clause,
    opening,
    phrase_around,
    product_phrase,
    without_praise,
)
from titlewright.product_types.inventory import inventory
from titlewright.records import Product
from titlewright.text.lexicon import load_lexicon
from titlewright.text.quantities import find_quantities
from titlewright.text.remembering import Remembered
from titlewright.text.words import atoms, fold, squeeze

_SLOT_FILE = Path(__file__).parents[1] / "data" / "title_slots.toml"
_TELLS_NOTHING = frozenset({"onesize", "multicolor", "multicolour", "default", "standard", "均码"})
_TALKATIVE = 60  # characters past which a value is a text, not a fact
_VALUES_APART = regex.compile(r"\s*[;|\n]\s*")
_SEVERAL_TYPES = regex.compile(r"[&,/]| and ")
_NOT_A_VALUE = regex.compile(r"[.!?。！？]\s|https?:|@|[{}<>\\]")


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of one product by slot; "" where it states none.

    `phrase` is the wording around the product type where the text names it ("PU leather stiletto
    sandals"); `kind` the type alone; `features` further short attribute values.
    """

    brand: str
    kind: str
    phrase: str
    slots: dict[str, str]
    features: tuple[str, ...]
    names_type: bool  # whether `kind` is a product type and not just the category's name
    own_words: str  # the present title without its praise, "" where there is none
    opening: str  # how the description begins, which often names the product

    def slot(self, name: str) -> str:
        """The fact for a place of a title, as Channel.attribute_order names places."""
        if name == "brand":
            return self.brand
        if name == "product_type":
            return self.phrase or self.kind
        return self.slots.get(name, "")


@cache
def _slots() -> dict[str, str]:
    """Attribute name, folded → slot."""
    data = tomli.loads(_SLOT_FILE.read_text(encoding="utf-8"))
    return {fold(name): slot for slot, names in data.items() for name in names}


@cache
def slot_of(attribute: str) -> str:
    """The slot that an attribute's name belongs to, or ""."""
    name = regex.sub(r"\s*[(（].*", "", attribute.replace("_", " ").strip())
    return _slots().get(fold(name), "")


@cache
def _placeholders() -> frozenset[str]:
    return frozenset(
        fold(word) for words in load_lexicon("placeholders").values() for word in words
    )


def own_brand(product: Product) -> str:
    """The brand, or "" where the field holds a placeholder (Generic, N/A, 无品牌)."""
    brand = product.brand.strip()
    if not brand:
        named = {fold(name): value for name, value in product.attributes.items()}
        brand = named.get("brand", named.get("品牌", "")).split(";")[0].strip()
    return "" if fold(brand) in _placeholders() or len(brand) > _TALKATIVE else brand


def read_facts(product: Product) -> Facts:
    """Sort what the product states into slots. Asked again for the same object, it remembers."""
    return _read(product)


def stated_slots(product: Product) -> dict[str, str]:
    """What the attributes state for each place of a title; the texts aren't read."""
    return _slots_and_features(product, own_brand(product))[0]


def _slots_and_features(product: Product, brand: str) -> tuple[dict[str, str], list[str]]:
    slots: dict[str, str] = {}
    features: list[str] = []
    for name, value in product.attributes.items():
        slot = slot_of(name)
        stated = _presentable(value, slot)
        if not stated:
            continue
        if slot and slot not in slots:
            slots[slot] = stated
        elif slot or name in {"features", "功能功效", "修饰"}:
            features.append(stated)
    if "model" in slots:
        slots["model"] = _without_brand(slots["model"], brand)
    return slots, features


def _sort_facts(product: Product) -> Facts:
    brand = own_brand(product)
    slots, features = _slots_and_features(product, brand)
    phrase, kind, inferred = _type_phrase(product, slots)
    return Facts(
        brand=brand,
        kind=kind,
        phrase=phrase,
        slots=slots,
        features=tuple(dict.fromkeys(features)),
        names_type=inferred or is_product_type([atom.norm for atom in atoms(kind)]),
        own_words=without_praise(product.title),
        opening=opening(product.description),
    )


_read = Remembered(_sort_facts, most=512)


def is_short_name(text: str) -> bool:
    """Whether a title is a bare code or a few measures that need the product named: "13A"."""
    words = atoms(text)
    measured = any(character.isdigit() for character in text) or len(words) < 2
    return len(words) <= 4 and measured and not any(is_product_type([w.norm]) for w in words)


def _presentable(value: str, slot: str) -> str:
    """A value fit to stand in a title as it is, or ""."""
    text = value.strip()
    if slot == "model":
        return text if len(text) <= 90 else ""
    first = _VALUES_APART.split(text, maxsplit=1)[0].strip()
    if not first or len(first) > _TALKATIVE or _NOT_A_VALUE.search(first):
        return ""
    if fold(first) in _placeholders() or fold(first) in {
        "yes",
        "no",
        "unspecified",
        "not applicable",
    }:
        return ""
    quantities = find_quantities(first)
    bare = bool(quantities) and squeeze(first).replace(".", "").isdigit()
    if bare and slot == "quantity":
        return f"{first}-Pack" if first.isdigit() and 1 < int(first) < 1000 else ""
    if bare:
        return ""  # a number without its unit says nothing to a shopper
    if slot == "size" and len(first.split()) > 5:
        return ""
    if squeeze(first) in _TELLS_NOTHING:
        return ""
    return first


def _without_brand(text: str, brand: str) -> str:
    if brand and fold(text).startswith(fold(brand) + " "):
        return text[len(brand) :].strip()
    return text


def _type_phrase(product: Product, slots: dict[str, str]) -> tuple[str, str, bool]:
    """The product type in its own wording and alone, and whether it was inferred.

    From the title, the inferred type in the text's wording or its own, the texts, the category.
    """
    stated = slots.get("product_type", "")
    if not (stated or (product.title and product_phrase(product.title))):
        for inference in product.inferred:
            return *_worded(inference.text, product, slots), True
    phrase, kind = _stated_phrase(product, slots, stated)
    return phrase, kind, False


def _worded(name: str, product: Product, slots: dict[str, str]) -> tuple[str, str]:
    """An inferred type as the product words it, or by its name where it doesn't."""
    types = inventory()
    for text in (slots.get("model", ""), product.description):
        for mention in types.mentions(text):
            if name in types.lineage(mention.type):
                found = phrase_around(text, mention.start, mention.end, brand=own_brand(product))
                if found:
                    return found.phrase, found.kind
    return name, name


def _stated_phrase(product: Product, slots: dict[str, str], stated: str) -> tuple[str, str]:
    """The product type in its own wording and alone: from the title, the texts, the category."""
    for text in (product.title, slots.get("model", ""), product.description):
        found = product_phrase(text, brand=own_brand(product)) if text else None
        if found:
            return found.phrase, found.kind
    if stated:
        return stated, stated
    leaf = product.category[-1] if product.category else ""
    kind = leaf if 0 < len(leaf) <= 40 and not _SEVERAL_TYPES.search(leaf) else ""
    if not slots.get("model"):
        clause = lead_clause(product.description)
        if clause:
            return clause, kind
    return kind, kind
