"""What each piece of a title is worth to the shopper, so that the least valuable goes first.

The order is brand, model, product type, then colour, size, material, capacity and quantity, then
other stated attributes, then words that match nothing that is known of the product.
"""

# ruff: noqa: SIM905  (word lists read best as text)

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import regex

from titlewright.channels.atoms import Atom, Clause
from titlewright.channels.case import Case, find_words, is_model_attribute
from titlewright.channels.pieces import is_introduced
from titlewright.channels.wordlists import word_lists
from titlewright.records import Product, Span
from titlewright.text.casing import looks_like_code

BRAND, MODEL, TYPE, QUALIFIER, HEAD, KEY, QUANTITY = 9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0
ATTRIBUTE = LEADING = 2.0  # other attributes, and words of the first clause that match nothing
LEANING, TRAILING, BRACKETED = 1.5, 1.0, 0.5  # words further on that match nothing

_KEY_NAMES = frozenset(
    """color colour size material capacity quantity volume count pack weight flavor flavour scent
    farbe größe material menge gewicht couleur taille matière contenance color talla tamaño
    cantidad colore taglia materiale quantità kolor rozmiar materiał pojemność
    颜色 尺码 尺寸 材质 容量 数量 规格 净含量 口味 カラー サイズ 素材 容量 内容量""".split()
)
_TYPE_NAMES = frozenset(
    "product type, item type, producttype, 类型, 品类, 品名, 产品类型, produktart, 種類".split(", ")
)
_NOT_IN_TITLES = frozenset("description features bullet url image link title name price".split())
# Words that keep a title true: without them a case becomes a phone, a copy an original.
QUALIFIERS = frozenset(
    """replacement compatible refurbished renewed used refill imitation artificial fake faux plated
    inspired costume dummy case cover holder mount skin protector charger adapter
    parts part accessory accessories sample empty rental kompatibel ersatz hülle funda coque
    custodia 适用 兼容 仿 翻新 二手 通用 替换 配件 保护壳 手机壳 同款""".split()
)
_FITTING = frozenset(
    "for compatible suitable fits für pour para per dla voor för untuk cho için".split()
)
_NOUN_ENDINGS = frozenset(
    "柜机笔壳套灯包鞋衣裤裙杯锅椅桌床架盒箱袋帽袜表膜线器仪车垫毯枕被纸刀碗盘壶瓶罐扇锁钟镜画霜乳液膏油茶酒糖饼筒桶"
)
_HEAD_FIRST = frozenset(  # the noun comes before what describes it
    "fr es it pt ro ca ms id vi th ar he fa".split()
)
_HEAD_FIRST_SIGNS = frozenset(
    "de del para con para do da com pour avec untuk dan dengan cho của".split()
)
_SEPARATED = regex.compile(r"\s*[;,/|、，；]\s*")
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]")
_UNIT = regex.compile(r"\p{L}+")
_LETTERS = regex.compile(r"[\p{L}\p{M}]{3,}")
_LONGEST_NAME = 4  # words; longer values are descriptions, which may be divided
_LONGEST_PHRASE = 14  # words of a clause that may be one noun phrase; longer ones are word piles
_LONGEST_RUN = 6
_SHORT_CLAUSE = 4  # words
_KEY_UNITS = frozenset(
    """ml cl l liter liters litre litres fl oz ounce ounces g kg gram grams lb lbs pound pounds gal
    gallon gallons qt quart pt pint gb tb mb mah pc pcs piece pieces pk pack packs count ct set
    sets pair pairs roll rolls sheets bags boxes bottles cans tablets capsules pods servings stück
    stk teilig pièces unidades uds pezzi szt sztuk spf""".split()
)


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
        elif name.casefold().replace("_", " ").strip() in _TYPE_NAMES:
            worth = TYPE
        elif not words.isdisjoint(_KEY_NAMES):
            worth = KEY
        else:
            worth = ATTRIBUTE
        parts = {value} if worth == MODEL else {value, *_SEPARATED.split(value)}
        for part in parts:
            if part and len(part.split()) <= _LONGEST_NAME and (len(part) > 1 or worth == KEY):
                yield part, worth
    if product.category:
        for part in {product.category[-1], *_SEPARATED.split(product.category[-1])}:
            if len(part) > 1:
                yield part, TYPE


def appraise(found: list[Clause], case: Case, known: list[tuple[Span, float]]) -> Clause:
    """Give every atom its worth; the clause that names the product. There must be a clause."""
    core = _core(found, known, case)
    named = any(worth == MODEL for _, worth in known)
    for clause in found:
        for atom in clause.atoms:
            own = _own_worth(atom, case.text, clause is core, named)
            atom.worth = max(_place_worth(clause, core), own)
    for span, worth in known:
        for clause in found:
            # Elsewhere the type is repeated; and "for iPhone 15" names what is not sold here.
            most = KEY if clause.governor is not None and not clause.bracket else worth
            if worth == TYPE and clause is not core:
                most = min(most, KEY)
            for atom in clause.atoms:
                if span.start < atom.end and atom.start < span.end:
                    atom.worth = max(atom.worth, min(worth, most))
    if not any(atom.worth == TYPE for atom in core.atoms):
        for atom in _type_atoms(core, _type_words(case.product)):
            atom.worth = max(atom.worth, TYPE)
    first = found[0].atoms[0]
    first.worth = max(first.worth, HEAD)  # most often the brand
    _mark_head(core, case)
    return core


def clause_worth(clause: Clause) -> float:
    """What a clause that may go as a whole is worth: as much as the best of its atoms, but a
    long one is not kept for a colour or a number in it."""
    best = max(atom.worth for atom in clause.atoms)
    return best if best > KEY or _words(clause) <= _SHORT_CLAUSE else min(best, LEANING)


def _core(found: list[Clause], known: list[tuple[Span, float]], case: Case) -> Clause:
    """The clause that names the product: the first that holds its type; or the first clause, or
    the first that ends, with a noun that names a product; or the first of some words."""
    types = [span for span, worth in known if worth == TYPE]
    kinds = _type_words(case.product)

    def is_typed(clause: Clause) -> bool:
        first, last = clause.atoms[0].start, clause.atoms[-1].end
        return any(first <= span.start < last for span in types) or bool(_type_atoms(clause, kinds))

    def is_named(clause: Clause) -> bool:
        return bool(_noun_places(clause))

    typed = next(_naming(found, is_typed), None)
    if typed:
        return typed
    named = [] if _puts_head_first(case, found[0]) else list(_naming(found, is_named))
    if named and named[0] is found[0]:
        return named[0]
    ending = (clause for clause in named if _noun_places(clause)[-1] == len(clause.atoms) - 1)
    plain = [clause for clause in found if clause.governor is None] or found
    if _UNSPACED.search(case.text):
        return next(ending, None) or max(plain, key=_words)
    some = (clause for clause in plain if _words(clause) > 2)
    return next(ending, None) or next(iter(named), None) or next(some, max(plain, key=_words))


def _naming(found: list[Clause], names: Callable[[Clause], bool]) -> Iterator[Clause]:
    """The clauses that name something sold, not something it is for: "for iPhone 15 Case" does
    only where nothing is named before, as in "Spigen for iPhone 15 Case"."""
    for clause in found:
        if clause.bracket or not names(clause):
            continue
        leans = clause.governor is not None or is_introduced(clause)
        before = found[: clause.number] if clause.governor is None else [found[clause.governor]]
        if not leans or not any(names(other) for other in before):
            yield clause


@cache
def _nouns() -> frozenset[str]:
    return frozenset(_singular(noun) for noun in word_lists()["product_nouns"])


def _is_noun(word: str) -> bool:
    """Whether a word names a kind of product; Chinese ones are told by their last character."""
    named_by_ending = len(word) > 1 and word[-1] in _NOUN_ENDINGS
    return named_by_ending or _singular(word) in _nouns()


def _noun_places(clause: Clause) -> list[int]:
    """Which atoms of a clause hold a word that names a kind of product."""
    return [
        index
        for index, atom in enumerate(clause.atoms)
        if any(_is_noun(word) for word in atom.words)
    ]


def _words(clause: Clause) -> int:
    return sum(len(atom.words) for atom in clause.atoms)


def _place_worth(clause: Clause, core: Clause) -> float:
    """What words are worth that match nothing, by their place."""
    if clause is core:
        return LEADING
    if clause.bracket:
        return BRACKETED
    if clause.governor is None:
        return TRAILING
    fits = clause.atoms[0].words[0].casefold() in _FITTING
    return LEADING if fits and clause.governor in (0, core.number) else LEANING


def _own_worth(atom: Atom, text: str, in_core: bool, model_is_known: bool) -> float:
    """What an atom is worth by its look: qualifiers, codes, capacities and counts."""
    if in_core and any(word.casefold() in QUALIFIERS for word in atom.words):
        return QUALIFIER
    if in_core and not model_is_known and any(looks_like_code(word) for word in atom.words):
        return LEADING if _UNSPACED.search(text) else QUANTITY  # Chinese titles pile up codes
    units = [unit.casefold() for word in atom.words for unit in _UNIT.findall(word)]
    counted = any(word[:1].isdigit() for word in atom.words)
    return QUANTITY if counted and not _KEY_UNITS.isdisjoint(units) else 0.0


def _type_words(product: Product | None) -> frozenset[str]:
    if product is None or not product.category:
        return frozenset()
    return frozenset(_singular(word) for word in _WORD.findall(product.category[-1]))


def _type_atoms(clause: Clause, kinds: frozenset[str]) -> list[Atom]:
    """The atoms of a clause that hold words of the last category node, each kind once."""
    found = {
        kind: atom
        for atom in reversed(clause.atoms)
        for word in atom.words
        if len(kind := _singular(word)) > 1 and kind in kinds
    }
    return list(found.values())


def _singular(word: str) -> str:
    word = word.casefold()
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _mark_head(core: Clause, case: Case) -> None:
    """Protect the words that name the product, where its type is not known.

    These are the words before the first stated key attribute ("PowerEdge R740 server" before
    "32 GB"); or the noun, the last one that names a product or else the last plain word, with
    the word before it ("Doll Stroller"). In a pile of words it is the first noun that names a
    product. In languages that put the noun first it is the first two plain words.
    """
    if any(atom.worth == TYPE for atom in core.atoms):
        return
    plain = [index for index, atom in enumerate(core.atoms) if _is_plain(atom)]
    specified = next((i for i, atom in enumerate(core.atoms) if atom.worth in (KEY, QUANTITY)), 0)
    head = [index for index in plain if index < specified]
    if _puts_head_first(case, core):
        head = plain[:2]
    elif not 0 < len(head) <= _LONGEST_RUN:
        nouns, is_pile = _noun_places(core), _words(core) > _LONGEST_PHRASE
        if nouns:
            noun = nouns[0] if is_pile else nouns[-1]
            head = [noun, *[index for index in plain if index == noun - 1]]
        else:
            head = [] if is_pile else plain[-2:]
    for index in head:
        core.atoms[index].worth = max(core.atoms[index].worth, HEAD)


def _puts_head_first(case: Case, core: Clause) -> bool:
    """Whether the noun comes before what describes it, by locale or by telling small words."""
    if case.locale.language:
        return case.locale.language in _HEAD_FIRST
    return any(word.casefold() in _HEAD_FIRST_SIGNS for atom in core.atoms for word in atom.words)


def _is_plain(atom: Atom) -> bool:
    """Whether an atom may name the product: ordinary words that nothing else is known of."""
    return atom.worth in (LEADING, HEAD) and bool(_LETTERS.search(atom.words[-1]))
