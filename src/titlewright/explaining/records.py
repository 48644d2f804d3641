"""What an explanation is made of: plain records without any language, and their JSON forms.

Positions are Unicode code points, half-open. How it is said is the business of `telling`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from titlewright.records import Contribution, EvidenceKind, JsonObject, Severity, Span

FIRST = 1  # the place of the best title
GATED = 0  # the place of a title that truth or a rule keeps out


@dataclass(frozen=True, slots=True)
class Backing:
    """A span of the title and where it is stated.

    `literal` says that `source_text` stands word for word at `source` in the product's own
    `field`; False for what was inferred, and where the product isn't known or is another one.
    `before` and `after` are the words around it there.
    """

    text: str
    span: Span
    kind: EvidenceKind
    field: str = ""
    source: Span | None = None
    source_text: str = ""
    before: str = ""
    after: str = ""
    literal: bool = False
    confidence: float = 1.0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Touched:
    """A rule that had its say: a repair that was made for it, or a warning that stays.

    `rule` is "" where no rule stands behind a change; `for_truth` says that it was made because the
    product doesn't state what was taken out. `kind` is the rule's kind in its pack, `source_url`
    the page that states it, both "" where the rule isn't known.
    """

    rule: str
    state: Literal["repaired", "stays"]
    text: str
    severity: Severity | Literal[""] = ""
    kind: str = ""
    source_url: str = ""
    read: str = ""
    span: Span | None = None
    for_truth: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """What a quality adds to the score. The parts' values sum to the score."""

    name: str
    value: float
    quality: float | None = None  # the score in [0, 1] behind it, None where there is none
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rival:
    """A candidate that was true and allowed and lost.

    `place` counts from 2. `differences` are the chosen title's contributions less its own, the
    largest first whatever their sign; empty where they aren't known.
    """

    text: str
    generator: str
    place: int
    score: float
    gap: float
    differences: tuple[Contribution, ...] = ()


@dataclass(frozen=True, slots=True)
class Fallen:
    """A candidate that truth, a rule or a wish kept out, and why."""

    text: str
    generator: str
    reason: str


@dataclass(frozen=True, slots=True)
class WithoutWords:
    """What becomes of the title without some of its words.

    `place` is its place then, FIRST when it stays, GATED when it is no longer true or allowed,
    which `problem` says. `first` is the title that is first then; `twin` that it would be the same
    as another candidate, at whose place it stands.
    """

    words: tuple[str, ...]
    title: str
    place: int
    first: str
    score: float | None = None
    gate: Literal["", "truth", "rule"] = ""
    problem: str = ""
    rule: str = ""
    twin: bool = False

    @property
    def changes(self) -> bool:
        """Whether another title would be first."""
        return self.place != FIRST


@dataclass(frozen=True, slots=True)
class WithoutQuality:
    """Which title is first when what a quality adds is left out of every title's score."""

    name: str
    first: str
    place: int

    @property
    def changes(self) -> bool:
        return self.place != FIRST


Unknown = Literal["", "alone", "no product", "no scores", "not repeated"]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that led to one title.

    `fields` holds the product's texts that back the title, by field, in the order of the title.
    `words` are the single words that were left out, in title order; then, where none of these
    changes the choice, the pairs that do. `unknown` says why there are none of them. `checked`
    says that the evidence was looked up in the product.
    """

    row: int
    product_id: str
    channel: str
    title: str
    previous_title: str
    generator: str
    score: float
    backings: tuple[Backing, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    rules: tuple[Touched, ...] = ()
    parts: tuple[Part, ...] = ()
    rivals: tuple[Rival, ...] = ()
    fallen: tuple[Fallen, ...] = ()
    words: tuple[WithoutWords, ...] = ()
    qualities: tuple[WithoutQuality, ...] = ()
    unknown: Unknown = ""
    pairs_tried: bool = False
    checked: bool = False

    @property
    def margin(self) -> float | None:
        """How far the runner-up is behind; None without one."""
        return self.rivals[0].gap if self.rivals else None

    def to_json(self) -> JsonObject:
        """As a JSON object; numbers rounded as in results, empty parts left out."""
        found: JsonObject = {
            "row": self.row,
            "id": self.product_id,
            "channel": self.channel,
            "title": self.title,
            "previous_title": self.previous_title,
            "generator": self.generator,
            "score": round(self.score, 6),
            "evidence": [_backing(one) for one in self.backings],
            "rules": [_plain(one, ("rule", "state", "text", "severity", "source_url", "read"))
                      for one in self.rules],
            "contributions": [_part(one) for one in self.parts],
            "runner_ups": [_rival(one) for one in self.rivals],
            "kept_out": [_plain(one, ("text", "generator", "reason")) for one in self.fallen],
            "without_words": [_without(one) for one in self.words],
            "without_quality": [_plain(one, ("name", "place", "first")) for one in self.qualities],
        }  # fmt: skip
        return found | ({"unknown": self.unknown} if self.unknown else {})


def _plain(record: object, names: tuple[str, ...]) -> JsonObject:
    """These attributes, empty texts left out."""
    values = {name: getattr(record, name) for name in names}
    return {name: value for name, value in values.items() if value != ""}


def _backing(one: Backing) -> JsonObject:
    found: JsonObject = {
        "text": one.text,
        "start": one.span.start,
        "end": one.span.end,
        "kind": one.kind,
        "literal": one.literal,
    }
    if one.source is not None:
        found |= {
            "field": one.field,
            "source_start": one.source.start,
            "source_end": one.source.end,
            "source_text": one.source_text,
        }
    if one.literal:
        found |= {"before": one.before, "after": one.after}
    if one.confidence < 1:
        found["confidence"] = one.confidence
    return found | _plain(one, ("reason",))


def _part(one: Part) -> JsonObject:
    found: JsonObject = {"name": one.name, "value": round(one.value, 6)}
    if one.quality is not None:
        found["quality"] = round(one.quality, 4)
    return found | ({"reasons": list(one.reasons)} if one.reasons else {})


def _rival(one: Rival) -> JsonObject:
    return {
        "text": one.text,
        "generator": one.generator,
        "place": one.place,
        "score": round(one.score, 6),
        "differences": {part.name: round(part.value, 6) for part in one.differences},
    }


def _without(one: WithoutWords) -> JsonObject:
    found: JsonObject = {
        "words": list(one.words),
        "title": one.title,
        "place": one.place,
        "first": one.first,
    }
    if one.score is not None:
        found["score"] = round(one.score, 6)
    if one.twin:
        found["twin"] = True
    return found | _plain(one, ("gate", "problem", "rule"))
