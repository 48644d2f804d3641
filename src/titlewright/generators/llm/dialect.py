"""What a server takes: answers by a JSON schema, as any JSON or as text, and which options.

Servers differ and say so only when asked. What one refused is not sent again in the same run.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import Any, Literal

from titlewright.generators.llm.requests import Request
from titlewright.generators.llm.settings import LLMSettings

Format = Literal["json_schema", "json_object", "text"]
_WEAKER: dict[Format, Format] = {"json_schema": "json_object", "json_object": "text"}
_TOKENS = 300  # of an answer beside its titles
_TITLE_TOKENS = 120  # of one title: 150 characters in scripts where each takes most of a token


@dataclass(frozen=True, slots=True)
class Dialect:
    """How requests are put. `without` names options that the server doesn't take."""

    format: Format = "json_schema"
    tokens_option: str = "max_tokens"
    without: frozenset[str] = frozenset()

    def body(self, request: Request, settings: LLMSettings) -> dict[str, Any]:
        """The request as the API takes it."""
        body: dict[str, Any] = {
            "model": settings.model,
            "messages": request.chat(),
            "seed": request.seed,
            "temperature": settings.temperature,
            self.tokens_option: answer_tokens(request, settings),
        }
        if self.format == "json_schema":
            schema = {"name": "titles", "strict": True, "schema": _schema(request.n)}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        elif self.format == "json_object":
            body["response_format"] = {"type": "json_object"}
        return {name: value for name, value in body.items() if name not in self.without}

    def weaker(self, refusal: str) -> Dialect | None:
        """What to try after a refusal that says this; None when nothing is left."""
        text = refusal.lower()
        if "max_completion_tokens" in text and self.tokens_option == "max_tokens":
            return replace(self, tokens_option="max_completion_tokens")
        for option in ("temperature", "seed"):
            if option in text and option not in self.without:
                return replace(self, without=self.without | {option})
        if self.format in _WEAKER:
            return replace(self, format=_WEAKER[self.format])
        return None


class Agreed:
    """The dialect that a run has found to work. Safe between threads."""

    def __init__(self) -> None:
        self.dialect = Dialect()
        self.proven = False  # a refusal is then no matter of the dialect
        self._lock = threading.Lock()

    def worked(self, dialect: Dialect) -> None:
        """A request put so was answered."""
        with self._lock:
            if not self.proven:
                self.dialect, self.proven = dialect, True


def answer_tokens(request: Request, settings: LLMSettings) -> int:
    """The longest answer that is allowed, in tokens."""
    return settings.answer_tokens or _TOKENS + _TITLE_TOKENS * request.n


def _schema(n: int) -> dict[str, Any]:
    titles = {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": n}
    return {
        "type": "object",
        "properties": {"titles": titles},
        "required": ["titles"],
        "additionalProperties": False,
    }
