"""White space: extra spaces, tabs, line ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import regex

from titlewright.channels.case import Case
from titlewright.channels.kinds.base import Fix, Kind, Place
from titlewright.channels.options import Options
from titlewright.records import Span

_EXTRA = regex.compile(r"^\s+|\s+$|\s{2,}|[^\S \u3000]")


@dataclass(frozen=True, slots=True)
class WhiteSpace(Kind):
    """Spaces at the ends, several in a row, and white space that is not a plain space.

    The full-width space of Chinese and Japanese titles counts as plain.
    """

    @classmethod
    def build(cls, options: Options) -> Self:  # noqa: ARG003
        return cls()

    def find(self, case: Case) -> Sequence[Place]:
        return [Span(*match.span()) for match in _EXTRA.finditer(case.text)]

    def fix(self, case: Case, found: Sequence[Place]) -> Fix | None:  # noqa: ARG002
        return Fix(_EXTRA.sub(" ", case.text).strip(), "Folded extra white space.")
