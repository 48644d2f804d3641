"""Titles to look at: the largest changes, an even draw of all changes, and what got lost."""

from __future__ import annotations

import heapq

from titlewright.evaluation.results.measuring import Measured
from titlewright.evaluation.results.searches import drawn_by
from titlewright.inspection.tally import shown
from titlewright.records import JsonObject
from titlewright.text.codes import codes
from titlewright.text.words import atoms, squeeze

SHOWN = 8  # of each kind
_MUST = ("brand", "product type", "model")  # what a title shouldn't lose
_WORDS = 5  # of a list, before "and more"
_LONGEST = 300  # code points of a title that are shown


class Examples:
    """Takes products one by one and keeps a few of each kind."""

    def __init__(self) -> None:
        self._largest: list[tuple[float, int, JsonObject]] = []
        self._drawn: list[tuple[float, int, JsonObject]] = []
        self._lost: list[tuple[float, int, JsonObject]] = []
        self.lost = 0  # titles that no longer name their brand, type, model or code
        self._seen = 0

    def add(self, measured: Measured) -> None:
        made, before = measured.made, measured.before
        if not made.changed or before is None:
            return
        self._seen += 1
        even = -float(drawn_by(made.row))
        self._keep(self._largest, _distance(before.text, made.title), measured)
        self._keep(self._drawn, even, measured)
        if lost_facts(measured, _MUST) or lost_codes(before.text, made.title):
            self.lost += 1
            self._keep(self._lost, even, measured)

    def _keep(
        self, heap: list[tuple[float, int, JsonObject]], worth: float, measured: Measured
    ) -> None:
        """Keep the product if it is among those worth most; described only then."""
        if len(heap) < SHOWN:
            heapq.heappush(heap, (worth, -self._seen, describe(measured)))
        elif (worth, -self._seen) > heap[0][:2]:
            heapq.heapreplace(heap, (worth, -self._seen, describe(measured)))

    def to_json(self) -> JsonObject:
        """{"largest", "lost", "drawn"}: the first from the largest, the others in row order."""
        return {
            "largest": [item for _, _, item in sorted(self._largest, key=lambda one: one[:2])][
                ::-1
            ],
            "lost": _by_row(self._lost),
            "drawn": _by_row(self._drawn),
        }


def _by_row(heap: list[tuple[float, int, JsonObject]]) -> list[JsonObject]:
    return sorted((item for _, _, item in heap), key=lambda item: item["row"])


def _distance(before: str, after: str) -> float:
    """Edits over the longer title's characters, in [0, 1]."""
    from rapidfuzz.distance import Levenshtein

    return Levenshtein.normalized_distance(before.casefold(), after.casefold())


def lost_facts(measured: Measured, names: tuple[str, ...] | None = None) -> list[str]:
    """Names of key facts that the title named before and doesn't now."""
    before, after = measured.before, measured.after
    if before is None or before.named is None or after.named is None:
        return []
    gone = before.named - after.named
    order = [fact.name for fact in measured.facts]
    return [name for name in order if name in gone and (names is None or name in names)]


def lost_codes(before: str, after: str) -> list[str]:
    """Codes, which tell a product from all others, that only the title before has."""
    said = squeeze(after)
    return [
        code.text
        for code in codes(before)
        if code.text.isascii() and squeeze(code.text) not in said
    ]


def describe(measured: Measured) -> JsonObject:
    """One change for people: both titles, and in words what it mends, adds and leaves out."""
    made, before = measured.made, measured.before
    return {
        "row": made.row,
        "id": shown(made.product_id),
        "before": _shown(before.text if before else ""),
        "after": _shown(made.title),
        "length_before": before.length if before else None,
        "length_after": measured.after.length,
        "score": made.score,
        "generator": made.generator,
        "reasons": [shown(reason) for reason in _reasons(measured)],
    }


def _shown(title: str) -> str:
    from titlewright.inspection.tally import excerpt
    from titlewright.text.private import scrub

    return excerpt(scrub(title), _LONGEST)


def _reasons(measured: Measured) -> list[str]:
    made, before, after = measured.made, measured.before, measured.after
    reasons = []
    if before is not None and before.violations is not None:
        still = {violation.rule for violation in after.violations or ()}
        mended = {v.rule: v.severity for v in before.violations if v.rule not in still}
        names = [_rule(rule, made.channel) for rule in sorted(mended, key=lambda r: mended[r])]
        reasons += [f"mends {_listed(names)}"] if names else []
    if before is not None and before.named is not None and after.named is not None:
        gained = [fact.name for fact in measured.facts if fact.name in after.named - before.named]
        reasons += [f"now names {_listed(gained)}"] if gained else []
        lost = lost_facts(measured)
        reasons += [f"no longer names {_listed(lost)}"] if lost else []
    if before is not None and before.violations is None:
        reasons += [f"{score.name}: {'; '.join(score.reasons)}" for score in made.scores
                    if score.name == "complete" and score.value < 1 and score.reasons]  # fmt: skip
    if before is not None:
        codes = lost_codes(before.text, after.text)
        reasons += [f"loses the code {_listed(codes)}"] if codes else []
        for verb, words in (("drops", _words_apart(before.text, after.text)),
                            ("adds", _words_apart(after.text, before.text))):  # fmt: skip
            reasons += [f"{verb}: {_listed(words)}"] if words else []
    return [*reasons, *made.repairs]


def _words_apart(title: str, other: str) -> list[str]:
    """The words of a title that the other doesn't have."""
    there = {atom.norm for atom in atoms(other)}
    return [atom.text for atom in atoms(title) if atom.norm not in there]


def _rule(rule: str, channel: str) -> str:
    return rule.removeprefix(f"{channel}.")


def _listed(words: list[str]) -> str:
    different = list(dict.fromkeys(words))
    rest = len(different) - _WORDS
    return ", ".join(different[:_WORDS]) + (f" and {rest} more" if rest > 0 else "")
