"""The steps of the preparation, how many rows each touched, and examples of them."""

from __future__ import annotations

from collections import Counter
from typing import Literal, NamedTuple

from titlewright.records import JsonObject
from titlewright.text.private import scrub

EXAMPLES = 3  # rows that are shown of each step
_SHOWN = 160  # code points of a text that are shown

Effect = Literal["removed", "changed", "text only", "flagged"]


class Step(NamedTuple):
    """`effect` says what becomes of the rows: "text only" ones still serve pretraining."""

    id: str
    title: str
    effect: Effect
    why: str


STEPS = {
    step.id: step
    for step in (
        Step("unreadable", "Rows that can't be read", "removed",
             "The feed's reader says why, with the row's number."),
        Step("variant", "Variant rows without a title of their own", "removed",
             "Their product's row stands for them."),
        Step("markup", "HTML taken out", "changed",
             "Tags and entities are no words; text between them stays."),
        Step("mojibake", "Broken characters repaired", "changed",
             "Text that was read in the wrong encoding is read again."),
        Step("remnants", "Remnants of code taken out", "changed",
             "Escapes such as \\n and style sheets that stand in the text."),
        Step("private", "Private data masked", "changed",
             "E-mail, phone, messenger, identity and bank numbers, before anything is stored."),
        Step("leak", "Title taken out of the inputs", "changed",
             "A model that finds the title in its input learns to copy it and nothing else."),
        Step("language", "Other languages", "removed",
             "Not among the languages asked for."),
        Step("boilerplate", "Boilerplate taken out", "changed",
             "Sentences on shipping, returns and the shop that recur among unlike products."),
        Step("no-title", "No title", "text only",
             "Nothing to learn from."),
        Step("placeholder", "Titles that are placeholders or codes", "text only",
             "They name no product."),
        Step("private-title", "Titles that held private data", "text only",
             "A model must not learn to write such."),
        Step("short-title", "Titles that are too short", "text only",
             "Fewer words than asked for."),
        Step("long-title", "Titles that are too long", "text only",
             "More words than asked for: mostly descriptions in the wrong column."),
        Step("little-input", "Too little to write a title from", "text only",
             "Fewer words beside the title than asked for."),
        Step("unbacked", "Titles that the row doesn't back", "text only",
             "Fewer of their words stand in the rest of the row than asked for."),
        Step("same", "Duplicates", "removed",
             "The same title and the same inputs as an earlier row."),
        Step("nearly-same", "Near duplicates", "removed",
             "Nearly the same title and inputs, and the same numbers, colours and sizes."),
        Step("capitals", "Titles in capitals", "flagged",
             "Kept, and flagged: pairs to learn calming from."),
        Step("repeats", "Titles that repeat a word", "flagged",
             "Kept, and flagged: pairs to learn unstuffing from."),
        Step("other-language", "Title and description in different languages", "flagged",
             "Kept, and flagged."),
    )
}  # fmt: skip


class Shown(NamedTuple):
    """A row to look at, private data masked; `before` and `after` are texts of it."""

    feed: int
    row: int
    before: str
    after: str

    def to_json(self) -> JsonObject:
        return {"feed": self.feed + 1, "row": self.row, "before": self.before, "after": self.after}


class Counts:
    """Rows per step, with an even draw of examples that doesn't depend on how rows are batched."""

    def __init__(self) -> None:
        self.rows: Counter[str] = Counter()
        self._drawn: dict[str, list[tuple[int, Shown]]] = {}

    def note(self, step: str, feed: int, row: int, before: str, after: str = "") -> None:
        """Count the row; where it is drawn, its texts are kept, cut around where they differ."""
        self.rows[step] += 1
        priority = (row * 0x9E3779B1 + feed * 0x85EBCA6B) & 0xFFFFFFFF
        drawn = self._drawn.setdefault(step, [])
        if len(drawn) == EXAMPLES and priority >= drawn[-1][0]:
            return
        drawn.append((priority, Shown(feed, row, *_cut(scrub(before), scrub(after)))))
        drawn.sort()
        del drawn[EXAMPLES:]

    def merge(self, other: Counts) -> None:
        self.rows.update(other.rows)
        for step, theirs in other._drawn.items():
            self._drawn[step] = sorted(self._drawn.get(step, []) + theirs)[:EXAMPLES]

    def examples(self, step: str) -> list[Shown]:
        return sorted(shown for _, shown in self._drawn.get(step, []))


def _cut(before: str, after: str) -> tuple[str, str]:
    """Both texts, long ones cut to the place where they begin to differ."""
    start = 0
    if after and max(len(before), len(after)) > _SHOWN:
        start = max(0, first_difference(before, after) - _SHOWN // 3)
    return _excerpt(before, start), _excerpt(after, start)


def _excerpt(text: str, start: int) -> str:
    """From the word at `start` on."""
    start = text.find(" ", start) + 1 if 0 < start < len(text) else start
    cut = text[start : start + _SHOWN]
    return ("…" if start and cut else "") + cut + ("…" if start + _SHOWN < len(text) else "")


def first_difference(one: str, other: str) -> int:
    """Where two texts begin to differ, in code points; the shorter one's end if nowhere."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))
