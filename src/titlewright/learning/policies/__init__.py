"""Policies by name: which title to show. One algorithm a file; all share the contract of records.

`create_policy("thompson", floor=0.02)` makes one; `save_policy` and `load_policy` keep it as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from titlewright.errors import LearningError

if TYPE_CHECKING:
    from titlewright.learning.policies.base import CountingPolicy
    from titlewright.learning.policies.guarded import Guarded

_VERSION = 1
_POLICIES = {  # name -> module and class; opened when asked for
    "uniform": ("uniform", "Uniform"),
    "explore_then_commit": ("explore_then_commit", "ExploreThenCommit"),
    "epsilon_greedy": ("epsilon_greedy", "EpsilonGreedy"),
    "ucb1": ("ucb1", "Ucb1"),
    "thompson": ("thompson", "Thompson"),
    "top_two_thompson": ("top_two", "TopTwoThompson"),
    "linucb": ("linucb", "LinUcb"),
    "linear_thompson": ("linear_thompson", "LinearThompson"),
    "prior_thompson": ("prior_thompson", "PriorThompson"),
    "horizon_thompson": ("horizon_thompson", "HorizonThompson"),
}


def policy_names() -> tuple[str, ...]:
    return tuple(_POLICIES)


def create_policy(name: str, **options: Any) -> CountingPolicy:
    """A policy that knows nothing yet. Options are those of its class.

    Raises LearningError for a name that is unknown, or an option that makes no sense.
    """
    kind = _kind(name)
    try:
        return kind(**options)
    except TypeError as error:
        raise LearningError(f"Policy {name!r} can't be made with {options}: {error}.") from error


def from_json(state: Mapping[str, Any], **options: Any) -> CountingPolicy | Guarded:
    """The policy that `to_json` told of. `options` of the policy (the inner one of a guarded one)
    replace those that were saved.

    Raises LearningError for what no policy has told.
    """
    try:
        if state["policy"] == "guarded":
            return _guarded(state, options)
        return _saved(state, options)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise LearningError(f"This is no saved policy: {error!r}. Save it again.") from error


def save_policy(policy: CountingPolicy | Guarded, path: Path) -> None:
    """Whole or not at all. Raises LearningError when the file can't be written."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(
            json.dumps({"version": _VERSION, **policy.to_json()}) + "\n", encoding="utf-8"
        )
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise LearningError(f"{path} can't be written: {error.strerror}.") from error


def load_policy(path: Path, **options: Any) -> CountingPolicy | Guarded:
    """What `save_policy` wrote. Raises LearningError for any other file."""
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise LearningError(f"The policy {path} can't be read: {error}") from error
    if not isinstance(state, dict) or state.get("version") != _VERSION:
        raise LearningError(f"{path} holds no policy of version {_VERSION}. Save it again.")
    return from_json(state, **options)


def _saved(state: Mapping[str, Any], options: Mapping[str, Any]) -> CountingPolicy:
    return _kind(str(state["policy"])).from_json(dict(state), **options)


def _guarded(state: Mapping[str, Any], options: Mapping[str, Any]) -> Guarded:
    from titlewright.learning.policies.guarded import Guarded

    found = Guarded(_saved(state["inner"], options), **state["options"])
    found.restore(dict(state))
    return found


def _kind(name: str) -> type[CountingPolicy]:
    if name not in _POLICIES:
        raise LearningError(f"Policy {name!r} is unknown. Policies are {', '.join(_POLICIES)}.")
    module, kind = _POLICIES[name]
    found: type[CountingPolicy] = getattr(import_module(f"{__name__}.{module}"), kind)
    return found
