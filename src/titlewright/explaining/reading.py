"""Results of `generate --results`, read back, and put beside the rows of their feed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from titlewright.errors import FeedError
from titlewright.records import (
    Alternative,
    Contribution,
    Evidence,
    Product,
    Reject,
    Score,
    Span,
    TitleResult,
    Usage,
    Violation,
)

_ADVICE = "Give the file of `generate --results`."


def read_results(path: Path, limit: int | None = None) -> list[TitleResult]:
    """The first results of a file, all without `limit`. Raises FeedError with what is wrong."""
    return list(islice(_results(path), limit))


def find_result(path: Path, product_id: str) -> TitleResult:
    """The result of one product. Raises FeedError when the file has none."""
    for result in _results(path):
        if result.product_id == product_id:
            return result
    raise FeedError(f"{path} has no product {product_id!r}. Is it among the rejects?")


def _results(path: Path) -> Iterator[TitleResult]:
    try:
        with path.open(encoding="utf-8") as stream:
            for number, line in enumerate(stream, 1):
                if line.strip():
                    yield _read(line, path, number)
    except OSError as error:
        raise FeedError(f"{path} can't be read: {error.strerror}. Check the path.") from error
    except UnicodeDecodeError as error:
        raise FeedError(f"{path} is no JSONL in UTF-8. {_ADVICE}") from error


def _read(line: str, path: Path, number: int) -> TitleResult:
    try:
        data = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise FeedError(f"{path}, line {number} is not JSON: {error}. {_ADVICE}") from error
    if not isinstance(data, dict) or "evidence" not in data:
        raise FeedError(f"{path}, line {number} holds no evidence. {_ADVICE}")
    try:
        return result_from_json(data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FeedError(
            f"{path}, line {number} is no result: {type(error).__name__}: {error}. {_ADVICE}"
        ) from error


def result_from_json(data: Mapping[str, Any]) -> TitleResult:
    """A TitleResult from its JSON form; what older versions didn't write stays empty.

    Raises KeyError, TypeError or ValueError where the object is no result.
    """
    return TitleResult(
        row=int(data["row"]),
        product_id=str(data["id"]),
        channel=str(data["channel"]),
        title=str(data["title"]),
        previous_title=str(data.get("previous_title", "")),
        generator=str(data.get("generator", "")),
        model_made=bool(data.get("model_made", False)),
        score=float(data["score"]),
        scores=tuple(
            Score(one["name"], float(one["value"]), tuple(one["reasons"])) for one in data["scores"]
        ),
        contributions=tuple(
            Contribution(one["name"], float(one["value"])) for one in data.get("contributions", ())
        ),
        evidence=tuple(_evidence(one) for one in data["evidence"]),
        repairs=tuple(data.get("repairs", ())),
        rules=tuple(data.get("rules", ())),
        warnings=tuple(_violation(one) for one in data.get("warnings", ())),
        alternatives=tuple(_alternative(one) for one in data.get("alternatives", ())),
        usage=Usage(
            data.get("input_tokens", 0), data.get("output_tokens", 0), data.get("cost", 0.0)
        ),
    )


def _evidence(data: Mapping[str, Any]) -> Evidence:
    stated = "source_start" in data
    return Evidence(
        text=data["text"],
        span=Span(data["start"], data["end"]),
        kind=data["kind"],
        field=data.get("field", ""),
        source=Span(data["source_start"], data["source_end"]) if stated else None,
        source_text=data.get("source_text", ""),
        reason=data.get("reason", ""),
        confidence=float(data.get("confidence", 1.0)),
    )


def _violation(data: Mapping[str, Any]) -> Violation:
    span = None if data.get("start") is None else Span(data["start"], data["end"])
    return Violation(
        data["rule"], data["severity"], data["message"], span, data.get("source_url", "")
    )


def _alternative(data: Mapping[str, Any]) -> Alternative:
    score = data.get("score")
    return Alternative(
        text=data["text"],
        generator=data.get("generator", ""),
        score=None if score is None else float(score),
        reason=data.get("reason", ""),
        scores=tuple(Score(name, float(v)) for name, v in data.get("scores", {}).items()),
        contributions=tuple(
            Contribution(name, float(v)) for name, v in data.get("contributions", {}).items()
        ),
    )


def beside(
    results: Sequence[TitleResult], feed: Iterable[Any], name: object
) -> list[tuple[TitleResult, Product]]:
    """Each result with the product of its row in the feed (`Row | Reject` in file order).

    Raises FeedError when the feed has no such row, or another product there: then the results
    were made from another feed. `name` stands for the feed in the message.
    """
    wanted = {result.row: result for result in results}
    last = max(wanted, default=0)
    products: dict[int, Product] = {}
    for item in feed if last else ():
        number = item.row if isinstance(item, Reject) else item.number
        if number in wanted and not isinstance(item, Reject):
            products[number] = item.product
        if number >= last:
            break
    for result in results:
        found = products.get(result.row)
        if found is None or found.id != result.product_id:
            instead = f"the product {found.id!r}" if found else "no product"
            raise FeedError(
                f"The results speak of product {result.product_id!r} in row {result.row}, where "
                f"{name} has {instead}. Give the feed that these titles were made from."
            )
    return [(result, products[result.row]) for result in results]
