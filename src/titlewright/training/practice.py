"""Practice: what a title writer is asked for, read off titles that exist.

A reference title tells which length, limit, style, language and words it would be the answer to;
spoilt, it is a present title to improve. Each epoch asks anew, the same for the same seed. Every
family learns from these examples; how hints reach a model is its own business.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from titlewright.generators.spoiling import spoil
from titlewright.records import Example, Hints, Inference, Product
from titlewright.text.language import identify
from titlewright.text.lexicon import load_lexicon
from titlewright.text.words import Atom, atoms, fold

Style = Literal["marketplace", "short", "headline"]
_HEADLINE, _SHORT = 30, 60  # characters: the longest titles that answer to these styles
_LIMITS = (30, 60, 75, 80, 150)  # characters, as channels set them
_AUDIENCES = {
    "women": ("women", "womens", "ladies", "女", "女士"),
    "men": ("men", "mens", "男", "男士"),
    "kids": ("kids", "children", "boys", "girls", "儿童"),
}


@dataclass(frozen=True, slots=True)
class Shares:
    """How often an example carries a wish, in [0, 1]."""

    length: float = 0.5
    limit: float = 0.5
    style: float = 0.4
    language: float = 0.3
    audience: float = 0.3
    prefer: float = 0.15
    prefer_untrue: float = 0.05
    avoid: float = 0.1
    spoilt: float = 0.25
    inferred: float = 0.4  # of those whose type only the title names


def practise(
    examples: Sequence[Example], *, seed: int = 0, shares: Shares = Shares()
) -> Callable[[int], Sequence[Example]]:
    """The examples of each epoch (0, 1, ...), each with wishes and perhaps a spoilt present title.

    Examples that hold hints already are left as they are.
    """

    def of_epoch(epoch: int) -> list[Example]:
        rng = random.Random(f"{seed}:{epoch}")
        return [
            example if example.hints != Hints() else _asked(example, examples, rng, shares)
            for example in examples
        ]

    return of_epoch


def _asked(
    example: Example, others: Sequence[Example], rng: random.Random, shares: Shares
) -> Example:
    product, title = example.product, example.title
    words = [atom for atom in atoms(title) if _says_something(atom)]
    prefer: list[str] = []
    avoid: list[str] = []
    if words and rng.random() < shares.prefer:
        prefer = [word.text for word in rng.sample(words, min(len(words), rng.choice((1, 1, 2))))]
    if rng.random() < shares.prefer_untrue and (word := _foreign_word(example, others, rng)):
        prefer.append(word)
    if rng.random() < shares.avoid:
        title, avoid = _avoiding(title, product, words, rng)
        prefer = [word for word in prefer if fold(word) not in map(fold, avoid)]
    if not product.title and rng.random() < shares.spoilt:
        product = replace(product, title=spoil(title, rng))
    if rng.random() < shares.inferred and (kind := _unstated_type(title, product)):
        inferred = Inference(kind, 0.98, "read off the reference title")
        product = replace(product, inferred=(*product.inferred, inferred))
    length = _length(title, rng) if rng.random() < shares.length else None
    hints = Hints(
        prefer=tuple(prefer),
        avoid=tuple(avoid),
        max_length=_limit(title, length, rng) if rng.random() < shares.limit else None,
        target_length=length,
        style=_style(title) if rng.random() < shares.style else "marketplace",
        audience=_audience(title) if rng.random() < shares.audience else "",
        language=identify(title) if rng.random() < shares.language else "",
    )
    return Example(product, title, hints)


def _length(title: str, rng: random.Random) -> int:
    """What was asked for is a little more than what came."""
    return len(title) + rng.randint(0, max(2, len(title) // 8))


def _limit(title: str, length: int | None, rng: random.Random) -> int:
    """One that the title keeps: a usual one, or the length that is asked for, which the pipeline
    takes for a limit as well."""
    own = _length(title, rng) if length is None else length
    return rng.choice([own, *(limit for limit in _LIMITS if limit >= (length or len(title)))])


def _style(title: str) -> Style:
    if len(title) <= _HEADLINE:
        return "headline"
    return "short" if len(title) <= _SHORT else "marketplace"


def _audience(title: str) -> str:
    found = {atom.norm for atom in atoms(title)}
    for audience, words in _AUDIENCES.items():
        if found.intersection(words):
            return audience
    return ""


def _unstated_type(title: str, product: Product) -> str:
    """The longest product type that the title names and the product doesn't state, or ""."""
    stated = " ".join((product.brand, product.description, *product.category,
                       *product.attributes, *product.attributes.values()))  # fmt: skip
    norms = [atom.norm for atom in atoms(title)]
    known = _types()
    for size in (3, 2, 1):
        for start in range(len(norms) - size + 1):
            phrase = " ".join(norms[start : start + size])
            if phrase in known and phrase not in fold(stated):
                return phrase
    return ""


@cache
def _types() -> frozenset[str]:
    return frozenset(
        fold(word) for words in load_lexicon("product_types").values() for word in words
    )


def _says_something(atom: Atom) -> bool:
    return len(atom.text) > 2 or atom.unspaced or not atom.text.isascii()


def _foreign_word(example: Example, others: Sequence[Example], rng: random.Random) -> str:
    """A word of another title that this product doesn't hold anywhere: it must not be used."""
    found = [atom for atom in atoms(rng.choice(others).title) if _says_something(atom)]
    if not found:
        return ""
    word = rng.choice(found)
    product = example.product
    text = fold(f"{example.title} {product.brand} {product.description} {product.attributes}")
    return "" if word.norm in text else word.text


def _avoiding(
    title: str, product: Product, words: Sequence[Atom], rng: random.Random
) -> tuple[str, list[str]]:
    """A word to avoid: one that is taken out of the title, or one that only the product holds."""
    if len(words) > 4 and rng.random() < 0.5:
        word = rng.choice(words)
        rest = f"{title[: word.start]} {title[word.end :]}"
        if word.norm not in {atom.norm for atom in atoms(rest)}:
            glue = "" if word.unspaced else " "
            return glue.join(rest.split()), [word.text]
    norms = {atom.norm for atom in atoms(title)}
    stated = [
        atom
        for atom in atoms(product.description[:400])
        if _says_something(atom) and atom.norm not in norms
    ]
    return title, [rng.choice(stated).text] if stated else []
