"""English reasons in Chinese, by patterns: results keep their reasons as English text.

A pattern is a sentence with slots in braces, see wording/reasons.zh.toml. What no pattern knows
stays as it is: a reason in English is better than none. So a pattern should fit nothing but its own
sentence, and where a number or quoted words belong no other text does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import regex
import tomli

_FILE = Path(__file__).parent / "wording" / "reasons.zh.toml"
_SLOT = regex.compile(r"\{(\w+)\}")
_LISTED = regex.compile(r",\s+|\s+and\s+")
_FACTS = regex.compile(r"“[^”]*”(*SKIP)(*FAIL)|,\s+")  # commas outside quotation marks
_NUMBER = r"-?\d[\d.,]*"
_SHAPES = {"number": _NUMBER, "most": _NUMBER, "quotes": "“.*”"}  # of slots that take no other text
_LONGEST = 2000  # code points of a reason that is looked at; patterns search slowly in more


class Pattern(NamedTuple):
    """A sentence with slots: how it is recognised, and its translation."""

    english: str
    expression: regex.Pattern[str]
    translation: str

    def match(self, text: str) -> dict[str, str] | None:
        """What stands in the slots of a text that is this sentence."""
        found = self.expression.fullmatch(text)
        return found.groupdict() if found else None


def pattern(sentence: str, translation: str) -> Pattern:
    """A pattern from two sentences with the same slots."""
    parts = _SLOT.split(sentence)
    written = [
        f"(?P<{part}>{_SHAPES[part]})" if place % 2 and part in _SHAPES
        else f"(?P<{part}>.*)" if place % 2 and place == len(parts) - 2 and not parts[-1]
        else f"(?P<{part}>.*?)" if place % 2
        else regex.escape(part, special_only=True)
        for place, part in enumerate(parts)
    ]  # fmt: skip
    return Pattern(sentence, regex.compile("".join(written), regex.DOTALL), translation)


class Translator:
    """Puts reasons into another language; sentences with more words of their own come first."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._patterns = sorted(patterns, key=lambda one: -len(_SLOT.sub("", one.english)))

    def knows(self, text: str) -> bool:
        """Whether a pattern fits the text."""
        return self._find(text) is not None

    def translate(self, text: str) -> str:
        """The text in the other language, or as it is where no pattern fits."""
        found = self._find(text)
        if not found:
            return text
        fitting, slots = found
        return fill(fitting.translation, slots, self._slot)

    def _find(self, text: str) -> tuple[Pattern, dict[str, str]] | None:
        if len(text) > _LONGEST:
            return None
        for one in self._patterns:
            slots = one.match(text)
            if slots is not None:
                return one, slots
        return None

    def _slot(self, name: str, value: str) -> str:
        if name.endswith("reason"):
            return self.translate(value)
        if name == "reasons":
            return "、".join(map(self.translate, value.split(", ")))
        if name == "fields":
            return "、".join(map(self.translate, _LISTED.split(value)))
        if name == "facts":
            return "、".join(map(self._fact, _FACTS.split(value)))
        return value.replace("”, “", "”、“") if name == "quotes" else value

    def _fact(self, text: str) -> str:
        """A value, or a name in English and its value: color “Red”."""
        name, mark, value = text.partition(" “")
        return f"{self.translate(name)}“{value}" if mark else text


def fill(template: str, slots: dict[str, str], change: Callable[[str, str], str]) -> str:
    """A template with its slots filled; what stands in a slot is never read as a slot itself."""
    return _SLOT.sub(lambda match: change(match[1], slots.get(match[1], "")), template)


@cache
def chinese() -> Translator:
    """The translator into Chinese."""
    data = tomli.loads(_FILE.read_text(encoding="utf-8"))
    return Translator([pattern(english, other) for english, other in data["reasons"]])
