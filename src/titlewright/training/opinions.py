"""What people did with titles, as opinions to learn a ranking from: clicks, approvals, edits."""

from __future__ import annotations

import csv
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist

from rapidfuzz.distance import Indel

from titlewright.channels import Channel
from titlewright.errors import FeedError
from titlewright.grounding import Grounder
from titlewright.ranking import rank
from titlewright.ranking.fitting import Opinion
from titlewright.records import Product
from titlewright.scorers import Scorer

_YES = frozenset({"yes", "y", "true", "1", "approved", "是"})
_NO = frozenset({"no", "n", "false", "0", "disapproved", "rejected", "否"})
_FORM = "Columns: id, title, and impressions with clicks, or approved (yes or no), or edited."


@dataclass(frozen=True, slots=True)
class Feedback:
    """What became of one title of one product; what isn't known is None or empty.

    `impressions` and `clicks` are counts; `edited` is the title that a person made of this one.
    """

    product: str
    title: str
    impressions: int | None = None
    clicks: int | None = None
    approved: bool | None = None
    edited: str = ""


def read_feedback(path: Path) -> list[Feedback]:
    """Feedback from a CSV file with a header, or from JSON lines with the same names.

    Columns: id, title, and impressions with clicks, or approved, or edited; more than one may be
    filled. Raises FeedError with the line and the value that makes no sense.
    """
    lines = _json_lines if path.suffix.lower() in (".jsonl", ".ndjson") else _csv_lines
    try:
        found = [_feedback(row, f"{path}, line {number}") for number, row in lines(path)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FeedError(f"{path} can't be read as UTF-8: {error}") from error
    if not found:
        raise FeedError(f"{path} holds no feedback. {_FORM}")
    return found


def _csv_lines(path: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        if missing := {"id", "title"} - set(reader.fieldnames or ()):
            raise FeedError(f"{path} has no column {', '.join(sorted(missing))}. {_FORM}")
        for row in reader:
            yield reader.line_num, row


def _json_lines(path: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError as error:
                raise FeedError(f"{path}, line {number} is no JSON: {error}") from error
            if not isinstance(row, dict):
                raise FeedError(f"{path}, line {number} is no JSON object. {_FORM}")
            yield number, row


def _feedback(row: Mapping[str, object], where: str) -> Feedback:
    told = {name: "" if value is None else str(value).strip() for name, value in row.items()}
    impressions, clicks = (_count(told, name, where) for name in ("impressions", "clicks"))
    found = Feedback(
        told.get("id", ""),
        told.get("title", ""),
        impressions,
        clicks,
        _approved(told.get("approved", ""), where),
        told.get("edited", ""),
    )
    if not found.product or not found.title:
        raise FeedError(f"{where}: id and title must be filled.")
    if (impressions is None) != (clicks is None):
        raise FeedError(f"{where}: impressions and clicks go together.")
    if impressions is not None and clicks is not None and clicks > impressions:
        raise FeedError(f"{where}: {clicks} clicks of {impressions} impressions can't be.")
    if impressions is None and found.approved is None and not found.edited:
        raise FeedError(f"{where} says nothing about the title. {_FORM}")
    return found


def _count(told: Mapping[str, str], name: str, where: str) -> int | None:
    written = told.get(name, "")
    if not written:
        return None
    if not written.isascii() or not written.isdecimal():
        raise FeedError(f"{where}: {name} must be a whole number from 0, not {written!r}.")
    return int(written)


def _approved(written: str, where: str) -> bool | None:
    if not written:
        return None
    if (said := written.casefold()) in _YES | _NO:
        return said in _YES
    raise FeedError(f"{where}: approved must be yes or no, not {written!r}.")


def opinions_of(
    products: Iterable[Product],
    feedback: Sequence[Feedback],
    channel: Channel,
    *,
    scorers: Sequence[Scorer] = (),
) -> dict[str, list[Opinion]]:
    """Opinions about the titles of each product that there is feedback for, by the product's id.

    A title is liked by the probability that its click rate is above that of all the product's
    titles together; as 1 or 0 by whether it was approved; and by how near it is to what a person
    made of it (a share of characters, Indel similarity), the edited title itself as 1. Several
    kinds of feedback about one title have equal say.
    """
    by_product: dict[str, list[Feedback]] = defaultdict(list)
    for one in feedback:
        by_product[one.product].append(one)
    found = {}
    for product in products:
        if some := by_product.pop(product.id, None):
            likes = _likes(some)
            grounder = Grounder(product)
            titles = [(title, grounder.ground(title)) for title in likes]
            ranked = sorted(rank(product, titles, channel, scorers=scorers))
            found[product.id] = [
                Opinion(one.scores, liked)
                for one, liked in zip(ranked, likes.values(), strict=True)
            ]
    return found


def _likes(feedback: Sequence[Feedback]) -> dict[str, float]:
    """How much each title of one product is liked, from 0 to 1."""
    said: dict[str, list[float]] = defaultdict(list)
    for title, liked in _by_clicks(feedback):
        said[title].append(liked)
    for one in feedback:
        if one.approved is not None:
            said[one.title].append(float(one.approved))
        if one.edited:
            said[one.title].append(Indel.normalized_similarity(one.title, one.edited))
            said[one.edited].append(1.0)
    return {title: sum(likes) / len(likes) for title, likes in said.items()}


def _by_clicks(feedback: Sequence[Feedback]) -> Iterator[tuple[str, float]]:
    """By the normal approximation, the share of clicks of all titles together being the mean."""
    shown: dict[str, list[int]] = {}
    for one in feedback:
        if one.impressions:
            counts = shown.setdefault(one.title, [0, 0])
            counts[0] += one.impressions
            counts[1] += one.clicks or 0
    impressions = sum(counts[0] for counts in shown.values())
    mean = sum(counts[1] for counts in shown.values()) / impressions if impressions else 0.0
    if not 0 < mean < 1:
        return
    for title, (count, clicks) in shown.items():
        error = math.sqrt(mean * (1 - mean) / count)
        yield title, NormalDist().cdf((clicks / count - mean) / error)
