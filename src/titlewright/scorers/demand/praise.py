"""Searches that praise ("best boots", 时尚连衣裙): no title may say so, whatever is searched."""

from __future__ import annotations

from functools import cache

from titlewright.generators.phrases import is_product_type
from titlewright.scorers.demand.phrases import key_of, wordings_in
from titlewright.text.lexicon import load_lexicon


def praises(text: str) -> list[str]:
    """The praise in a text that any seller could write, as it stands there."""
    return [words for words, _ in wordings_in(text, _claims())]


@cache
def _claims() -> frozenset[str]:
    """Without "top", which is a garment too, and "#1", which is a number."""
    claims = [word for words in load_lexicon("generic_claims").values() for word in words]
    keys = (key_of(claim) for claim in claims if not is_product_type([claim]))
    return frozenset(key for key in keys if not key.isdecimal())
