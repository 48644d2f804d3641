"""The demand for a feed's products: which search terms fit which product, and how well."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Self

from titlewright.records import Product
from titlewright.scorers.demand.answering import Answering
from titlewright.scorers.demand.brands import Brands, brands_of
from titlewright.scorers.demand.index import TermIndex
from titlewright.scorers.demand.keys import keys_of_searches
from titlewright.scorers.demand.mining import mined
from titlewright.scorers.demand.praise import praises
from titlewright.scorers.demand.reading import read_terms
from titlewright.scorers.demand.terms import Term, merged
from titlewright.scorers.demand.things import doubtful, is_one, thing
from titlewright.scorers.demand.truth import Truth
from titlewright.scorers.demand.units import Said, Unit, units
from titlewright.text.language import identify
from titlewright.text.remembering import Remembered

MOST_FITS = 20  # terms a product that are kept
MOST_JUDGED = 60  # terms a product whose fit is judged: the most demanded of those that are true
_SAMPLE = 200  # of the most demanded terms, from which the language is told
_REMEMBERED = 256  # products


@dataclass(frozen=True, slots=True)
class Fit:
    """A term that fits a product: how well, from 0 to 1, why, and the units it is made of."""

    term: Term
    value: float
    reason: str
    units: tuple[Unit, ...]

    @property
    def weight(self) -> float:
        """What covering the term is worth: fit x ln(1 + volume)."""
        return self.value * self.term.weight


@dataclass(frozen=True, slots=True)
class Missing:
    """A fitting term that a title doesn't cover, and the words (or quantities) that would."""

    fit: Fit
    words: tuple[str, ...]


class Demand:
    """Search terms, asked which fit a product.

    `mined` says that they are phrases of a feed and no searches; `brands` are the names known to be
    brands; `aliases` a user's file or folder of further aliases; `answering` judges how well a
    product answers a search. Terms that praise, or have no content word or no volume, fit nothing.
    """

    def __init__(
        self,
        terms: Iterable[Term],
        *,
        mined: bool = False,
        brands: Iterable[str] = (),
        aliases: Path | None = None,
        answering: Answering | None = None,
    ) -> None:
        self.terms = tuple(merged(terms))
        self.mined = mined
        self.language = identify(" ".join(term.query for term in self.terms[:_SAMPLE]), "en")
        self._brands = Brands(brands)
        self._aliases = aliases
        self._answering = answering or Answering()
        self._index = TermIndex(
            keys_of_searches((term.query for term in self.terms if term.weight), self.language)
        )
        self._remembered = Remembered(self._fitting, most=_REMEMBERED)

    @classmethod
    def of_file(
        cls, path: Path, *, brands: Iterable[str] = (), aliases: Path | None = None
    ) -> Self:
        """The terms of a search-term file. Raises FeedError, see `reading.read_terms`."""
        return cls(read_terms(path), brands=brands, aliases=aliases)

    @classmethod
    def of_feed(cls, products: Iterable[Product], *, aliases: Path | None = None) -> Self:
        """What the products' own texts say most, where nothing is known about searches."""
        products = list(products)
        return cls(mined(products), mined=True, brands=brands_of(products), aliases=aliases)

    def fitting(self, product: Product) -> list[Fit]:
        """The terms that fit the product, those most worth covering first, MOST_FITS at most.

        All that a term says is stated by the product (see `truth`), it asks for the thing that the
        product is (see `things`), and the product answers it (see `answering`).
        """
        return list(self._remembered(product))

    def queries(self, product: Product) -> list[str]:
        """What of `fitting` is searched for, in words."""
        return [fit.term.query for fit in self.fitting(product)]

    def missing(self, title: str, product: Product) -> list[Missing]:
        """The fitting terms that a title doesn't cover, those most worth covering first."""
        said = Said(title, self.language)
        found: list[Missing] = []
        for fit in self.fitting(product):
            held = said.held(fit.units)
            words = [unit.text for unit, there in zip(fit.units, held, strict=True) if not there]
            if words:
                found.append(Missing(fit, tuple(words)))
        return found

    def _fitting(self, product: Product) -> tuple[Fit, ...]:
        truth = Truth(product, self._aliases)
        numbers = sorted(self._index.within(truth.keys))  # the most demanded first
        stated = (self.terms[number] for number in numbers if self._true(number, truth))
        true = list(islice(stated, MOST_JUDGED))
        judged = self._answering.judge([term.query for term in true], truth, self.language)
        fits = [
            Fit(term, answer.value, answer.reason, units(term.query, self.language))
            for term, answer in zip(true, judged, strict=True)
            if answer.enough
        ]
        return tuple(sorted(fits, key=_best_first)[:MOST_FITS])

    def _true(self, number: int, truth: Truth) -> bool:
        """The quicker looks first."""
        query = self.terms[number].query
        asked = units(query, self.language)
        return (
            truth.may_state(asked)
            and self._asks_for(truth, query)
            and not praises(query)
            and not truth.names_another(self._brands.named(query))
            and truth.states(query, asked)
        )

    def _asks_for(self, truth: Truth, query: str) -> bool:
        """Whether a search asks for the thing that the product is, as far as can be told."""
        things = [unit for unit in units(doubtful(query), self.language) if unit.is_word]
        return all(truth.says_foremost(things)) and is_one(truth.product, thing(query))

    def __getstate__(self) -> dict[str, Any]:
        """Without what is remembered by identity, which another process doesn't share."""
        return {name: value for name, value in vars(self).items() if name != "_remembered"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._remembered = Remembered(self._fitting, most=_REMEMBERED)


def _best_first(fit: Fit) -> tuple[float, float, str]:
    return -round(fit.weight, 9), -fit.term.clicks, fit.term.query
