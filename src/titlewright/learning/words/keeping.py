"""Words that were learnt, by category, as a file that `titlewright generate --hints` reads.

A JSON object, "" for all categories: {"": {"prefer": ["wool"], "avoid": []}, "Mugs": {...}}.
What was learnt is a wish and not a rule: a product is never left without what it is, or without a
title, because a word earns few clicks.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from titlewright.errors import LearningError
from titlewright.generators.facts import read_facts
from titlewright.learning.words.effects import EVERYWHERE, WordReport
from titlewright.learning.words.hints import add_words, hints_for
from titlewright.records import Hints, Product
from titlewright.text.words import atoms


@dataclass(frozen=True, slots=True)
class LearntHints:
    """Words to prefer and to avoid by category; a category's are all that is asked for there."""

    by_category: Mapping[str, Hints]

    @classmethod
    def of(cls, report: WordReport) -> LearntHints:
        return cls({name: hints_for(report, name) for name in (EVERYWHERE, *report.categories)})

    @classmethod
    def read(cls, path: Path) -> LearntHints:
        """What `save` wrote. Raises LearningError for any other file."""
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            return cls({name: _hints(one) for name, one in told.items()})
        except OSError as error:
            raise LearningError(f"The hints {path} can't be read: {error.strerror}.") from error
        except (ValueError, TypeError, AttributeError) as error:
            raise LearningError(
                f"{path} holds no hints. Let `titlewright words -o {path.name}` write them, or "
                'write {"": {"prefer": ["wool"], "avoid": []}}.'
            ) from error

    def to_json(self) -> dict[str, dict[str, list[str]]]:
        return {name: {"prefer": list(one.prefer), "avoid": list(one.avoid)}
                for name, one in self.by_category.items()}  # fmt: skip

    def save(self, path: Path) -> None:
        """A line for each category. Raises LearningError where the file can't be written."""
        lines = [f" {json.dumps(name, ensure_ascii=False)}: {json.dumps(one, ensure_ascii=False)}"
                 for name, one in self.to_json().items()]  # fmt: skip
        try:
            path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
        except OSError as error:
            raise LearningError(f"{path} can't be written: {error.strerror}.") from error

    def hints_for(self, product: Product, base: Hints) -> Hints:
        """What is asked of a product: `base`, and the words of its category, the finest known.

        A product's own type and brand are never avoided.
        """
        known = {name.casefold(): one for name, one in self.by_category.items()}
        path = product.category
        depths = range(len(path), 0, -1)
        names = [name for depth in depths for name in (" > ".join(path[:depth]), path[depth - 1])]
        told = (known.get(name.casefold()) for name in (*names, EVERYWHERE))
        words = next((one for one in told if one is not None), Hints())
        own = {atom.norm for atom in atoms(f"{product.brand} {read_facts(product).kind}")}
        return add_words(base, words.prefer, [word for word in words.avoid if word not in own])


def _hints(told: Mapping[str, Any]) -> Hints:
    found = {name: told.get(name, []) for name in ("prefer", "avoid")}
    for words in found.values():
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise ValueError(words)
    return Hints(prefer=tuple(found["prefer"]), avoid=tuple(found["avoid"]))
