"""Finding wordings in a text however they are spaced and joined: north face in "The NorthFace"."""

from __future__ import annotations

from collections.abc import Container, Iterator
from itertools import accumulate

from titlewright.text.words import atoms, squeeze

_LONGEST = 4  # words of a wording that is looked for


def key_of(wording: str) -> str:
    """A wording as it is compared: its words, without possessives, run together."""
    return squeeze("".join(word.norm for word in atoms(wording)))


def wordings_in(text: str, keys: Container[str]) -> Iterator[tuple[str, str]]:
    """The wordings with these keys, as they stand in the text, left to right with their keys.

    The longest at each place; none within another.
    """
    words = atoms(text)
    start = 0
    while start < len(words):
        some = words[start : start + _LONGEST]
        joined = list(accumulate(squeeze(word.norm) for word in some))
        length = next((size for size in range(len(some), 0, -1) if joined[size - 1] in keys), 0)
        if length:
            yield text[some[0].start : some[length - 1].end], joined[length - 1]
        start += max(length, 1)
