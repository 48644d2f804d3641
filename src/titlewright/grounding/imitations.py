"""Materials that a text names without stating them: "faux leather", "oak finish", "gold plated".

A material that the source only imitates backs a title that qualifies it too ("faux leather",
"leather look") and no title that names it bare ("leather"). The wordings are those of the lexicons
materials, material_values and imitations; the rest of what a title may not contradict is in
contradictions.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from typing import NamedTuple

import regex

from titlewright.grounding.contradictions import families_in
from titlewright.grounding.reading.notes import overlap
from titlewright.grounding.source import Source, SourceField
from titlewright.records import Evidence, EvidenceKind, Span
from titlewright.text.lexicon import load_lexicon
from titlewright.text.words import atoms, fold

# Families of the lexicon that are imitations themselves; their parts are what is looked for here.
_IMITATED_FAMILY = regex.compile(r"faux|imitation|plated|blend|bonded|coating|synthetic")
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]")
_COLOUR_LABEL = regex.compile(r"colou?r|couleur|farbe|colore|kleur|warna|颜色|顏色|カラー", regex.I)
# "gold color" is gold as a colour, where "gold tone" and "gold finish" speak of a metal.
_NAMES_A_COLOUR = frozenset(
    {"color", "colour", "colored", "coloured", "hue", "hued", "shade", "色", "farben", "farbig",
     "couleur", "colore", "cor", "kleur", "kleurig", "warna", "kolor"}
)  # fmt: skip
# Words of the lexicon after which the material is a real one, in a part or in another form.
_REAL_IN_A_PART = frozenset(
    {"trim", "trimmed", "lined", "accent", "accents", "seat", "wrapped", "washed", "printed"}
)
# "Brushed brass finish" is what lamps and taps in brass are called; "oak finish" is no oak.
_FINISHES = frozenset({"finish", "finished", "finition", "finitura", "acabado", "acabamento"})
_BASE_METALS = frozenset(
    {"brass", "bronze", "copper", "iron", "steel", "stainless_steel", "aluminium", "zinc",
     "titanium", "other_metal"}
)  # fmt: skip
# Adjectives that follow the noun: piel sintética, cuir synthétique, kulit sintetis.
_FOLLOWING_ADJECTIVES = (
    "synthétique", "sintético", "sintética", "sintetico", "sintetica", "falso", "falsa", "finto",
    "finta", "imitasi", "sintetis", "sztuczna", "sztuczny",
)  # fmt: skip
_GAP = r"[\s\-‐‑]"
_JOINED = regex.compile(rf"{_GAP}+")
_LISTED = regex.compile(rf"{_GAP}*(?:[/&+,]|and|or|und|et|y)?{_GAP}*")
_REACH = 32  # characters before or after a material in which a qualifying wording fits


class Mention(NamedTuple):
    """A place where a text names a material; `imitated` says that it isn't stated as one."""

    span: Span
    families: frozenset[str]
    imitated: bool


@lru_cache(maxsize=4096)
def material_mentions(text: str) -> tuple[Mention, ...]:
    """The materials that a text names, left to right."""
    folded = fold(text)
    if len(folded) != len(text):  # a few characters change length when folded
        folded = text.lower() if len(text.lower()) == len(text) else text
    table = _families()
    spans = [Span(*match.span()) for match in _materials().finditer(folded)]
    imitated = _imitated(folded, spans)
    return tuple(
        Mention(span, table[folded[span.start : span.end]], is_imitated)
        for span, is_imitated in zip(spans, imitated, strict=True)
    )


def without_imitations(title: str, evidence: Sequence[Evidence], source: Source) -> list[Evidence]:
    """The evidence, where a bare material rests on a real one or on nothing."""
    if not _may_name_material(title) or not source.has_any(_imitation_words()):
        return list(evidence)
    bare = [mention for mention in material_mentions(title) if not mention.imitated]
    if not bare:
        return list(evidence)
    return [_on_the_real_thing(item, bare, source) for item in evidence]


def _may_name_material(title: str) -> bool:
    """A quick look before the long one: does any word begin the name of a material?"""
    return any(
        word.unspaced or word.norm in _first_words() or word.norm.rstrip("s") in _first_words()
        for word in atoms(title)
    )


@cache
def _first_words() -> frozenset[str]:
    return _first_norms(_families())


@cache
def _imitation_words() -> frozenset[str]:
    """The words one of which stands in every text that imitates a material."""
    wordings = [word for words in load_lexicon("imitations").values() for word in words]
    return _first_norms((*wordings, *_FOLLOWING_ADJECTIVES))


def _first_norms(wordings: Iterable[str]) -> frozenset[str]:
    """The first word of each, in scripts with spaces; texts in others are always looked into."""
    firsts = {wording.split()[0] for wording in wordings if not _UNSPACED.search(wording)}
    return frozenset(word.norm for first in firsts for word in atoms(first)[:1])


def _on_the_real_thing(item: Evidence, bare: Sequence[Mention], source: Source) -> Evidence:
    claimed = [mention for mention in bare if overlap(mention.span, item.span)]
    if not claimed or item.source is None:
        return item
    field = next((field for field in source.fields if field.name == item.field), None)
    if field is None:
        return item
    stated = [m for m in material_mentions(field.text) if overlap(m.span, item.source)]
    if not stated or not all(_is_imitation(field, mention) for mention in stated):
        return item
    families = frozenset().union(*(mention.families for mention in (*claimed, *stated)))
    for other, mention in _real_mentions(families, source):
        text = other.text[mention.span.start : mention.span.end]
        kind: EvidenceKind = "exact" if fold(text) == fold(item.text) else "alias"
        return replace(
            item, kind=kind, field=other.name, source=mention.span, source_text=text
        )  # fmt: skip
    around = _with_qualifier(field.text, stated[0].span)
    return replace(
        item, kind="none", field="", source=None, source_text="", reason=f"the source says {around}"
    )


def _real_mentions(
    families: frozenset[str], source: Source
) -> Iterator[tuple[SourceField, Mention]]:
    for field in source.fields:
        for mention in material_mentions(field.text):
            real = mention.families & families and not _is_imitation(field, mention)
            if real and not field.negates(mention.span):
                yield field, mention


def _is_imitation(field: SourceField, mention: Mention) -> bool:
    """The attribute for the colour says what it looks like, and a title may name that: "Gold"."""
    if not mention.imitated:
        return False
    named = field.text[mention.span.start : mention.span.end]
    return not (_COLOUR_LABEL.search(field.label) and families_in(named, "colours"))


def _with_qualifier(text: str, span: Span) -> str:
    """The material with the words right beside it, for people."""
    start = text.rfind(" ", 0, max(0, span.start - 1)) + 1
    end = text.find(" ", span.end + 1)
    return f'"{text[start : end if end >= 0 else len(text)].strip(" ,.;:")}"'


def _imitated(text: str, spans: Sequence[Span]) -> list[bool]:
    """Which materials are qualified, by words before them or after them.

    "Faux" reaches over the materials that follow it, "plated" over those listed before it.
    """
    before = [_qualified_before(text, span) for span in spans]
    after = [_qualified_after(text, span) for span in spans]
    for index in range(1, len(spans)):
        between = text[spans[index - 1].end : spans[index].start]
        before[index] |= before[index - 1] and _JOINED.fullmatch(between) is not None
    for index in range(len(spans) - 2, -1, -1):
        between = text[spans[index].end : spans[index + 1].start]
        after[index] |= after[index + 1] and _LISTED.fullmatch(between) is not None
    return [one or other for one, other in zip(before, after, strict=True)]


def _qualified_before(text: str, span: Span) -> bool:
    match = _before().search(text[max(0, span.start - _REACH) : span.start])
    return match is not None and (
        not match["between"] or bool(families_in(match["between"], "colours"))
    )


def _qualified_after(text: str, span: Span) -> bool:
    following = text[span.end : span.end + _REACH]
    match = _after().match(following)
    if match is None or match["word"] in _REAL_IN_A_PART:
        return False
    material = text[span.start : span.end]
    if match["word"] in _FINISHES:
        return not _families()[material] <= _BASE_METALS
    if match["word"] in _NAMES_A_COLOUR:
        return not families_in(material, "colours")
    return True


@cache
def _families() -> dict[str, frozenset[str]]:
    """wording → families of real materials."""
    table: dict[str, set[str]] = {}
    for lexicon in ("materials", "material_values"):
        for family, wordings in load_lexicon(lexicon).items():
            if not _IMITATED_FAMILY.search(family):
                for wording in wordings:
                    table.setdefault(fold(wording), set()).add(family)
    return {wording: frozenset(families) for wording, families in table.items()}


@cache
def _materials() -> regex.Pattern[str]:
    spaced, unspaced = _alternatives(_families())
    return regex.compile(rf"(?<![\p{{L}}\p{{N}}])(?:{spaced})(?![\p{{L}}\p{{N}}])|(?:{unspaced})")


@cache
def _before() -> regex.Pattern[str]:
    """Ends where the material begins; one word may stand between, which has to be a colour."""
    spaced, unspaced = _alternatives(
        word.rstrip("-") for word in load_lexicon("imitations")["before"]
    )
    return regex.compile(
        rf"(?:(?<![\p{{L}}\p{{N}}])(?:{spaced}){_GAP}+(?:(?P<between>\p{{L}}+){_GAP}+)?"
        rf"|(?:{unspaced}))$"
    )


@cache
def _after() -> regex.Pattern[str]:
    """A label is no qualifier: "Material: cotton Style: casual"."""
    nouns = (word.lstrip("-") for word in load_lexicon("imitations")["after"])
    spaced, unspaced = _alternatives((*_FOLLOWING_ADJECTIVES, *nouns))
    return regex.compile(
        rf"(?:{_GAP}+(?P<word>{spaced})(?![\p{{L}}\p{{N}}]|\s?[:：])|(?P<word>{unspaced}))"
    )


def _alternatives(wordings: Iterable[str]) -> tuple[str, str]:
    """Longest first, wordings of spaced and of unspaced scripts apart."""
    ordered = sorted(set(wordings), key=len, reverse=True)
    unspaced = [wording for wording in ordered if _UNSPACED.search(wording)]
    spaced = [wording for wording in ordered if not _UNSPACED.search(wording)]
    return "|".join(map(regex.escape, spaced)), "|".join(map(regex.escape, unspaced))
