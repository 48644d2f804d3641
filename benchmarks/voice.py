"""Does a brand's voice, learnt from a few titles, prefer new titles of that brand over another's?

    python benchmarks/voice.py             measure and show
    python benchmarks/voice.py --show      what was measured last

For every ordered pair of sellers a voice is learnt from titles of the first; counted is how often a
title of the first that it hasn't seen scores above one of the second (ties half). Intervals are
over the sellers whose voice it is (2,000 bootstrap samples); of five stores they tell little.
stores     five shops, their titles as they are
brands     the largest brands of one shop (Myntra), the brand's name taken out of every title
shirts     brands of that shop again, shirts alone: what is said is nearly the same
half       of the titles that the voice hasn't seen, the share that scores above 0.5
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from datasets import (
    Source,
    costco_grocery,
    data_folder,
    icecat,
    livostyle,
    myntra_catalog,
    walmart_free,
)
from titlewright.records import Candidate, Product
from titlewright.scorers.voice import VoiceScorer
from titlewright.scorers.voice.examples import LikedTitle

RESULTS = Path(__file__).parent / "results" / "voice.json"
_STORES: tuple[Callable[[Path], Iterator[Source]], ...] = (
    icecat, myntra_catalog, walmart_free, livostyle, costco_grocery,
)  # fmt: skip
_HELD, _SAMPLES, _BRANDS = 25, 2000, 20
_TRAINED = (10, 30)
_ANY = Product(id="")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--show", action="store_true")
    if not parser.parse_args().show:
        RESULTS.write_text(json.dumps(measure(), indent=1) + "\n", encoding="utf-8")
    show(json.loads(RESULTS.read_text(encoding="utf-8")))


def measure() -> list[dict[str, Any]]:
    data = data_folder()
    stores = {store.__name__: _titles(store(data)) for store in _STORES}
    brands = _brands(data)
    largest = sorted(brands, key=lambda brand: (-len(brands[brand]), brand))[:_BRANDS]
    shirts = {
        brand: [title for title in titles if title.lower().endswith("shirt")]
        for brand, titles in brands.items()
    }
    sets = {
        "stores": stores,
        "brands": {brand: brands[brand] for brand in largest},
        "shirts": {brand: found for brand, found in shirts.items() if len(found) >= 55},
    }
    return [
        {"set": name, "sellers": len(sellers), "titles": count, **preferences(sellers, count)}
        for name, sellers in sets.items()
        for count in _TRAINED
    ]


def _titles(sources: Iterator[Source]) -> list[str]:
    return list(dict.fromkeys(source.product.title for source in sources if source.product.title))


def _brands(data: Path) -> dict[str, list[str]]:
    """Different titles of each brand of Myntra that begin with its name, the name taken off."""
    found: dict[str, dict[str, None]] = {}
    for source in myntra_catalog(data):
        brand, title = source.product.brand, source.product.title
        if brand and title.lower().startswith(brand.lower()):
            found.setdefault(brand, {}).setdefault(title[len(brand) :].strip())
    return {brand: list(titles) for brand, titles in sorted(found.items())}


def preferences(sellers: dict[str, list[str]], count: int) -> dict[str, Any]:
    """The share of pairs that each seller's voice orders rightly, and its mean with interval."""
    rng = random.Random(0)
    voices, held = {}, {}
    for seller, titles in sellers.items():
        drawn = rng.sample(titles, count + _HELD)
        voices[seller] = VoiceScorer([LikedTitle(title) for title in drawn[:count]])
        held[seller] = drawn[count:]
    right, half = [], []
    for seller, voice in voices.items():
        values = {name: _values(voice, titles) for name, titles in held.items()}
        own = values.pop(seller)
        right.append(np.mean([_above(own, others) for others in values.values()]))
        half.append((own > 0.5).mean())
    drawn_again = np.random.default_rng(0).integers(0, len(right), (_SAMPLES, len(right)))
    low, high = np.percentile(np.array(right)[drawn_again].mean(1), [2.5, 97.5])
    return {
        "right": [round(float(value), 4) for value in (np.mean(right), low, high)],
        "half": round(float(np.mean(half)), 4),
    }


def _values(voice: VoiceScorer, titles: list[str]) -> np.ndarray:
    return np.array([s.value for s in voice.score(_ANY, [Candidate(t, "") for t in titles])])


def _above(own: np.ndarray, others: np.ndarray) -> float:
    difference = own[:, None] - others[None, :]
    return float((difference > 0).mean() + 0.5 * (difference == 0).mean())


def show(rows: list[dict[str, Any]]) -> None:
    print("| | sellers | titles learnt from | right | 95 % | above 0.5 |")
    print("|---|---:|---:|---:|---:|---:|")
    for row in rows:
        value, low, high = row["right"]
        print(
            f"| {row['set']} | {row['sellers']} | {row['titles']} | {value:.3f} | "
            f"{low:.3f} … {high:.3f} | {row['half']:.2f} |"
        )


if __name__ == "__main__":
    main()
