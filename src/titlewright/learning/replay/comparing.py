"""Several policies over the same tests, as the command and the benchmark tell of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from titlewright.errors import LearningError
from titlewright.learning.policies import create_policy, policy_names
from titlewright.learning.policies.base import CountingPolicy
from titlewright.learning.prior import Prior
from titlewright.learning.replay.reading import Test
from titlewright.learning.replay.running import BATCHES, Replayed, replay
from titlewright.learning.replay.summary import NOTE, differences, summarise
from titlewright.learning.strengths import Strengths, appeal, remembered

BELIEVING = frozenset({"prior_thompson", "horizon_thompson"})  # begin with what wordings tell
_AT_ONCE = 50  # texts looked at before `on_text` is told
EXPLORED = 0.2  # share of the impressions in which explore_then_commit shows all titles equally


def compare(
    tests: Sequence[Test],
    policies: Sequence[str],
    impressions: int,
    *,
    seeds: int = 5,
    seed: int = 0,
    floor: float = 0.0,
    prior: Prior | None = None,
    strengths: Strengths = appeal,
    batches: int | None = None,
    on_policy: Callable[[int], None] = lambda _done: None,
) -> dict[str, Any]:
    """The summary of all policies, as JSON; `on_policy` is told how many have been run.

    Raises LearningError for a name that is unknown, and for numbers that make no sense.
    """
    if impressions < 1:
        raise LearningError(f"{impressions} impressions can't be replayed. Give 1 or more.")
    options = options_for(impressions, floor=floor, prior=prior, strengths=strengths)
    batches = min(BATCHES, impressions) if batches is None else batches
    replayed: dict[str, Replayed] = {}
    for done, name in enumerate(policies, 1):
        replayed[name] = replay(
            tests, maker(name, options), impressions, seeds=seeds, seed=seed, batches=batches
        )
        on_policy(done)
    return {
        "kind": "replay", "note": NOTE, "tests": len(tests), "impressions": impressions,
        "seeds": seeds, "batches": batches, **summarise(replayed),
        "differences": {name: differences(replayed, name) for name in policies
                        if name in BELIEVING},
    }  # fmt: skip


def chosen_names(written: str) -> list[str]:
    """The names in a list with commas, each once, or all."""
    asked = [name.strip().replace("-", "_") for name in written.split(",") if name.strip()]
    if asked in (["all"], []):
        return list(policy_names())
    if unknown := [name for name in asked if name not in policy_names()]:
        raise LearningError(
            f"Policy {unknown[0]!r} is unknown. Policies are {', '.join(policy_names())}, or all."
        )
    return list(dict.fromkeys(asked))


def judged(texts: Sequence[str], on_text: Callable[[int], None]) -> Strengths:
    """Appeal of these wordings, looked at once; `on_text` is told how many have been so far."""
    strengths = remembered(appeal)
    for start in range(0, len(texts), _AT_ONCE):
        strengths(texts[start : start + _AT_ONCE])
        on_text(min(start + _AT_ONCE, len(texts)))
    return strengths


def options_for(
    impressions: int, *, floor: float, prior: Prior | None, strengths: Strengths
) -> dict[str, dict[str, Any]]:
    """What each policy is made with, where that isn't what it has by itself."""
    believed = {"prior": prior, "strengths": strengths}
    found: dict[str, dict[str, Any]] = {name: {"floor": floor} for name in policy_names()}
    found["explore_then_commit"]["explore"] = max(1, round(EXPLORED * impressions))
    found["prior_thompson"] |= believed
    found["horizon_thompson"] |= believed | {"horizon": impressions}
    return found


def maker(name: str, options: dict[str, dict[str, Any]]) -> Callable[[], CountingPolicy]:
    return lambda: create_policy(name, **options[name])
