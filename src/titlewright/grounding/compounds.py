"""German-style compounds: Damenschuhe for "Schuhe für Damen", and the other way round.

Covers languages that write compounds as one word. A compound is cut in two, a modifier and a head
with a linking sound between them (Leder + schuh, Damen + schuh, Kapuze + n + jacke).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from titlewright.grounding.source import Occurrence, Source
from titlewright.text.lexicon import load_lexicon
from titlewright.text.words import same_word

LANGUAGES = frozenset({"de", "nl", "sv", "da", "no", "fi"})
_LINKS = ("", "s", "n", "en", "er", "e", "es")
_SHORTEST_PART = 4
_SHORTEST_MODIFIER = 3


def back_compound(norm: str, source: Source, title: Sequence[str]) -> Occurrence | None:
    """Evidence for a compound from its parts, or for a part from a compound of the source.

    Both parts of a compound have to be stated. A compound states its head (a Damenschuh is a
    Schuh); it states its modifier only to a title that has the head as well ("Schuhe für Damen"),
    for a Handtuch is no Hand. `title` holds the folded words of the title.
    """
    if source.language not in LANGUAGES or len(norm) < _SHORTEST_MODIFIER:
        return None
    return (
        _from_parts(norm, source) or _from_head(norm, source) or _from_modifier(norm, source, title)
    )


def _from_parts(norm: str, source: Source) -> Occurrence | None:
    for cut in range(_SHORTEST_MODIFIER, len(norm) - _SHORTEST_PART + 1):
        modifiers = _without_link(norm[:cut])
        if any(_stated(modifier, source) for modifier in modifiers):
            head = _stated(norm[cut:], source) or _from_head(norm[cut:], source)
            if head:
                return head
    return None


def _without_link(modifier: str) -> list[str]:
    """The words that may be the modifier: "damen" is damen, and dame with a linking n."""
    return [
        modifier.removesuffix(link)
        for link in _LINKS
        if modifier.endswith(link) and len(modifier) - len(link) >= _SHORTEST_MODIFIER
    ]


def _stated(norm: str, source: Source) -> Occurrence | None:
    return next((found for found in source.word(norm) if not found.negated), None)


def _from_head(norm: str, source: Source) -> Occurrence | None:
    if len(norm) < _SHORTEST_PART:
        return None
    for field in source.fields:
        for index, atom in enumerate(field.atoms):
            modifier = _modifier_before(norm, atom.norm, source.language)
            if modifier and modifier not in _imitating() and index not in field.negated:
                return Occurrence(field, index, index, "inflected")
    return None


def _modifier_before(head: str, compound: str, language: str) -> str:
    """What stands before a head, possibly inflected, at a compound's end; "" when it doesn't."""
    for cut in range(_SHORTEST_MODIFIER, len(compound) - _SHORTEST_MODIFIER):
        if same_word(compound[cut:], head, language):
            return compound[:cut]
    return ""


def _from_modifier(norm: str, source: Source, title: Sequence[str]) -> Occurrence | None:
    for field in source.fields:
        for index, atom in enumerate(field.atoms):
            if index in field.negated or len(atom.norm) < len(norm) + _SHORTEST_PART:
                continue
            if not atom.norm.startswith(norm[:_SHORTEST_MODIFIER]):
                continue
            for cut in range(_SHORTEST_MODIFIER, len(atom.norm) - _SHORTEST_PART + 1):
                head = atom.norm[cut:]
                is_modifier = any(
                    same_word(norm, modifier, source.language)
                    for modifier in _without_link(atom.norm[:cut])
                )
                if is_modifier and _in_title(head, norm, title, source.language):
                    return Occurrence(field, index, index, "inflected")
    return None


def _in_title(head: str, modifier: str, title: Sequence[str], language: str) -> bool:
    """Whether the title has the head, as a word or at the end of another compound."""
    return any(
        word != modifier
        and (same_word(head, word, language) or _modifier_before(head, word, language) != "")
        for word in title
    )


@cache
def _imitating() -> frozenset[str]:
    """Modifiers that void the head: Kunstleder is no Leder."""
    return frozenset(word.rstrip("-") for word in load_lexicon("imitations")["before"])
