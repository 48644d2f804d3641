"""A title's next word given the words before it and the product: language model and copying mixed.

The mixture is log-linear (Och & Ney 2002, "Discriminative training and maximum entropy models for
statistical machine translation", section 2). For the title's words h so far, a product x, and a
word w among the C candidates (the product's words, frequent title words, END and OTHER):

    P(w | h, x) = exp(lambda . f(w, h, x)) / sum over w' of exp(lambda . f(w', h, x))

f holds the F features below, each in nats or 0 and 1; lambda [F] says what each is worth and is
found by `fitting.py`. OTHER is any word that is no candidate: the model can't write it, but
knows how likely one is, so that probabilities of real titles can be told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from titlewright.generators.ngram import kneser_ney, moves
from titlewright.generators.ngram.copying import CopyRates
from titlewright.generators.ngram.kneser_ney import KneserNey
from titlewright.generators.ngram.moves import Moves
from titlewright.generators.ngram.product_words import START, ProductWords
from titlewright.generators.writing.units import split
from titlewright.generators.writing.vocabulary import BEGIN, END, Vocabulary
from titlewright.text.words import fold

Array = NDArray[Any]

OTHER = 0  # in the place of the vocabulary's PAD, which is no candidate
MOST_FREQUENT = 600  # title words that may be written although the product doesn't show them
_LEAST = 3  # titles that such a word stands in
_LONGEST = 60  # units; longer titles end as those of this length

# The features, and the lambda of each before anything is fitted.
FEATURES = {
    "language": 0.6,  # ln P(w | h) of the Kneser-Ney model
    "copy": 0.5,  # ln odds that w is copied, see `copying.py`; 0 for END and OTHER
    "follows": 1.0,  # 1 where the product has w after the title's last word (at first: begins so)
    "on": 0.5,  # for such a word: ln odds that the title goes on so, see `moves.py`
    "turn": 0.5,  # ln of the rate of the field of w after that of the last word, see `moves.py`
    "again": -3.0,  # 1 where the title has w already
    "product": 0.0,  # 1 for a word of the product
    "other": -1.0,  # 1 for OTHER
    "end": 0.0,  # 1 for END
    "length": 0.5,  # for END: ln of the share that ends, of titles that got as long as this one
    "missing": 0.3,  # for END: ln of the probability that no word left is copied
}
(_LANGUAGE, _COPY, _FOLLOWS, _ON, _TURN, _AGAIN, _PRODUCT, _OTHER, _END, _LENGTH,
 _MISSING) = range(len(FEATURES))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """What a product's titles need at every step, worked out once. C = V + G candidates.

    words     the product's words, G
    language  [C] ids of the candidates in the language model
    fixed     [C, F] features that no word written changes
    kinds     [C] the field of each, as a row of the turns
    left      [G] ln of the probability that each of the product's words isn't copied
    possible  [C] whether it can come next at all: not BEGIN, nor what the product has itself
    """

    words: ProductWords
    language: Array
    fixed: Array
    kinds: Array
    left: Array
    possible: Array


class TitleModel:
    """P(w | h, x) over candidates, which are numbered: V of the vocabulary, then the product's G.

    lengths  [61] titles of each number of units
    weights  [F] lambda
    """

    def __init__(
        self,
        language: KneserNey,
        rates: CopyRates,
        movements: Moves,
        vocabulary: Vocabulary,
        lengths: Array,
        weights: Array,
    ) -> None:
        self.language, self.vocabulary = language, vocabulary
        self.rates, self.moves = rates, movements
        self.lengths, self.weights = lengths, weights
        folded = [fold(word) for word in vocabulary.words]
        self._ids = language.ids(folded)  # [V]
        self._ids[OTHER], self._ids[END] = kneser_ney.UNKNOWN, kneser_ney.END
        self._unstated = _odds(rates.unstated(folded))  # [V]
        self._kinds = {name: place for place, name in enumerate(movements.kinds())}
        self._turns = movements.turns()  # [K, K]
        reached = np.cumsum(lengths[::-1])[::-1]
        self._endings = np.log((lengths + 0.5) / (reached + 1))  # ln of the hazard by length

    def page(self, words: ProductWords) -> Page:
        size = len(self.vocabulary)
        rates = self.rates.copied(words)
        fixed = np.zeros((size + len(words.words), len(FEATURES)))
        fixed[:size, _COPY] = self._unstated
        fixed[[OTHER, BEGIN, END], _COPY] = 0
        fixed[size:, _COPY] = _odds(rates)
        fixed[size:, _PRODUCT] = 1
        fixed[OTHER, _OTHER] = fixed[END, _END] = 1
        possible = np.ones(len(fixed), bool)
        possible[BEGIN] = False
        known = (self.vocabulary.index.get(word) for word in words.index)
        possible[[number for number in known if number is not None and number > END]] = False
        language = np.concatenate((self._ids, self.language.ids(list(words.index))))
        return Page(words, language, fixed, self._kinds_of(words), np.log1p(-rates), possible)

    def _kinds_of(self, words: ProductWords) -> Array:
        unstated = self._kinds[moves.UNSTATED]
        kinds = [unstated] * len(self.vocabulary)
        kinds[BEGIN], kinds[END] = self._kinds[moves.BEGIN], self._kinds[moves.END]
        return np.array([*kinds, *(self._kinds.get(kind, unstated) for kind in words.kinds)])

    def features(self, page: Page, written: Sequence[int]) -> Array:
        """f of every candidate [C, F] after the candidates that are written already."""
        size = len(self.vocabulary)
        last = written[-1] if written else BEGIN
        made = page.fixed.copy()
        history = page.language[list(written[1 - self.language.order :])].tolist()
        made[:, _LANGUAGE] = np.log(self.language.probabilities(history, page.language))
        made[:, _TURN] = self._turns[page.kinds[last], page.kinds]
        if last >= size or not written:
            self._go_on(made, page, last - size if written else START)
        made[list(written), _AGAIN] = 1
        missing = np.ones(len(page.left))
        missing[[number - size for number in written if number >= size]] = 0
        made[END, _LENGTH] = self._endings[min(len(written), _LONGEST)]
        made[END, _MISSING] = page.left @ missing
        return made

    def _go_on(self, made: Array, page: Page, last: int) -> None:
        """Fill in the features of the words that follow the last one in the product."""
        for number, fields in page.words.after.get(last, {}).items():
            rate = self.moves.on(last, fields)
            made[len(self.vocabulary) + number, [_FOLLOWS, _ON]] = 1, _odds(rate)

    def log_probabilities(self, page: Page, written: Sequence[int]) -> Array:
        """ln P(w | h, x) of every candidate [C]; -inf for what is impossible."""
        scores = np.where(page.possible, self.features(page, written) @ self.weights, -np.inf)
        top = scores.max()
        found: Array = scores - (top + np.log(np.exp(scores - top).sum()))
        return found

    def numbers(self, page: Page, title: str) -> list[int]:
        """A title's units as candidates, END last; OTHER for what is none."""
        found = []
        for unit in split(title):
            key = fold(unit)
            number = page.words.index.get(key)
            if number is not None:
                found.append(len(self.vocabulary) + number)
            else:
                found.append(self.vocabulary.index.get(key, OTHER))
        return [*found, END]

    def title_log_probabilities(self, page: Page, title: str) -> list[float]:
        """ln P of each unit of a title and of its end."""
        numbers = self.numbers(page, title)
        return [
            float(self.log_probabilities(page, numbers[:place])[number])
            for place, number in enumerate(numbers)
        ]


def _odds(rates: Any) -> Any:
    """ln odds of probabilities."""
    return np.log(rates) - np.log1p(-rates)


def start_weights() -> Array:
    """[F] lambda before anything is fitted."""
    return np.array(list(FEATURES.values()))


def frequent_words(surfaces: Mapping[str, int]) -> Vocabulary:
    """The title words that may be written unseen, from how often each spelling was used."""
    spellings: dict[str, Counter[str]] = {}
    for surface, number in surfaces.items():
        spellings.setdefault(fold(surface), Counter())[surface] += number
    total = {word: spelt.total() for word, spelt in spellings.items()}
    frequent = sorted(total, key=lambda word: (-total[word], word))[:MOST_FREQUENT]
    return Vocabulary(
        [
            min(spellings[word], key=lambda one: (-spellings[word][one], one))
            for word in frequent
            if total[word] >= _LEAST
        ]
    )


def length_counts(titles: Sequence[Sequence[str]]) -> Array:
    """[61] titles of each number of units; the last holds all that are as long or longer."""
    return np.bincount(
        [min(len(title), _LONGEST) for title in titles], minlength=_LONGEST + 1
    ).astype(float)
