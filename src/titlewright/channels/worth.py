"""What each piece of a title is worth to the shopper, so that the least valuable goes first.

The order is brand, model, product type, then colour, size, material, capacity and quantity, then
other stated attributes, then words that match nothing that is known of the product.
"""

from __future__ import annotations

from collections.abc import Iterator

import regex

from titlewright.channels.case import Case, find_words, is_model_attribute
from titlewright.channels.pieces import Atom, Clause
from titlewright.records import Product, Span
from titlewright.text.casing import UNIT_WORDS, looks_like_code

BRAND, MODEL, TYPE, QUALIFIER, HEAD, KEY, QUANTITY, ATTRIBUTE = 9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.5
LEADING, LEANING, TRAILING, BRACKETED = 2.0, 1.5, 1.0, 0.5  # words that match nothing

_KEY_NAMES = frozenset(
    """color colour size material capacity quantity volume count pack weight flavor flavour scent
    farbe größe material menge gewicht couleur taille matière contenance color talla tamaño
    cantidad colore taglia materiale quantità kolor rozmiar materiał pojemność
    颜色 尺码 尺寸 材质 容量 数量 规格 净含量 口味 カラー サイズ 素材 容量 内容量""".split()
)
_TYPE_NAMES = frozenset("type 类型 品类 品名 produktart 種類".split())
_NOT_IN_TITLES = frozenset("description features bullet url image link title name price".split())
# Words that keep a title true: without them a case becomes a phone, a copy an original.
_QUALIFIERS = frozenset(
    """replacement compatible refurbished renewed used refill imitation artificial fake faux plated
    style inspired toy model costume dummy case cover holder mount skin protector charger adapter
    parts part accessory accessories sample empty rental kompatibel ersatz hülle funda coque custodia
    适用 兼容 仿 翻新 二手 通用 替换 配件 保护壳 手机壳 同款""".split()
)
_HEAD_FIRST = frozenset(  # the noun comes before what describes it
    "fr es it pt ro ca ms id vi th ar he fa".split()
)
_SEPARATED = regex.compile(r"\s*[;,/|、，；]\s*")
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_LETTERS = regex.compile(r"[\p{L}\p{M}]{3,}")
_LONGEST_VALUE = 60


def stated(case: Case) -> list[tuple[Span, float]]:
    """Where the title says what the product states, and what each is worth."""
    product = case.product
    if product is None:
        return []
    found = [(span, BRAND) for span in case.brand_spans]
    for value, worth in _values(product):
        found += [(span, worth) for span in find_words(case.text, value)]
    return found


def _values(product: Product) -> Iterator[tuple[str, float]]:
    for name, value in product.attributes.items():
        words = set(name.casefold().replace("_", " ").replace("-", " ").split())
        if not words.isdisjoint(_NOT_IN_TITLES) and not is_model_attribute(name):
            continue
        if is_model_attribute(name):
            worth = MODEL
        elif not words.isdisjoint(_TYPE_NAMES):
            worth = TYPE
        elif not words.isdisjoint(_KEY_NAMES):
            worth = KEY
        else:
            worth = ATTRIBUTE
        for part in {value, *_SEPARATED.split(value)}:
            if 1 < len(part) <= _LONGEST_VALUE or (part and worth == KEY and len(part) == 1):
                yield part, worth
    if product.category:
        for part in {product.category[-1], *_SEPARATED.split(product.category[-1])}:
            if len(part) > 1:
                yield part, TYPE


def appraise(found: list[Clause], case: Case, known: list[tuple[Span, float]]) -> None:
    """Give every atom its worth."""
    kinds = _type_words(case.product)
    atoms = [(clause, atom) for clause in found for atom in clause.atoms]
    for clause, atom in atoms:
        if clause.bracket:
            atom.worth = BRACKETED
        elif clause.governor is not None:
            atom.worth = LEANING
        else:
            atom.worth = LEADING if clause.segment == 0 else TRAILING
        atom.worth = max(atom.worth, _own_worth(atom, case.text, leaning=clause.governor is not None))
    if not any(worth == TYPE for _, worth in known):
        _mark_type(atoms, kinds)
    for span, worth in known:
        for clause, atom in atoms:
            if span.start < atom.end and atom.start < span.end:
                # "for iPhone 15" names another product than the one that is sold.
                if clause.governor is not None and not clause.bracket:
                    worth = min(worth, KEY)
                atom.worth = max(atom.worth, worth)
    _mark_head(found, case)


def _own_worth(atom: Atom, text: str, *, leaning: bool) -> float:
    """What an atom is worth by its look: quantities, codes, qualifiers."""
    if any(word.casefold() in _QUALIFIERS for word in atom.words):
        return LEANING if leaning else QUALIFIER
    written = text[atom.start : atom.end]
    if looks_like_code(written) or any(looks_like_code(word) for word in atom.words):
        return LEANING if leaning else QUANTITY
    if not written[:1].isdigit() and not written[-1:].isdigit():
        return 0.0
    letters = regex.sub(r"[^\p{L}°%\"']+", " ", written).split()
    measured = bool(letters) and any(word.casefold() in UNIT_WORDS for word in letters)
    return QUANTITY if measured or " of " in written else 0.0


def _type_words(product: Product | None) -> frozenset[str]:
    if product is None or not product.category:
        return frozenset()
    return frozenset(_singular(word) for word in _WORD.findall(product.category[-1]))


def _mark_type(atoms: list[tuple[Clause, Atom]], kinds: frozenset[str]) -> None:
    """The first words that the last category node names, in any number, are the type."""
    seen: set[str] = set()
    for clause, atom in atoms:
        if clause.governor is not None and not clause.bracket:
            continue
        for word in atom.words:
            kind = _singular(word)
            if kind in kinds and len(kind) > 1 and kind not in seen:
                seen.add(kind)
                atom.worth = max(atom.worth, TYPE)


def _singular(word: str) -> str:
    word = word.casefold()
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _mark_head(found: list[Clause], case: Case) -> None:
    """Protect the first word, which is most often the brand, and the noun of the first clause.

    That noun is guessed as the last plain word of the first clause, in languages that put it
    there; the word before it is kept as long ("Doll Stroller", "Water Bottle").
    """
    first = next((clause for clause in found if clause.atoms), None)
    if first is None:
        return
    first.atoms[0].worth = max(first.atoms[0].worth, HEAD)
    if case.locale.language in _HEAD_FIRST or any(atom.worth >= TYPE for atom in first.atoms[1:]):
        return
    plain = [
        atom
        for atom in first.atoms
        if atom.worth in (LEADING, HEAD, QUALIFIER) and _LETTERS.search(atom.words[-1])
    ]
    for atom in plain[-2:]:
        atom.worth = max(atom.worth, HEAD)
