"""Which real searches fit which product: a stand-in for a shop's own search terms.

English queries are those of crowdflower_relevance and homedepot_relevance, Chinese ones those of
multicpr_ecom_queries. A query fits a product that holds all of its words, when the product's title
holds at least half of them, the last word (the thing that is searched for) among them. An English
one must also fit in the judgment of the relevance model. Left out are queries of one word and those
with numbers.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from titlewright.evaluation.stated import stem
from titlewright.grounding.function_words import is_function_word
from titlewright.records import Product
from titlewright.scorers.relevance.model import RelevanceModel
from titlewright.text.tokens import has_unspaced_script
from titlewright.text.words import atoms

MOST = 3  # queries a product
_CONSIDERED = 12  # queries a product that the relevance model is asked about
_RELEVANT = 0.6  # of 1


def read_queries(folder: Path) -> Iterator[str]:
    for name, column in (
        ("crowdflower_relevance/train.csv", "query"),
        ("homedepot_relevance/train.csv", "search_term"),
    ):
        with (folder / name).open(newline="", encoding="utf-8", errors="replace") as file:
            yield from (row[column] for row in csv.DictReader(file))
    for name in ("train.query.txt", "dev.query.txt"):
        with (folder / "multicpr_ecom_queries" / name).open(encoding="utf-8") as file:
            yield from (line.rstrip("\n").partition("\t")[2] for line in file)


class Searches:
    """The queries by their last word; call it for those that fit a product, the longest first."""

    def __init__(self, queries: Iterator[str]) -> None:
        self._model = RelevanceModel.load()
        self._by_thing: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
        for query in dict.fromkeys(" ".join(query.split()) for query in queries):
            words = tuple(_words(query))
            if len(words) > 1 and not any(character.isdigit() for character in query):
                self._by_thing[words[-1]][query] = words

    def __call__(self, product: Product) -> list[str]:
        rest = (product.brand, product.description, *product.attributes.values())
        said = set(_words(product.title))
        stated = said.union(*map(_words, rest))
        found = [
            (len(words), query)
            for thing in said
            for query, words in self._by_thing.get(thing, {}).items()
            if stated.issuperset(words) and 2 * len(said.intersection(words)) >= len(words)
        ]
        queries = [query for _, query in sorted(found, key=lambda one: (-one[0], one[1]))]
        return [query for query in queries[:_CONSIDERED] if self._fits(query, product)][:MOST]

    def _fits(self, query: str, product: Product) -> bool:
        if has_unspaced_script(query):
            return True
        (relevance,) = self._model.relevance([query], [product.title])
        return bool(relevance >= _RELEVANT)


def covered(title: str, query: str) -> bool:
    """Whether a title holds all words of a query."""
    return set(_words(title)).issuperset(_words(query))


def _words(text: str) -> Iterator[str]:
    for atom in atoms(text):
        if not is_function_word(atom.norm, "en"):
            yield stem(atom.norm)
