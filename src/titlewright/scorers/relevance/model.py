"""What was learnt of relevance: projections of meaning, and trees over all figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from titlewright.generators.compact import embedding
from titlewright.generators.compact.runtime import open_graph
from titlewright.scorers.kept import opened, read_arrays, write_about
from titlewright.scorers.relevance.features import FEATURES, Rarity, compare

Array = NDArray[np.float32]
SHIPPED = Path(__file__).resolve().parents[2] / "data" / "relevance"
KIND = "relevance"
_WEIGHTS, _TERMS, _TREES = "weights.npz", "terms.tsv", "trees.onnx"


@dataclass(frozen=True, slots=True)
class Projections:
    """Queries and titles in one space each, several times: the mean of their cosines is told.

    middle, spread      [E] of the embeddings that were learnt from
    of_query, of_title  [K, E, D]
    """

    middle: Array
    spread: Array
    of_query: Array
    of_title: Array

    def cosines(self, queries: Array, titles: Array) -> Array:
        """[N, E] and [N, E] to [N] in [-1, 1]."""
        scaled = [(each - self.middle) / self.spread for each in (queries, titles)]
        found = np.zeros(len(queries), np.float32)
        for one, other in zip(self.of_query, self.of_title, strict=True):
            found += (_unit(scaled[0] @ one) * _unit(scaled[1] @ other)).sum(1)
        return np.asarray(found / len(self.of_query), np.float32)


@dataclass(frozen=True)
class RelevanceModel:
    """How relevant titles are to queries, in [0, 1]: 0 is another thing, 1 just what was asked."""

    rarity: Rarity
    projections: Projections
    trees: bytes = field(repr=False)  # ONNX

    def relevance(self, queries: Sequence[str], titles: Sequence[str]) -> Array:
        """[N], of the nth query and title each."""
        if not queries:
            return np.zeros(0, np.float32)
        known = {text: embedding.embed([text])[0] for text in {*queries, *titles}}
        return self.from_embedded(
            queries, titles, np.stack([known[text] for text in queries]),
            np.stack([known[text] for text in titles]),
        )  # fmt: skip

    def from_embedded(
        self, queries: Sequence[str], titles: Sequence[str], of_query: Array, of_title: Array
    ) -> Array:
        rows = figures(queries, titles, self.rarity)
        rows = np.column_stack([rows, self.projections.cosines(of_query, of_title)])
        found: Array = self._session.run(None, {"rows": rows.astype(np.float32)})[0][:, 0]
        return np.clip(found, 0.0, 1.0)

    @cached_property
    def _session(self) -> Any:
        return open_graph(self.trees, threads=1)

    def save(self, folder: Path) -> None:
        """Into a folder that exists; with `generators.saved.save_whole` all of it or nothing."""
        lines = [f"{term}\t{count}\n" for term, count in sorted(self.rarity.counts.items())]
        (folder / _TERMS).write_text("".join(lines), encoding="utf-8")
        (folder / _TREES).write_bytes(self.trees)
        projections = self.projections
        np.savez_compressed(
            folder / _WEIGHTS, middle=projections.middle, spread=projections.spread,
            of_query=projections.of_query.astype(np.float16),
            of_title=projections.of_title.astype(np.float16),
        )  # fmt: skip
        write_about(folder, KIND, FEATURES, titles=self.rarity.titles, length=self.rarity.length)

    @classmethod
    def load(cls, folder: Path = SHIPPED) -> Self:
        """Raises GeneratorError for a folder that holds no such model, or not all of it."""
        with opened(folder, KIND, FEATURES) as about:
            lines = (folder / _TERMS).read_text(encoding="utf-8").splitlines()
            counts = {term: int(count) for term, count in (line.split("\t") for line in lines)}
            arrays = read_arrays(folder / _WEIGHTS)
            return cls(
                Rarity(counts, int(about["titles"]), float(about["length"])),
                Projections(*(arrays[one.name] for one in fields(Projections))),
                (folder / _TREES).read_bytes(),
            )


def figures(queries: Sequence[str], titles: Sequence[str], rarity: Rarity) -> Array:
    """[N, F] figures of the nth query and title each."""
    rows = [
        list(compare(query, title, rarity).values())
        for query, title in zip(queries, titles, strict=True)
    ]
    return np.array(rows, np.float32).reshape(len(rows), len(FEATURES))


def _unit(rows: Array) -> Array:
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(length, 1e-9), np.float32)
