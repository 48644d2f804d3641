"""What the n-gram family counts on examples, and where it is kept.

language.npz      the n-grams
words.txt         the title words that may be written although a product doesn't show them
copying.json.gz   copy rates, lengths of titles, what the features are worth, fluency
titles.json.gz    the counted titles, so that more can be counted later; read only then
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from titlewright.errors import GeneratorError
from titlewright.generators.ngram.copying import CopyRates
from titlewright.generators.ngram.kneser_ney import KneserNey
from titlewright.generators.ngram.moves import Moves
from titlewright.generators.ngram.product_words import read
from titlewright.generators.ngram.title_model import TitleModel, frequent_words, length_counts
from titlewright.generators.writing.units import split
from titlewright.generators.writing.vocabulary import Vocabulary
from titlewright.records import Example
from titlewright.text.words import fold

Array = NDArray[Any]
LANGUAGE, WORDS, COPYING, TITLES = "language.npz", "words.txt", "copying.json.gz", "titles.json.gz"
ORDER = 4


class Counts:
    """Titles, their spellings, and what was copied to them; grows with every example."""

    def __init__(self) -> None:
        self.titles: list[list[str]] = []  # folded units
        self.spellings: Counter[str] = Counter()
        self.rates = CopyRates()
        self.moves = Moves()

    def add(self, examples: Iterable[Example]) -> None:
        for example in examples:
            units = split(example.title)
            title = [fold(unit) for unit in units]
            self.titles.append(title)
            self.spellings.update(units)
            words = read(example.product)
            self.rates.learn(words, set(title))
            self.moves.learn(words, title)

    def model(self, weights: Array) -> TitleModel:
        """The title model of all that was counted, its features worth `weights`."""
        return TitleModel(
            KneserNey.count(self.titles, order=ORDER),
            self.rates,
            self.moves,
            frequent_words(self.spellings),
            length_counts(self.titles),
            weights,
        )

    def save(self, folder: Path) -> None:
        _write_json(folder / TITLES, {"titles": self.titles, "spellings": self.spellings})

    def load(self, folder: Path, model: TitleModel) -> None:
        """Go on from this model, which was saved there. Raises GeneratorError."""
        try:
            kept = _read_json(folder / TITLES)
            self.titles, self.spellings = kept["titles"], Counter(kept["spellings"])
        except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
            raise GeneratorError(
                f"{folder / TITLES} can't be read ({error}), and without it nothing can be added. "
                "Train the model anew on all of the data."
            ) from error
        self.rates, self.moves = model.rates, model.moves


def save_model(model: TitleModel, fluency: Array, folder: Path) -> None:
    """Write all that writing titles needs."""
    model.language.save(folder / LANGUAGE)
    model.vocabulary.save(folder / WORDS)
    about = {
        "rates": model.rates.to_json(),
        "moves": model.moves.to_json(),
        "lengths": model.lengths.tolist(),
        "weights": model.weights.tolist(),
        "fluency": fluency.tolist(),
    }
    _write_json(folder / COPYING, about)


def load_model(folder: Path) -> tuple[TitleModel, Array]:
    """A saved title model and its fluency. Raises GeneratorError for a broken folder."""
    try:
        about = _read_json(folder / COPYING)
        model = TitleModel(
            KneserNey.load(folder / LANGUAGE),
            CopyRates.from_json(about["rates"]),
            Moves.from_json(about["moves"]),
            Vocabulary.load(folder / WORDS),
            np.array(about["lengths"]),
            np.array(about["weights"]),
        )
        return model, np.array(about["fluency"])
    except (OSError, EOFError, ValueError, KeyError, TypeError, BadZipFile) as error:
        raise GeneratorError(
            f"The ngram model in {folder} can't be read: {error}. Save or train it again."
        ) from error


def _write_json(path: Path, data: Any) -> None:
    path.write_bytes(gzip.compress(json.dumps(data).encode(), mtime=0))


def _read_json(path: Path) -> Any:
    return json.loads(gzip.decompress(path.read_bytes()))
