"""A checkpoint's tokenizer, through the `tokenizers` library alone: text to ids and back.

The chat format is kept as two strings, so that serving needs neither Transformers nor templates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple, Self

from titlewright.errors import GeneratorError
from titlewright.generators.huggingface.copying import NOTHING, Copied
from titlewright.generators.huggingface.prompts import Line, Prompt


@dataclass(frozen=True, slots=True)
class Format:
    """How this checkpoint wants to be asked.

    before, after  what stands around the prompt: its chat format, or "Title:" to be continued
    wrap           whether the tokenizer adds the special tokens of a sequence around the prompt
    wrap_title     the same for the title (encoder-decoders)
    lead           what stands between the prompt and the title: a space after "Title:"
    end            ids that end a title; the first one is put there in training
    pad            id that fills up batches
    start          id that the decoder begins with (encoder-decoders), else None
    window         tokens that the model reads at once, None: no limit known
    control        tokens that product text must not hold
    copies         tokens that stand for words of the product, see copying.py; mostly none
    """

    before: str
    after: str
    wrap: bool
    wrap_title: bool
    lead: str
    end: tuple[int, ...]
    pad: int
    start: int | None
    window: int | None
    control: tuple[str, ...]
    copies: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        lists: dict[str, Any] = {
            name: tuple(data[name]) for name in ("end", "control", "copies") if name in data
        }
        return cls(**data | lists)


class Read(NamedTuple):
    """A prompt as ids, and the words in it that are copied by marks."""

    ids: list[int]
    copied: Copied


class Tokens:
    """Prompts and titles as token ids, in one checkpoint's vocabulary and format."""

    def __init__(self, tokenizer: Any, form: Format) -> None:
        self.tokenizer = tokenizer
        self.form = form
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self._counted: dict[str, int] = {}

    @classmethod
    def open(cls, path: Path, form: Format) -> Self:
        """Read a tokenizer.json. Raises GeneratorError when it can't be read."""
        from tokenizers import Tokenizer

        try:
            return cls(Tokenizer.from_file(str(path)), form)
        except Exception as error:  # the library raises plain Exception
            raise GeneratorError(f"{path} can't be read as a tokenizer: {error}") from error

    def read(self, prompt: Prompt, most: int) -> Read:
        """The prompt as at most `most` ids; what matters least is left out first.

        Raises GeneratorError when the task alone leaves no room for the product.
        """
        copied, lines = self.copied(prompt)
        ids = self._asked(prompt, lines)
        while len(ids) > most or not lines:
            if not lines:
                raise GeneratorError(
                    f"The task alone takes {len(ids)} tokens, and prompt and product together may "
                    f"take {most}. Give fewer hints, or a model that reads more."
                )
            self._shorten(lines, len(ids) - most)
            ids = self._asked(prompt, lines)
        held = set(ids)
        return Read(ids, copied.only(lambda mark: self.tokenizer.token_to_id(mark) in held))

    def copied(self, prompt: Prompt) -> tuple[Copied, list[Line]]:
        """The words that marks stand for, and the prompt's lines with the marks in them."""
        if not self.form.copies:
            return NOTHING, list(prompt.lines)
        values = [line.value for line in prompt.lines]
        copied = Copied.of(values, self.form.copies, self._pieces)
        return copied, [replace(line, value=copied.hide(line.value)) for line in prompt.lines]

    def _pieces(self, word: str) -> int:
        """Of a word behind a space; kept, for the words of a feed come again."""
        if word not in self._counted:
            self._counted[word] = self._count(" " + word)
        return self._counted[word]

    def _asked(self, prompt: Prompt, lines: list[Line]) -> list[int]:
        text = f"{self.form.before}{prompt.text(lines)}{self.form.after}"
        return list(self.tokenizer.encode(text, add_special_tokens=self.form.wrap).ids)

    def _shorten(self, lines: list[Line], over: int) -> None:
        """Leave out what matters least, at least one token and hardly more than `over`: whole
        lines of the highest rank, then the end of the next."""
        while lines and over > 0:
            at = max(range(len(lines)), key=lambda index: lines[index].rank)
            line = lines.pop(at)
            kept = self._beginning(line.value, over)
            if kept:
                lines.insert(at, Line(line.name, kept, line.rank))
                return
            # one more than it counts by itself: rather too little at once than too much
            over -= self._count(f"{line.name}: {line.value}\n") + 1

    def _beginning(self, value: str, over: int) -> str:
        """The value without about `over` tokens at its end; empty where it hasn't so many."""
        offsets = self.tokenizer.encode(value, add_special_tokens=False).offsets
        if over >= len(offsets):
            return ""
        end = offsets[len(offsets) - over][0]
        kept = value[:end]
        if end < len(value) and not value[end].isspace():  # no half words, where there are spaces
            kept = kept.rpartition(" ")[0] or kept
        return kept.rstrip() if len(kept.rstrip()) < len(value) else ""

    def _count(self, text: str) -> int:
        return len(self.tokenizer.encode(text, add_special_tokens=False).ids)

    def title_ids(self, title: str, copied: Copied = NOTHING) -> list[int]:
        """A title as what the model should write, its end included."""
        text = self.form.lead + copied.hide(title)
        ids = list(self.tokenizer.encode(text, add_special_tokens=self.form.wrap_title).ids)
        return ids if ids and ids[-1] == self.form.end[0] else [*ids, self.form.end[0]]

    def text(self, ids: Sequence[int], copied: Copied = NOTHING) -> str:
        """Ids as text, special tokens left out."""
        return copied.show(str(self.tokenizer.decode(list(ids), skip_special_tokens=True)))

    def names(self, ids: list[int]) -> list[str]:
        """Ids as the vocabulary spells them."""
        return [str(self.tokenizer.id_to_token(one)) for one in ids]

    def word_starts(self, ids: Sequence[int]) -> list[int]:
        """Where words begin, never empty; every place where they aren't told from the inside of a
        word: a title of few words, or a script without spaces."""
        spelt = self.names(list(ids))
        starts = [at for at, name in enumerate(spelt) if not at or name[:1] in ("Ġ", "▁", " ")]
        return starts if len(starts) > 2 else list(range(max(1, len(spelt))))

    def spellings(self, word: str, copied: Copied = NOTHING) -> list[list[int]]:
        """The ways a word may be written in a title, each as ids: cases, with and without space."""
        if not word.strip():
            return []
        cases = dict.fromkeys((word, word.lower(), word.capitalize(), word.title(), word.upper()))
        found = {
            tuple(self.tokenizer.encode(space + text, add_special_tokens=False).ids)
            for case in cases
            for text in {case, copied.hide(case)}
            for space in ("", " ")
        }
        return [list(ids) for ids in sorted(found) if ids]
