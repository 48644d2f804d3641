"""Words that stand in the source but say something else there than the title makes of them.

A colour, material or audience that the description mentions ("goes with blue jeans") does not
back a title when the product's own attribute says another one; a brand that is only named as what
the product fits does not back a title that begins with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache, lru_cache

import regex

from titlewright.grounding.context import related_at, related_atoms
from titlewright.grounding.source import Occurrence, Source, SourceField
from titlewright.records import Evidence
from titlewright.text.lexicon import load_lexicon
from titlewright.text.words import Atom, atoms, fold, squeeze

# lexicon → words of attribute names that hold a value of that kind
_KINDS: dict[str, regex.Pattern[str]] = {
    "colours": regex.compile(r"colou?r|couleur|farbe|colore|kleur|warna|颜色|顏色|カラー", regex.I),
    "materials": regex.compile(r"material|fabric|matière|materiale|材质|材料|面料|素材", regex.I),
    "audiences": regex.compile(r"gender|^sex$|audience|department|geschlecht|性别|性別", regex.I),
}
_SOMETHING_ELSES = regex.compile(
    r"yield|connector|plug|toner|compat|lining|sole|strap|frame|packag|box|blade|handle|brush|lens|insole|trim|toe|print|ink|cable_|"
    r"supported|temperature|depth|number of|里|鞋底",
    regex.I,
)
_PARTS = regex.compile(
    r"(?:logo|letter|lettering|stitch|stitching|trim|accent|lining|sole|button|strap|lace|piping|"
    r"print|pattern|label|tag|detail|detailing|handle|zipper|zip|edge|border|cord|box|case|pouch|"
    r"shoe|belt|bag|jean|shirt|top)s?"
)
_OPENING = 8  # words at the start of a description, which speak of the product itself
_FITS = regex.compile(r"compatib|suitable|fits|适用|兼容|kompatib", regex.I)
_ACCESSORY = regex.compile(
    r"(?:case|cover|strap|band|protector|skin|mount|holder|sleeve|壳|套|膜)s?"
)
_OPEN = frozenset({"multicolour", "multicolor", "multi", "assorted", "unisex", "mixed"})


def contradicted(title: str, found: Sequence[Evidence], source: Source) -> list[Evidence]:
    """The evidence with what the product's own attributes contradict turned into none."""
    evidence = list(found)
    for lexicon, names in _KINDS.items():
        evidence = _against_attributes(evidence, lexicon, names, source)
    return _against_brand(title, evidence, source)


@cache
def _families(lexicon: str) -> tuple[dict[str, frozenset[str]], int]:
    """wording → families, and the number of words in the longest wording."""
    table: dict[str, set[str]] = {}
    longest = 1
    for family, wordings in load_lexicon(lexicon).items():
        for wording in (family.rpartition(".")[2], *wordings):
            table.setdefault(fold(wording), set()).add(family.rpartition(".")[2])
            longest = max(longest, wording.count(" ") + 1)
    return {wording: frozenset(families) for wording, families in table.items()}, longest


@lru_cache(maxsize=8192)
def families_in(text: str, lexicon: str) -> frozenset[str]:
    """The families (of colours, materials, audiences) that a text names, longest wording first."""
    return frozenset(family for _, family in _named(text, lexicon))


def _named(text: str, lexicon: str) -> Iterable[tuple[tuple[int, int], str]]:
    for match in _pattern(lexicon).finditer(fold(text)):
        for family in _families(lexicon)[0][match[0]]:
            yield match.span(), family


@cache
def _pattern(lexicon: str) -> regex.Pattern[str]:
    wordings = sorted(_families(lexicon)[0], key=len, reverse=True)
    spaced = [w for w in wordings if not regex.search(r"[\p{Han}\p{Hiragana}\p{Katakana}]", w)]
    unspaced = [w for w in wordings if w not in set(spaced)]
    joined = rf"(?<![\p{{L}}\p{{N}}])(?:{'|'.join(map(regex.escape, spaced))})(?![\p{{L}}\p{{N}}])"
    return regex.compile(joined + ("|" + "|".join(map(regex.escape, unspaced)) if unspaced else ""))


def _against_attributes(
    evidence: list[Evidence], lexicon: str, names: regex.Pattern[str], source: Source
) -> list[Evidence]:
    own = [
        field
        for field in source.fields
        if field.label and names.search(field.label) and not _SOMETHING_ELSES.search(field.label)
    ]
    stated: frozenset[str] = frozenset()
    for field in own:
        stated |= families_in(field.text, lexicon)
    if not stated or stated & _OPEN:
        return evidence
    own_names = {field.name for field in own}
    backed = [item for item in evidence if item.kind != "none"]
    if any(item.field in own_names and families_in(item.text, lexicon) for item in backed):
        return evidence
    named = {item: families_in(item.text, lexicon) for item in backed}
    if any(families & stated or _covers(families, stated) for families in named.values()):
        return evidence
    values = ", ".join(field.text for field in own)
    return [
        replace(
            item, kind="none", field="", source=None, source_text="",
            reason=f"the product's {own[0].label} is {values}",
        )
        if named.get(item) and item.field not in own_names and _in_passing(item, source)
        else item
        for item in evidence
    ]  # fmt: skip


def _covers(named: frozenset[str], stated: frozenset[str]) -> bool:
    """Whether a wider audience takes in the stated one: kids for boys and girls."""
    return "kids" in named and bool(stated & {"boys", "girls", "baby", "toddlers"})


def _in_passing(item: Evidence, source: Source) -> bool:
    """Whether the source mentions this only far into a text, or as what goes with the product."""
    if any(word.isalpha() and not word.isascii() for word in item.text[:1]):
        places = [(f, s) for f, s, negated in source.substring(fold(item.text)) if not negated]
        return all(f.name == "description" and (s.start > 30 or related_at(f.text, s.start))
                   for f, s in places)  # fmt: skip
    words = [atom.norm for atom in atoms(item.source_text)]
    occurrences = [o for o in source.phrase(words) if not o.negated] if words else []
    return all(
        o.field.name == "description"
        and (o.first >= _OPENING or o.first in o.field.related or _describes_a_part(o))
        for o in occurrences
    )


def _describes_a_part(occurrence: Occurrence) -> bool:
    """Whether the word belongs to a detail: "a small navy logo", "with red stitching"."""
    following = occurrence.field.atoms[occurrence.last + 1 : occurrence.last + 3]
    return any(_PARTS.fullmatch(atom.norm) for atom in following)


def _against_brand(title: str, evidence: list[Evidence], source: Source) -> list[Evidence]:
    """Another maker's name in a title that leaves the product's own brand out.

    Names count that the source has only as what the product fits or resembles.
    """
    brand = squeeze(source.product.brand)
    if not brand or brand in squeeze(title):
        return evidence
    words = tuple(atoms(title))
    relation = related_atoms(title, words, source.language)
    said_to_fit = {word.start for index, word in enumerate(words) if index in relation}
    said_to_fit |= _before_accessory(words)
    return [
        replace(
            item, kind="none", field="", source=None, source_text="",
            reason=f"named only as what the product fits; its brand is {source.product.brand}",
        )
        if item.kind != "none"
        and item.span.start not in said_to_fit
        and _only_related(item, source)
        else item
        for item in evidence
    ]  # fmt: skip


def _before_accessory(words: Sequence[Atom]) -> set[int]:
    """Where names stand that an accessory is for: "AirPods Pro Case"."""
    found: set[int] = set()
    for index, word in enumerate(words):
        if _ACCESSORY.fullmatch(word.norm):
            found |= {before.start for before in words[max(0, index - 4) : index]}
    return found


def _only_related(item: Evidence, source: Source) -> bool:
    """Whether a name stands in the source only after "fits", "compatible with", 适用于."""
    if not item.text[:1].isascii():
        spans = list(source.substring(fold(item.text)))
        return bool(spans) and all(related_at(field.text, span.start) for field, span, _ in spans)
    places = [(o.field, o.first) for o in source.word(fold(item.text))]
    return bool(places) and all(_is_relation(field, index) for field, index in places)


def _is_relation(field: SourceField, index: int) -> bool:
    atom = field.atoms[index]
    if related_at(field.text, atom.start):
        return True
    if not atom.text[:1].isupper():
        return False
    if field.label and _FITS.search(field.label):
        return True
    return index in field.fitted or related_at(field.text, atom.start)
