"""German-style compounds: Damenschuhe for "Schuhe für Damen", Schuhe for "Damenschuhe"."""

from __future__ import annotations

from titlewright.grounding.source import Occurrence, Source

LANGUAGES = frozenset({"de", "nl", "sv", "da", "no", "fi"})
_LINKS = ("", "s", "n", "en", "er", "e", "es")
_SHORTEST_PART = 4


def back_compound(norm: str, source: Source) -> Occurrence | None:
    """Evidence for a compound from its parts, or for a part from a compound of the source.

    Only for languages that write compounds as one word; both parts have to be stated, and a part
    is taken from the end of a compound (its head: a Damenschuh is a Schuh).
    """
    if source.language not in LANGUAGES or len(norm) < _SHORTEST_PART:
        return None
    return _from_parts(norm, source) or _from_head(norm, source)


def _from_parts(norm: str, source: Source) -> Occurrence | None:
    for cut in range(_SHORTEST_PART, len(norm) - _SHORTEST_PART + 1):
        head = _stated(norm[cut:], source)
        if head is None:
            continue
        for link in _LINKS:
            modifier = norm[:cut]
            if link and not modifier.endswith(link):
                continue
            base = modifier[: len(modifier) - len(link)] if link else modifier
            if len(base) >= _SHORTEST_PART - 1 and _stated(base, source):
                return head
    return None


def _stated(norm: str, source: Source) -> Occurrence | None:
    return next((found for found in source.word(norm) if not found.negated), None)


def _from_head(norm: str, source: Source) -> Occurrence | None:
    stem = norm.rstrip("ens") if len(norm) > _SHORTEST_PART + 2 else norm
    for field in source.fields:
        for index, atom in enumerate(field.atoms):
            longer = len(atom.norm) >= len(norm) + 3
            if longer and (atom.norm.endswith(norm) or _ends_with_stem(atom.norm, stem)):
                return Occurrence(field, index, index, "inflected")
    return None


def _ends_with_stem(word: str, stem: str) -> bool:
    return len(stem) >= _SHORTEST_PART and any(word.endswith(stem + link) for link in _LINKS)
