"""The titles that every generator has to beat without any effort."""

from __future__ import annotations

from titlewright.records import Product
from titlewright.text.tokens import has_unspaced_script

WORDS = 12


def first_words(product: Product, count: int = WORDS) -> str:
    """The first words of the description, or of brand and attributes where there is none.

    Chinese and Japanese are cut into words first.
    """
    text = product.description or ", ".join(
        value
        for value in (product.brand, *product.attributes.values())
        if value not in ("", "yes", "no")  # an answer says nothing without its question
    )
    if has_unspaced_script(text):
        import rjieba

        return "".join(rjieba.cut(text)[:count]).strip()
    return " ".join(text.split()[:count])
