"""Word pieces: WordPiece as BERT has it, with bytes for what its vocabulary doesn't know.

Nothing is unknown: a word with a character outside the vocabulary is read as its UTF-8 bytes.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from titlewright.errors import GeneratorError

_MOST = 10  # pieces of one unit; a longer code is told by its beginning


class Pieces:
    """A tokenizer of single units. `count` is the number of piece ids, 256 for bytes among them."""

    def __init__(self, path: Path) -> None:
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(path))
        unknown = self._tokenizer.token_to_id("[UNK]")
        first_byte = self._tokenizer.token_to_id("[BYTE 0]")
        if unknown is None or first_byte is None:
            raise GeneratorError(f"{path} is no tokenizer of a compact model.")
        self._unknown, self._first_byte = unknown, first_byte
        self.count = self._tokenizer.get_vocab_size()
        self.of = lru_cache(maxsize=65536)(self._of)

    def _of(self, unit: str) -> tuple[int, ...]:
        """The piece ids of a unit, one at least."""
        readable = unit.encode("utf-8", "replace").decode()  # half surrogate pairs are not
        found = self._tokenizer.encode(readable, add_special_tokens=False).ids
        if not found or self._unknown in found:
            found = [self._first_byte + byte for byte in unit.encode("utf-8", "surrogatepass")]
        return tuple(found[:_MOST])
