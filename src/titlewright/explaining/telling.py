"""An explanation's sentences: what would change the choice, and why the others lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from titlewright.channels.model import Rule
from titlewright.explaining.records import (
    GATED,
    Backing,
    Explanation,
    Fallen,
    Rival,
    Touched,
    WithoutWords,
)
from titlewright.explaining.wording import Wording
from titlewright.records import Contribution

_SHOWN = 0.005  # a difference in the score that is worth a word
_QUALITIES = 3  # named of those that a runner-up lost or gained by


def changes(
    explanation: Explanation, words: Wording, rules: Mapping[str, Rule] | None = None
) -> list[str]:
    """What would change the choice, the words first, then the qualities.

    `rules` are those of the channel, by id: a refusal is then said in the language.
    """
    return [
        *_about_words(explanation, words, rules or {}),
        *_about_qualities(explanation, words),
    ]


def _about_words(
    explanation: Explanation, words: Wording, rules: Mapping[str, Rule]
) -> Iterator[str]:
    if explanation.unknown:
        yield words.say(f"say.{explanation.unknown.replace(' ', '_')}")
        return
    singles = [one for one in explanation.words if len(one.words) == 1]
    told = [one for one in singles if one.changes or one.twin]
    pairs = [one for one in explanation.words if len(one.words) == 2]
    yield from _dropping([one for one in told if not one.twin and one.place != GATED], words)
    for one in pairs:
        yield words.say("say.without_pair", **_slots(one, words))
    for one in told:
        if one.twin or one.place == GATED:
            yield _fate(one, words, rules)
    if explanation.pairs_tried and not pairs and not told:
        yield words.say("say.stays_two")
    elif len(singles) > len(told):
        yield words.say("say.stays_others" if told else "say.stays")
    if any(part.name == "likely" for part in explanation.parts):
        yield words.say("say.held")


def _dropping(found: Sequence[WithoutWords], words: Wording) -> Iterator[str]:
    """The words that the first place hangs on, those that let the same title in together."""
    by_first: dict[str, list[WithoutWords]] = {}
    for one in found:
        by_first.setdefault(one.first, []).append(one)
    for first, hanging in by_first.items():
        key = "say.without_one" if len(hanging) == 1 else "say.without_any"
        places = sorted({one.place for one in hanging})
        place = f"{places[0]}–{places[-1]}" if len(places) > 1 else f"{places[0]}"
        quoted = _quoted([one.words[0] for one in hanging], words)
        yield words.say(key, words=quoted, place=place, first=first)


def _quoted(parts: Sequence[str], words: Wording) -> str:
    return words.list([words.say("say.quoted", word=part) for part in dict.fromkeys(parts)])


def _slots(one: WithoutWords, words: Wording) -> dict[str, object]:
    return {"words": _quoted(one.words, words), "first": one.first, "place": one.place}


def _fate(one: WithoutWords, words: Wording, rules: Mapping[str, Rule]) -> str:
    slots = _slots(one, words)
    if one.twin:
        return words.say("say.without_twin", title=one.title, **slots)
    if one.gate == "rule":
        problem = words.message(one.problem, rules.get(one.rule))
        return words.say("say.refused", problem=problem, **slots)
    text, separator, reason = one.problem.rpartition(": ")
    problem = f"{text}{separator}{words.reason(reason)}"
    return words.say("say.untrue", problem=problem, **slots)


def _about_qualities(explanation: Explanation, words: Wording) -> Iterator[str]:
    for one in explanation.qualities:
        if one.changes:
            quality = words.quality(one.name)
            yield words.say("say.quality_decides", quality=quality, first=one.first)
    if explanation.qualities and not any(one.changes for one in explanation.qualities):
        yield words.say("say.quality_stays")


def why_lost(rival: Rival, words: Wording) -> str:
    """By how much a runner-up is behind, by which qualities it lost, and by which it is ahead."""
    said = [words.say("say.behind", gap=f"{rival.gap:.3f}" if rival.gap < _SHOWN else
                      f"{rival.gap:.2f}")]  # fmt: skip
    shown = [one for one in rival.differences if abs(one.value) >= _SHOWN] or rival.differences[:1]
    for key, found in (
        ("loses", [one for one in shown if one.value > 0]),
        ("gains", [one for one in shown if one.value < 0]),
    ):
        if found:
            said.append(words.say(f"say.{key}", qualities=_qualities(found, words)))
    return ("；" if words.language == "zh" else "; ").join(said)


def _qualities(found: Sequence[Contribution], words: Wording) -> str:
    return words.list(
        [
            words.say(
                "say.one_quality",
                quality=words.quality(one.name),
                amount=f"{abs(one.value):.2f}" if abs(one.value) >= _SHOWN else "<0.01",
            )
            for one in found[:_QUALITIES]
        ]
    )


def why_kept_out(one: Fallen, words: Wording, rules: Mapping[str, Rule]) -> str:
    """Why a candidate came to no score. The messages of several rules stand in one reason."""
    if words.language == "en":
        return one.reason
    whole = words.reason(one.reason)
    if whole != one.reason:
        return whole
    return "；".join(_message(part, words, rules) for part in one.reason.split("; "))


def _message(text: str, words: Wording, rules: Mapping[str, Rule]) -> str:
    said = (words.message(text, rule) for rule in rules.values())
    return next((other for other in said if other != text), words.message(text, None))


def rule_said(one: Touched, words: Wording, rules: Mapping[str, Rule]) -> str:
    """What was changed, or what the channel says of what stays."""
    if one.state == "repaired":
        return words.reason(one.text)
    return words.message(one.text, rules.get(one.rule))


def made_for(one: Touched, words: Wording) -> str:
    """What a change was made for or a warning comes from: a rule's id, truth, or "" for neither."""
    return words.say("say.for_truth") if one.for_truth else one.rule


def backing_note(one: Backing, explanation: Explanation, words: Wording) -> str:
    """What else there is to say of a span: why, how surely, or that it wasn't found again."""
    said = [words.reason(one.reason)] if one.reason else []
    if explanation.checked and one.source and not one.literal and one.field != "inferred":
        said.append(words.say("say.elsewhere"))
    if one.confidence < 1:
        said.append(words.say("say.confidence", percent=round(100 * one.confidence)))
    return words.list(said)
