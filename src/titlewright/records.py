"""The frozen records that every floor shares, and their JSON forms.

No behaviour lives here beyond reading and writing plain dictionaries.
Character positions are Unicode code points, half-open: text[start:end].
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from titlewright.errors import RecordError

JsonObject = dict[str, Any]


class Span(NamedTuple):
    """A half-open range of code points, text[start:end]."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Inference:
    """What a product is, read out of its other facts: `text` as a title may say it.

    `confidence` is a calibrated probability in (0, 1]; `reason` says for people what spoke for it.
    """

    text: str
    confidence: float
    reason: str = ""

    @classmethod
    def from_json(cls, data: object) -> Inference:
        """Read {"text", "confidence", "reason"?}. Raises RecordError with the offending field."""
        if not isinstance(data, Mapping):
            raise RecordError(
                f"Each of inferred must be a JSON object, not {type(data).__name__}.",
                field="inferred",
                advice='Write it as {"text": "laptop", "confidence": 0.98}.',
            )
        text = plain_text(data.get("text"), "inferred.text")
        if not text:
            raise RecordError(
                "An inference needs a text.",
                field="inferred.text",
                advice='Write it as {"text": "laptop", "confidence": 0.98}.',
            )
        confidence = data.get("confidence")
        if (
            isinstance(confidence, bool)
            or not isinstance(confidence, int | float)
            or not 0 < confidence <= 1
        ):
            raise RecordError(
                f"confidence must be a number above 0 and at most 1, not {confidence!r}.",
                field="inferred.confidence",
                advice="Give the probability that the inference is right, such as 0.98.",
            )
        return cls(text, float(confidence), plain_text(data.get("reason"), "inferred.reason"))

    def to_json(self) -> JsonObject:
        """The inference as a JSON object, the reason left out when empty."""
        found: JsonObject = {"text": self.text, "confidence": self.confidence}
        return found | {"reason": self.reason} if self.reason else found


@dataclass(frozen=True, slots=True)
class Product:
    """What the seller states about one product, and what has been inferred from that.

    `title` is the title it has now, if any. `category` is the path from the root down.
    `attributes` keeps the feed's own names and order; values are plain text.
    `locale` is a BCP 47 tag ("en-US"), empty when unknown.
    `inferred` is no statement of the seller's: the pipeline fills it.
    """

    id: str
    title: str = ""
    description: str = ""
    brand: str = ""
    category: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    images: tuple[str, ...] = ()
    queries: tuple[str, ...] = ()
    locale: str = ""
    inferred: tuple[Inference, ...] = ()

    @classmethod
    def from_json(cls, data: object) -> Product:
        """Read a product from a JSON object; keys as the fields are named, all but text optional.

        Values may be strings, numbers, booleans, or lists of these; `category` may be a path
        ("A > B", "A | B" or "A / B") or a list. Raises RecordError with the offending field.
        """
        if not isinstance(data, Mapping):
            raise RecordError(
                f"A product must be a JSON object, not {type(data).__name__}.",
                advice='Write it as {"id": "...", "description": "...", "brand": "..."}.',
            )
        attributes = data.get("attributes") or {}
        if not isinstance(attributes, Mapping):
            raise RecordError(
                f"attributes must be a JSON object, not {type(attributes).__name__}.",
                field="attributes",
                advice='Write them as {"colour": "red", "size": "M"}.',
            )
        return cls(
            id=plain_text(data.get("id"), "id"),
            title=plain_text(data.get("title"), "title"),
            description=plain_text(data.get("description"), "description"),
            brand=plain_text(data.get("brand"), "brand"),
            category=category_path(data.get("category")),
            attributes={
                str(name): value
                for name, raw in attributes.items()
                if (value := plain_text(raw, f"attributes.{name}"))
            },
            images=_texts(data.get("images"), "images"),
            queries=_texts(data.get("queries"), "queries"),
            locale=plain_text(data.get("locale"), "locale"),
            inferred=_inferences(data.get("inferred")),
        )

    def to_json(self) -> JsonObject:
        """The product as a JSON object, empty fields left out."""
        full: JsonObject = {
            "id": self.id,
            "title": self.title,
            "description": self.description,
            "brand": self.brand,
            "category": list(self.category),
            "attributes": dict(self.attributes),
            "images": list(self.images),
            "queries": list(self.queries),
            "locale": self.locale,
            "inferred": [inference.to_json() for inference in self.inferred],
        }
        return {name: value for name, value in full.items() if value or name == "id"}


@dataclass(frozen=True, slots=True)
class Hints:
    """What a generator is asked to aim at. Everything is optional."""

    prefer: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    max_length: int | None = None  # in the channel's own unit
    target_length: int | None = None  # the same: close to it where there is enough to say
    unit: str = "code_points"  # what lengths are counted in, see titlewright.text.width
    unit_weight: float = 1.0
    style: Literal["marketplace", "short", "headline"] = "marketplace"
    audience: str = ""
    language: str = ""
    order: tuple[str, ...] = ()  # what comes first, as Channel.attribute_order names it


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposed title. `log_probability` is natural log, None where a model has none."""

    text: str
    generator: str
    log_probability: float | None = None
    hints: Hints = Hints()


@dataclass(frozen=True, slots=True)
class Example:
    """A product and the title it should get when asked for so: what generators learn from."""

    product: Product
    title: str
    hints: Hints = Hints()


EvidenceKind = Literal[
    "exact", "inflected", "same quantity", "alias", "category", "picture", "none"
]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a span of the title is stated, or that it is not (kind "none").

    `field` is a path such as "description" or "attributes.colour"; `source` a span of that
    field's text. `reason` says for people why, `confidence` is below 1 only for inferences.
    """

    text: str
    span: Span
    kind: EvidenceKind
    field: str = ""
    source: Span | None = None
    source_text: str = ""
    reason: str = ""
    confidence: float = 1.0

    def to_json(self) -> JsonObject:
        found: JsonObject = {
            "text": self.text,
            "start": self.span.start,
            "end": self.span.end,
            "kind": self.kind,
        }
        if self.source is not None:
            found |= {
                "field": self.field,
                "source_start": self.source.start,
                "source_end": self.source.end,
                "source_text": self.source_text,
            }
        if self.reason:
            found["reason"] = self.reason
        if self.confidence < 1:
            found["confidence"] = self.confidence
        return found


Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Violation:
    """A channel or law rule that a title breaks. `span` is None for rules on the whole title."""

    rule: str
    severity: Severity
    message: str
    span: Span | None = None
    source_url: str = ""

    def to_json(self) -> JsonObject:
        return {
            "rule": self.rule,
            "severity": self.severity,
            "message": self.message,
            "start": self.span.start if self.span else None,
            "end": self.span.end if self.span else None,
            "source_url": self.source_url,
        }


@dataclass(frozen=True, slots=True)
class Score:
    """A named quality in [0, 1] with reasons for people."""

    name: str
    value: float
    reasons: tuple[str, ...] = ()

    def to_json(self) -> JsonObject:
        return {"name": self.name, "value": round(self.value, 4), "reasons": list(self.reasons)}


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a quality adds to a title's score; the contributions of all sum to it."""

    name: str
    value: float

    def to_json(self) -> JsonObject:
        return {"name": self.name, "value": round(self.value, 6)}


@dataclass(frozen=True, slots=True)
class Alternative:
    """A candidate that was not chosen, and why. One that fell at a gate has no scores."""

    text: str
    generator: str
    score: float | None
    reason: str
    scores: tuple[Score, ...] = ()
    contributions: tuple[Contribution, ...] = ()

    def to_json(self) -> JsonObject:
        """As a JSON object; scores and contributions by name, without their reasons."""
        found: JsonObject = {
            "text": self.text,
            "generator": self.generator,
            "score": None if self.score is None else round(self.score, 6),
            "reason": self.reason,
        }
        if self.scores:
            found["scores"] = {one.name: round(one.value, 4) for one in self.scores}
        if self.contributions:
            found["contributions"] = {one.name: round(one.value, 6) for one in self.contributions}
        return found


@dataclass(frozen=True, slots=True)
class Usage:
    """What was used for a product: tokens in and out of a model, and money in US dollars."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost: float = 0.0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cost + other.cost,
        )

    def to_json(self) -> JsonObject:
        return {
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
            "cost": self.cost,
        }


@dataclass(frozen=True, slots=True)
class TitleResult:
    """The chosen title of one product and everything that led to it.

    `row` is the feed's row number, from 1. `usage` is what asking for the title took.
    `repairs` says in words what was changed to make the candidate true and allowed, `rules` the
    id of the channel's rule behind each of them, "" where it was for truth.
    """

    row: int
    product_id: str
    channel: str
    title: str
    previous_title: str
    generator: str
    model_made: bool = False
    score: float = 0.0
    scores: tuple[Score, ...] = ()
    contributions: tuple[Contribution, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    repairs: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    warnings: tuple[Violation, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    usage: Usage = Usage()

    @property
    def cost(self) -> float:
        """Money in US dollars."""
        return self.usage.cost

    def to_json(self) -> JsonObject:
        return {
            "row": self.row,
            "id": self.product_id,
            "channel": self.channel,
            "title": self.title,
            "previous_title": self.previous_title,
            "generator": self.generator,
            "model_made": self.model_made,
            "score": round(self.score, 6),
            "scores": [score.to_json() for score in self.scores],
            "contributions": [part.to_json() for part in self.contributions],
            "evidence": [evidence.to_json() for evidence in self.evidence],
            "repairs": list(self.repairs),
            "rules": list(self.rules),
            "warnings": [violation.to_json() for violation in self.warnings],
            "alternatives": [other.to_json() for other in self.alternatives],
            **self.usage.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that got no title, named: which row, which field, what was wrong, what to do.

    `again` says that the row itself is sound and may get its title when it is tried once more;
    `usage` is what trying took.
    """

    row: int
    product_id: str
    field: str
    problem: str
    advice: str
    again: bool = False
    usage: Usage = Usage()

    def to_json(self) -> JsonObject:
        """The reject as a JSON object; `again` and the usage left out where there is none."""
        found: JsonObject = {
            "row": self.row,
            "id": self.product_id,
            "field": self.field,
            "problem": self.problem,
            "advice": self.advice,
        }
        if self.again:
            found["again"] = True
        return found | (self.usage.to_json() if self.usage != Usage() else {})


def plain_text(value: object, name: str = "") -> str:
    """A JSON value as text: numbers without a trailing .0, lists joined by "; ".

    Raises RecordError for a nested object.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        if not math.isfinite(value):
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Sequence):
        return "; ".join(filter(None, (plain_text(item, name) for item in value)))
    raise RecordError(
        f"{name or 'value'} must be text, a number or a list, not {type(value).__name__}.",
        field=name,
        advice="Flatten nested objects into attributes.",
    )


def category_path(value: object) -> tuple[str, ...]:
    """A category path from a list or from text separated by ">", "|" or " / "."""
    if isinstance(value, str):
        for separator in (">", "|", " / ", "›", "»"):
            if separator in value:
                return tuple(part.strip() for part in value.split(separator) if part.strip())
    return _texts(value, "category")


def _inferences(value: object) -> tuple[Inference, ...]:
    if value is None:
        return ()
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise RecordError(
            f"inferred must be a list, not {type(value).__name__}.",
            field="inferred",
            advice='Write it as [{"text": "laptop", "confidence": 0.98}].',
        )
    return tuple(Inference.from_json(item) for item in value)


def _texts(value: object, name: str) -> tuple[str, ...]:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(filter(None, (plain_text(item, name) for item in value)))
    text = plain_text(value, name)
    return (text,) if text else ()
