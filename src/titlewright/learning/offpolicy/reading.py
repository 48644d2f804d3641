"""Logs and target policies read from tables.

A log has the columns `arm` (or title_id), `propensity` and `reward` (or click), perhaps a context
and `who` or `user`; or it is events, whose impressions carry the propensity. A policy has the
columns `arm`, `probability` and perhaps the same context. Where there is a product_id, that is the
context unless another is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from titlewright.errors import FeedError, LearningError
from titlewright.learning.experiments.reading import SHOPPERS
from titlewright.learning.joining import join
from titlewright.learning.offpolicy.log import Log
from titlewright.learning.tables import Row, number_of, read_rows, text_of

_ARMS, _REWARDS, _PRODUCT = ("arm", "title_id"), ("reward", "click"), "product_id"
Probabilities = Mapping[tuple[str, str], float]  # by context and arm
UNIFORM = "uniform"


@dataclass(frozen=True, slots=True)
class Decision:
    """A row of a log."""

    context: str
    arm: str
    propensity: float
    reward: float
    who: str = ""


def read_decisions(path: Path, *, context: str = "", goal: str = "click") -> list[Decision]:
    """Decisions from a log, or from events with impressions and what was clicked.

    context  the column that says in which context arms were chosen; "" for the product, if told

    Raises FeedError with the row that makes no sense.
    """
    rows = list(read_rows(path))
    if not rows:
        raise FeedError(f"{path} holds no rows.")
    context = _context(rows, context)
    if any("kind" in row for _, row in rows):
        return list(_from_events(rows, context, goal))
    return [_decision(row, where, context) for where, row in rows]


def _context(rows: Iterable[tuple[str, Row]], context: str) -> str:
    """The column of the context, "" for none."""
    return context or (_PRODUCT if any(_PRODUCT in row for _, row in rows) else "")


def _decision(row: Row, where: str, context: str) -> Decision:
    arm, reward = _column(row, _ARMS, where), _column(row, _REWARDS, where)
    if context and context not in row:
        raise FeedError(f"{where} has no column {context!r}. It has {', '.join(row)}.")
    return Decision(
        text_of(row, context) if context else "",
        text_of(row, arm),
        number_of(row, "propensity", where),
        number_of(row, reward, where),
        _shopper(row),
    )


def _from_events(rows: Iterable[tuple[str, Row]], context: str, goal: str) -> Iterator[Decision]:
    for one in join(rows, goal):
        row = one.row
        yield Decision(
            text_of(row, context) if context else "",
            text_of(row, _column(row, _ARMS, one.where)),
            number_of(row, "propensity", one.where),
            sum(one.earned) if goal == "revenue" else float(one.reached),
            _shopper(row),
        )


def _shopper(row: Row) -> str:
    return next((told for name in SHOPPERS if (told := text_of(row, name))), "")


def read_policy(path: Path, *, context: str = "") -> Probabilities:
    """The probability of each arm in each context. Raises FeedError with the row that is wrong."""
    found: dict[tuple[str, str], float] = {}
    rows = list(read_rows(path))
    context = _context(rows, context)
    for where, row in rows:
        key = (text_of(row, context) if context else "", text_of(row, _column(row, _ARMS, where)))
        if key in found:
            raise FeedError(f"{where}: arm {key[1]!r} has a probability already.")
        found[key] = number_of(row, "probability", where)
    if not found:
        raise FeedError(f"{path} holds no probabilities. Columns: arm, probability.")
    return found


def uniform(decisions: Iterable[Decision]) -> Probabilities:
    """Each arm of a context as often as the others, of those that the log shows there."""
    arms: dict[str, dict[str, None]] = {}
    for one in decisions:
        arms.setdefault(one.context, {})[one.arm] = None
    return {(context, arm): 1 / len(some) for context, some in arms.items() for arm in some}


def build_log(decisions: list[Decision], policy: Probabilities) -> Log:
    """The log with its target. Raises LearningError where the policy leaves out a context."""
    contexts = {name: at for at, name in enumerate(dict.fromkeys(d.context for d in decisions))}
    told = [key for key in policy if key[0] in contexts]
    arms: dict[str, int] = {}  # of all contexts
    places: list[dict[str, int]] = [{} for _ in contexts]  # of each
    for context, arm in chain(told, ((d.context, d.arm) for d in decisions)):
        arms.setdefault(arm, len(arms))
        places[contexts[context]].setdefault(arm, len(places[contexts[context]]))
    shape = len(contexts), max(map(len, places))
    target, ids = np.zeros(shape), np.zeros(shape, int)
    for at, some in enumerate(places):
        ids[at, : len(some)] = [arms[arm] for arm in some]
    for context, arm in told:
        at = contexts[context]
        target[at, places[at][arm]] = policy[context, arm]
    if (target.sum(1) == 0).any():
        at = int((target.sum(1) == 0).argmax())
        raise LearningError(
            f"The policy says nothing for the context {list(contexts)[at]!r} of the log. Give the "
            "probability of each arm there."
        )
    who = [d.who for d in decisions]
    return Log(
        np.array([d.reward for d in decisions]),
        np.array([d.propensity for d in decisions]),
        np.array([places[contexts[d.context]][d.arm] for d in decisions]),
        np.array([contexts[d.context] for d in decisions]),
        target,
        np.array([name or f" {at}" for at, name in enumerate(who)]) if any(who) else None,
        ids,
        tuple(arms),
        tuple(contexts),
    )


def _column(row: Row, names: tuple[str, ...], where: str) -> str:
    for name in names:
        if name in row:
            return name
    raise FeedError(f"{where} has no column {' or '.join(names)}. It has {', '.join(row)}.")
