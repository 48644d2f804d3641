"""Words that a small vocabulary would have to spell, each written as one mark that stands for it.

Luong, Sutskever, Le, Vinyals and Zaremba 2015, "Addressing the rare word problem in neural machine
translation", ACL, section 3.1, the copyable model: the rare words of what is read are numbered in
their order, and a rare word of what is written is the number of the same word in what was read. So
a model from scratch copies a part number by pointing to it in one step, where spelling it digit by
digit takes more training than minutes allow; and none comes out half right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Self

import regex

_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}"  # scripts whose words nothing parts
_WORD = regex.compile(
    rf"(?:(?![{_UNSPACED}])[\p{{L}}\p{{M}}\p{{N}}])+"
    rf"(?:[-./+#&_'’]+(?:(?![{_UNSPACED}])[\p{{L}}\p{{M}}\p{{N}}])+)*"
)
_MARK = regex.compile(r"(<copy\d+>)")
# ends of a text behind which no space stands: an opening sign, a dash or slash inside a word
_JOINED = regex.compile(rf"(?:^|[\s\p{{Ps}}\p{{Pi}}\"'#{_UNSPACED}]|\S[\p{{Pd}}/&+])$")
MOST_PIECES = 2  # of a word that is read and written piece by piece


def marks(count: int) -> tuple[str, ...]:
    """The names of so many marks, as they stand in a vocabulary."""
    return tuple(f"<copy{number}>" for number in range(count))


@dataclass(frozen=True, slots=True)
class Copied:
    """The rare words of one product, and the marks that stand for them. Without any, text stays.

    words  what each mark stands for, as the product spells it first
    marks  the mark of each word, folded: a title may write it in another case
    """

    words: Mapping[str, str]
    marks: Mapping[str, str]

    @classmethod
    def of(cls, texts: Iterable[str], names: Iterable[str], pieces: Callable[[str], int]) -> Self:
        """The words of more than MOST_PIECES `pieces`, in reading order, while there are names."""
        found: dict[str, str] = {}
        for text in texts:
            for word in _WORD.findall(text):
                found.setdefault(word.casefold(), word)
        rare = (word for word in found.values() if pieces(word) > MOST_PIECES)
        return cls._with(dict(zip(names, rare, strict=False)))

    @classmethod
    def _with(cls, words: dict[str, str]) -> Self:
        return cls(words, {word.casefold(): mark for mark, word in words.items()})

    def only(self, known: Callable[[str], bool]) -> Self:
        """Without the words whose marks aren't known: they were cut off what is read."""
        return self._with({mark: word for mark, word in self.words.items() if known(mark)})

    def hide(self, text: str) -> str:
        """The text with each rare word's mark in its place."""
        return _WORD.sub(lambda word: self.marks.get(word[0].casefold(), word[0]), text)

    def show(self, text: str) -> str:
        """The text with the words back, each behind a space where words are parted by spaces.

        A mark has swallowed the space before it; one that stands for no word is left out.
        """
        shown = ""
        for part in _MARK.splititer(text):
            if not _MARK.fullmatch(part):
                shown += part
            elif word := self.words.get(part):
                shown += word if _JOINED.search(shown) else f" {word}"
        return shown


NOTHING = Copied({}, {})
