"""Tones of a title: which of the things that a product states it would rather say.

A tone puts no word of its own into a title. It prefers some facts and some words that the product
states, and plain leaves praise out.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import tomli

from titlewright.generators.facts import Facts
from titlewright.records import Product
from titlewright.text.words import atoms, fold

Tone = Literal["plain", "premium", "playful", "technical"]
TONES: tuple[Tone, ...] = get_args(Tone)
_FILE = Path(__file__).parents[1] / "data" / "tones.toml"
_MOST = 2  # things that a tone asks for in one title


@cache
def _tones() -> dict[str, Any]:
    return tomli.loads(_FILE.read_text(encoding="utf-8"))


def tone_words(tone: Tone | None, product: Product, facts: Facts) -> list[str]:
    """What the product states that suits the tone, what suits it best first; none for no tone."""
    if tone is None:
        return []
    data = _tones()[tone]
    found = [fact for slot in data["slots"] if (fact := facts.slots.get(slot, ""))]
    text = "\n".join((product.description, *product.attributes.values()))
    folded, stated = fold(text), {atom.norm for atom in atoms(text)}
    found += [word for word in data["words"] if word in (stated if word.isascii() else folded)]
    return list(dict.fromkeys(found))[:_MOST]
