"""How large a new model is: a family's record of sizes, made of what the user asks for.

    sized("lstm", LSTMSizes, {"width": 512, "cell": "gru"})

A size is a whole number from 1, a number from 0, a switch or a choice among words.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import Field, fields
from typing import Any, TypeVar, get_args, get_type_hints

from titlewright.errors import GeneratorError

Sizes = TypeVar("Sizes")

_BELOW_ONE = frozenset({"dropout"})  # shares of something


def sized(family: str, record: type[Sizes], asked: Mapping[str, Any] | None) -> Sizes:
    """The family's record with the sizes that are asked for; the others are its defaults.

    Raises GeneratorError for a size that the record lacks or a value that it can't have; the
    message lists all sizes with their types and defaults.
    """
    types = get_type_hints(record)
    known = {one.name: one for one in fields(record)}  # type: ignore[arg-type]
    for name, value in (asked or {}).items():
        problem = f"{family} has no size {name!r}"
        if name in known:
            problem = _problem(name, value, types[name])
        if problem:
            raise GeneratorError(f"{problem}. {_listed(family, known, types)}")
    try:
        return record(**(asked or {}))
    except GeneratorError as error:  # sizes that don't go together
        raise GeneratorError(f"{error} {_listed(family, known, types)}") from error


def without_sizes(what: str, asked: Mapping[str, Any] | None) -> None:
    """Raises GeneratorError where sizes are asked of what has none to choose, `what` by name."""
    if asked:
        raise GeneratorError(f"{what} has no sizes to choose: leave {_named(asked)} out.")


def keep_sizes(source: str, asked: Mapping[str, Any] | None) -> None:
    """Raises GeneratorError where sizes are asked of a model that is there already."""
    if asked:
        raise GeneratorError(
            f"{source} is a model whose sizes can't be changed: leave {_named(asked)} out, or "
            "begin from scratch with --family and without --from."
        )


def _named(asked: Mapping[str, Any]) -> str:
    return " and ".join(f"--size {name}={value}" for name, value in asked.items())


def _problem(name: str, value: object, kind: Any) -> str:
    """What is wrong with a value, or nothing."""
    problem = f"{name} must be {_kind(name, kind)}, not {value!r}"
    if kind is bool or get_args(kind):
        right = isinstance(value, bool) if kind is bool else value in get_args(kind)
        return "" if right else problem
    if isinstance(value, bool) or not isinstance(value, int if kind is int else int | float):
        return problem
    lowest = 1 if kind is int else 0
    highest = 1 if name in _BELOW_ONE else math.inf
    return "" if lowest <= value < highest else problem


def _kind(name: str, kind: Any) -> str:
    if kind is bool:
        return "true or false"
    if choices := get_args(kind):
        return " or ".join(map(str, choices))
    if kind is int:
        return "a whole number from 1"
    return "a number from 0, below 1" if name in _BELOW_ONE else "a number from 0"


def _listed(family: str, known: Mapping[str, Field[Any]], types: Mapping[str, Any]) -> str:
    sizes = (
        f"{name} ({_kind(name, types[name])}; {_shown(one.default)})" for name, one in known.items()
    )
    return f"Sizes of {family}, with their defaults: {', '.join(sizes)}."


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
