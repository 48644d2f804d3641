"""From products to candidates: what is asked for, the search with any engine, the last touch."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from titlewright.errors import GeneratorError
from titlewright.generators.facts import is_short_name
from titlewright.generators.writing.backing import Backing
from titlewright.generators.writing.search import Engine, write
from titlewright.generators.writing.units import is_word, split
from titlewright.generators.writing.vocabulary import Vocabulary
from titlewright.generators.writing.wishes import Copyable, Written
from titlewright.generators.writing.wording import content
from titlewright.records import Candidate, Hints, Product
from titlewright.text.casing import looks_like_code, title_case
from titlewright.text.language import identify, is_cjk
from titlewright.text.words import atoms, fold

_BATCH = 16  # products read at once
_MODEL_NAMES = frozenset({"model", "model number", "mpn", "型号"})
_MOST_CODES = 3
_PLACES = {"short": 60, "headline": 30}  # characters

Read = TypeVar("Read", bound=Copyable)


def compose(
    products: Sequence[Product],
    hints: Sequence[Hints] | None,
    *,
    n: int,
    seed: int,
    name: str,
    engine: Engine,
    vocabulary: Vocabulary,
    read: Callable[[Product, Hints], Read],
    size: Callable[[Read], int],
    patient: bool = False,
) -> list[list[Candidate]]:
    """Up to n different titles a product by the generator `name`, likeliest first.

    `read` makes of a product what the engine reads; products of like `size` are read together,
    those of size 0 say nothing. For `patient` see `search.write`. Raises GeneratorError for an n
    below 1.
    """
    if n < 1:
        raise GeneratorError(f"n must be 1 or more, not {n}.")
    asked = [_within_style(hint) for hint in hints or [Hints()] * len(products)]
    readings = [read(product, hint) for product, hint in zip(products, asked, strict=True)]
    made: list[list[Candidate]] = [[] for _ in products]
    # products of like size are read together, so that little of a batch is padding
    sizes = [size(reading) for reading in readings]
    order = sorted((index for index, units in enumerate(sizes) if units), key=sizes.__getitem__)
    for start in range(0, len(order), _BATCH):
        chosen = order[start : start + _BATCH]
        written = write(
            engine,
            vocabulary,
            [readings[index] for index in chosen],
            [_keeping_codes(asked[index], products[index]) for index in chosen],
            [Backing(products[index]) for index in chosen],
            n=n,
            seeds=[(seed, _identity(products[index])) for index in chosen],
            patient=patient,
        )
        for index, titles in zip(chosen, written, strict=True):
            made[index] = _candidates(products[index], asked[index], titles, n, name)
    return made


def _candidates(
    product: Product, hint: Hints, titles: Sequence[Written], n: int, name: str
) -> list[Candidate]:
    """The n best that say different things, cased as the language has it."""
    kept: dict[frozenset[str], Candidate] = {}
    for title in titles:
        says = frozenset().union(*(content(fold(atom.text)) for atom in atoms(title.text)))
        if says and says not in kept:
            text = _cased(title.text, product)
            kept[says] = Candidate(text, name, title.log_probability, hint)
        if len(kept) == n:
            break
    return list(kept.values())


def _within_style(hint: Hints) -> Hints:
    """A short style is as long as its place, unless a length is asked for."""
    place = _PLACES.get(hint.style)
    if place is None:
        return hint
    most = min(place, hint.max_length or place)
    return replace(hint, max_length=most, target_length=min(most, hint.target_length or most))


def _keeping_codes(hint: Hints, product: Product) -> Hints:
    """What tells one product from the next is kept: model numbers, and a present title that is
    nothing but a name of that kind ("13A")."""
    named = [
        value
        for name, value in product.attributes.items()
        if name.casefold() in _MODEL_NAMES and len(value.split()) == 1
    ]
    short = is_short_name(product.title)
    named += [
        unit for unit in split(product.title) if looks_like_code(unit) or (short and is_word(unit))
    ]
    return replace(hint, prefer=(*hint.prefer, *named[:_MOST_CODES]))


def _identity(product: Product) -> int:
    """The same for the same product, so that its samples don't depend on its neighbours."""
    text = f"{product.id}\n{product.brand}\n{product.description}"
    return zlib.crc32(text.encode("utf-8", "replace"))


def _cased(title: str, product: Product) -> str:
    """Title Case where that is the custom: in English. Other languages keep the seller's own."""
    if is_cjk(title):
        return title
    language = product.locale[:2] or identify(f"{title} {product.description[:300]}", "en")
    if language != "en":
        return title
    return title_case(title, language, keep=(product.brand, *product.brand.split()))
