"""Denoising and copying: what an encoder-decoder learns from products alone, as title examples.

A piece of the product's own text (a title, a sentence, a long attribute) is spoilt and shown as the
present title; the task is to write it as it was. So BART learns (Lewis et al. 2020, section 2.2),
with noise that titles have. In half of the examples the piece is cut out of the text, so that the
words must be put in order; in the others it can be found there and copied.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import regex

from titlewright.generators import Learner
from titlewright.generators.spoiling import spoil
from titlewright.neural.report import FitReport, Step
from titlewright.neural.settings import TrainingSettings
from titlewright.records import Example, Product
from titlewright.text.leak import without_title
from titlewright.text.words import atoms

_SENTENCE = regex.compile(r"[^.!?。！？\n]+")
_LEAST, _MOST = 3, 24  # words of a piece
_FOUND = 0.5  # share of the examples whose piece can be found in the text


class Denoising(Learner):
    """A trainable generator whose pretraining is to mend its products' own text."""

    def pretrain(
        self,
        products: Sequence[Product],
        *,
        dev: Sequence[Product],
        settings: TrainingSettings,
        folder: Path,
        on_step: Callable[[Step], None],
        resume: bool = False,
    ) -> FitReport:
        """Denoising and copying, see `denoising`."""
        return self.fit(
            denoising(products, settings.seed), dev=denoising(dev)(0), settings=settings,
            folder=folder, on_step=on_step, resume=resume,
        )  # fmt: skip


def denoising(products: Sequence[Product], seed: int = 0) -> Callable[[int], Sequence[Example]]:
    """The examples of each epoch (0, 1, ...), one a product that says enough, others each time."""

    def of_epoch(epoch: int) -> list[Example]:
        rng = random.Random(f"{seed}:{epoch}")
        found = (_example(product, rng) for product in products)
        return [example for example in found if example is not None]

    return of_epoch


def _example(product: Product, rng: random.Random) -> Example | None:
    pieces = list(_pieces(product))
    if not pieces:
        return None
    piece = rng.choice(pieces)
    spoilt = spoil(piece, rng)
    if rng.random() >= _FOUND:
        product, _ = without_title(replace(product, title=piece))
    return Example(replace(product, title=spoilt), piece)


def _pieces(product: Product) -> Iterator[str]:
    texts = [product.title, *product.attributes.values()]
    texts += _SENTENCE.findall(product.description)
    for text in texts:
        piece = " ".join(text.split())
        if _LEAST <= len(atoms(piece)) <= _MOST:
            yield piece
