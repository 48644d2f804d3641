"""Reading the options of a rule, with errors that name the rule, the option and the value."""

from __future__ import annotations

from typing import TypeVar

import regex

from titlewright.channels.model import Channel, Rule
from titlewright.errors import ChannelError

T = TypeVar("T")


class Options:
    """The options of one rule; `finish` refuses those that no one asked for.

    `channel` is the channel that the rule belongs to, None for the rule of a law.
    """

    def __init__(self, rule: Rule, channel: Channel | None) -> None:
        self.rule_id = rule.id
        self.channel = channel
        self._values = dict(rule.options)

    def text(self, name: str, default: str = "") -> str:
        return self._take(name, str, default)

    def flag(self, name: str, default: bool = False) -> bool:
        return self._take(name, bool, default)

    def integer(self, name: str, default: int | None = None) -> int:
        if name not in self._values and default is None:
            raise ChannelError(f"Rule {self.rule_id} needs {name!r}, a whole number.")
        return self._take(name, int, default or 0)

    def number(self, name: str, default: float) -> float:
        value = self._values.get(name, default)
        if isinstance(value, int) and not isinstance(value, bool):
            self._values[name] = float(value)
        return self._take(name, float, default)

    def texts(self, name: str) -> tuple[str, ...]:
        values = self._take(name, list, [])
        for value in values:
            if not isinstance(value, str) or not value:
                raise ChannelError(
                    f"{name} of rule {self.rule_id} must be a list of texts, {value!r} is not one."
                )
        return tuple(values)

    def table(self, name: str) -> dict[str, str]:
        values = self._take(name, dict, {})
        for key, value in values.items():
            if not isinstance(value, str):
                raise ChannelError(f"{name}.{key} of rule {self.rule_id} must be text: {value!r}.")
        return values

    def pattern(self, expression: str, *, ignore_case: bool = False) -> regex.Pattern[str]:
        """A compiled expression of the rule."""
        try:
            return regex.compile(expression, flags=regex.V1 | (regex.I if ignore_case else 0))
        except regex.error as error:
            raise ChannelError(
                f"Rule {self.rule_id} holds {expression!r}, which is not a regular expression: "
                f"{error}."
            ) from error

    def finish(self) -> None:
        """Raise ChannelError when options are left that the kind of rule doesn't know."""
        if self._values:
            left = ", ".join(sorted(self._values))
            raise ChannelError(f"Rule {self.rule_id} has options its kind doesn't know: {left}.")

    def _take(self, name: str, kind: type[T], default: T) -> T:
        value = self._values.pop(name, default)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise ChannelError(
                f"{name} of rule {self.rule_id} must be {_NAMES[kind]}, not {value!r}."
            )
        return value


_NAMES: dict[type, str] = {
    str: "text", bool: "true or false", int: "a whole number", float: "a number",
    list: "a list of texts", dict: "a table of texts",
}  # fmt: skip
