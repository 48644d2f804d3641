"""How well a judge tells a product's own title from titles that are wrong for it."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from titlewright.evaluation.bootstrap import interval, mean_of
from titlewright.generators.spoiling import spoil
from titlewright.neural.calibration import calibration_error
from titlewright.records import Candidate, Product
from titlewright.scorers import Scorer


def measure_judge(
    scorer: Scorer, products: Sequence[Product], titles: Sequence[str], seed: int = 0
) -> dict[str, Any]:
    """Each product's own title beside the same title spoilt, and beside another product's.

    Returns {"other", "spoilt": share of products whose own title scores higher (a tie counts
    half), "other_interval", "spoilt_interval", "ece": expected calibration error of the score as
    the probability that a title is the product's own, over own and others' titles,
    "titles_per_second", "products"}.
    """
    rng = random.Random(seed)
    others = _others(products, titles, rng)
    own: list[float] = []
    other: list[float] = []
    spoilt: list[float] = []
    began = time.perf_counter()
    for product, title, wrong in zip(products, titles, others, strict=True):
        texts = (title, wrong, spoil(title, rng))
        scores = scorer.score(product, [Candidate(text, scorer.name) for text in texts])
        for values, score in zip((own, other, spoilt), scores, strict=True):
            values.append(score.value)
    seconds = time.perf_counter() - began
    won = {name: _won(own, values) for name, values in (("other", other), ("spoilt", spoilt))}
    return {
        **{name: round(mean_of(values).value or 0.0, 4) for name, values in won.items()},
        **{
            f"{name}_interval": [
                round(bound, 4) for bound in interval(mean_of(values), seed=seed) or ()
            ]
            for name, values in won.items()
        },
        "ece": round(calibration_error(np.array(own + other), np.repeat([1, 0], len(own))), 4),
        "titles_per_second": round(3 * len(products) / seconds, 1),
        "products": len(products),
    }


def _others(products: Sequence[Product], titles: Sequence[str], rng: random.Random) -> list[str]:
    """For each product the title of another, of its category where there is one."""
    alike: dict[tuple[str, ...], list[int]] = {}
    for place, product in enumerate(products):
        alike.setdefault(product.category, []).append(place)
    found = []
    for place, product in enumerate(products):
        near = [at for at in alike[product.category] if titles[at] != titles[place]]
        far = [at for at in range(len(titles)) if titles[at] != titles[place]]
        found.append(titles[rng.choice(near or far or [place])])
    return found


def _won(own: Sequence[float], others: Sequence[float]) -> list[float | None]:
    return [
        0.5 if mine == theirs else float(mine > theirs)
        for mine, theirs in zip(own, others, strict=True)
    ]
