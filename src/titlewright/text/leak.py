"""Taking the seller's title out of what a generator reads, where it stands there word for word.

A generator that copies the title from the description would look like one that writes it, and one
that is trained on such rows learns to copy nothing else. Evaluation and training share this rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from titlewright.records import Product
from titlewright.text.tokens import has_unspaced_script, words

_SURE = 5  # words in a row that are no chance
_LOST_BREAK = r"(?-i:(?<=[a-z0-9)])(?=[A-Z][a-z]))"
_EDGES = " \t\r\n,;:|-–—.#*"


def without_title(product: Product) -> tuple[Product, bool]:
    """The product as a generator may see it: no title, and no copy of it in another field.

    The second value says whether a copy was removed. A copy may differ in case, punctuation and
    spacing ("steel-mug-500-ml" is a copy of "Steel Mug, 500 ml"); titles of one word are too
    short to tell a copy from a mention and stay.
    """
    bare = replace(product, title="")
    tokens = words(product.title)
    unspaced = has_unspaced_script(product.title)
    if len(tokens) < (4 if unspaced else 2) or not _may_hold(bare, tokens):
        return bare, False
    pattern = _copies_of(tokens, unspaced)
    description = _cut(product.description, pattern)
    attributes = {
        name: text
        for name, value in product.attributes.items()
        if (text := _cut(value, pattern)) or not value
    }
    category = tuple(filter(None, (_cut(level, pattern) for level in product.category)))
    queries = tuple(filter(None, (_cut(query, pattern) for query in product.queries)))
    masked = replace(
        bare,
        description=description,
        attributes=attributes,
        category=category,
        queries=queries,
    )
    return (masked, True) if masked != bare else (bare, False)


def _may_hold(product: Product, tokens: Iterable[str]) -> bool:
    """Whether any text holds all the words, wherever: asked first, since patterns are costly."""
    texts = (product.description, *product.attributes.values(), *product.category, *product.queries)
    folded = (text.casefold().replace("ı", "i") for text in texts)  # re takes ı for an i
    return any(all(token in text for token in tokens) for text in folded)


def _copies_of(tokens: Sequence[str], unspaced: bool) -> re.Pattern[str]:
    """A pattern for the title's words in order, whatever stands between them.

    A short copy starts and ends where words do, or where a feed lost the line break between two
    texts ("Steel MugKeeps hot"). So many words in a row are a copy whatever follows ("... Running
    Shoes" of "... Running Shoe"), and so is Chinese.
    """
    start = end = ""
    if not unspaced and len(tokens) < _SURE:
        start = rf"(?:(?<![^\W_])|{_LOST_BREAK})"
        end = rf"(?:(?![a-z0-9])|{_LOST_BREAK})"
    elif not has_unspaced_script(tokens[-1]):
        end = r"(?:e?s(?![^\W_]))?"
    copy = r"[\W_]*?".join(map(re.escape, tokens))
    return re.compile(f"{start}{copy}{end}", re.IGNORECASE)


def _cut(text: str, pattern: re.Pattern[str]) -> str:
    """The text without the copies; untouched where there are none."""
    if not pattern.search(text):
        return text
    parts = (part.strip(_EDGES) for part in pattern.split(text))
    return " ".join(part for part in parts if part)
