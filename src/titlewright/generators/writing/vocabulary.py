"""The words that a model may write although the product doesn't show them.

The compact model's are function words, units of measure, product types and common title words;
never a number, a colour, a material or a brand: those can only be copied, and so not be invented.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from titlewright.text.words import fold

PAD, BEGIN, END = 0, 1, 2
_SPECIAL = ("[PAD]", "[BEGIN]", "[END]")


class Vocabulary:
    """Words by their ids; looked up by their folded form."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = (*_SPECIAL, *words)
        self.index = {fold(word): number for number, word in enumerate(self.words)}

    def __len__(self) -> int:
        return len(self.words)

    def save(self, path: Path) -> None:
        path.write_text("\n".join(self.words[len(_SPECIAL) :]) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Vocabulary:
        return cls(path.read_text(encoding="utf-8").splitlines())
