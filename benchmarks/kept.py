"""What generators wrote, kept in a folder: choosing anew among it needs no writing anew."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from titlewright.generators import Generator
from titlewright.records import Candidate, Hints, Product

_CHUNK = 64  # products that are written, and kept, at once


class Kept:
    """A generator whose candidates are read from FOLDER/NAME.jsonl where it wrote them before.

    They are known by the product, the hints, their number and the seed; not by the weights, so a
    model that was trained anew needs another folder.
    """

    def __init__(self, generator: Generator, folder: Path) -> None:
        self.name, self.model_made = generator.name, generator.model_made
        self._generator = generator
        self._path = folder / f"{generator.name}.jsonl"
        self._known: dict[str, list[Candidate]] = {}
        folder.mkdir(parents=True, exist_ok=True)
        if self._path.exists():
            for line in self._path.read_text(encoding="utf-8").splitlines():
                key, titles = json.loads(line)
                self._known[key] = [Candidate(text, self.name, value) for text, value in titles]

    def generate(
        self,
        products: Sequence[Product],
        *,
        n: int,
        hints: Sequence[Hints] | None = None,
        seed: int = 0,
    ) -> list[list[Candidate]]:
        wishes = hints or [Hints()] * len(products)
        keys = [
            hashlib.sha256(repr((product, wish, n, seed)).encode()).hexdigest()[:24]
            for product, wish in zip(products, wishes, strict=True)
        ]
        new = [place for place, key in enumerate(keys) if key not in self._known]
        for start in range(0, len(new), _CHUNK):
            some = new[start : start + _CHUNK]
            made = self._generator.generate(
                [products[place] for place in some],
                n=n,
                hints=[wishes[place] for place in some],
                seed=seed,
            )
            self._keep([keys[place] for place in some], made)
        return [self._known[key] for key in keys]

    def _keep(self, keys: Sequence[str], made: Sequence[Sequence[Candidate]]) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            for key, candidates in zip(keys, made, strict=True):
                self._known[key] = list(candidates)
                titles = [(one.text, one.log_probability) for one in candidates]
                file.write(json.dumps([key, titles], ensure_ascii=False) + "\n")
