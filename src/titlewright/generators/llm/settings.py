"""What the environment decides about the LLM. The key comes from there alone and is not shown."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from titlewright.errors import SettingsError
from titlewright.records import Usage

_NAME = "TITLEWRIGHT_LLM_"
_OPENAI = "api.openai.com"  # the only host that the key of that name is sent to unasked


@dataclass(frozen=True, slots=True)
class LLMSettings:
    """How an LLM is reached and what it may cost. Raises SettingsError for what makes no sense.

    url            TITLEWRIGHT_LLM_URL          where the API is, as in http://127.0.0.1:11434/v1
    model          TITLEWRIGHT_LLM_MODEL        the model's name there
    key            TITLEWRIGHT_LLM_KEY          the API key; for OpenAI itself else OPENAI_API_KEY
    budget         TITLEWRIGHT_LLM_BUDGET       US dollars that a run may spend; None: no limit
    prices         TITLEWRIGHT_LLM_PRICES       US dollars per million tokens in and out
    examples       TITLEWRIGHT_LLM_EXAMPLES     a prepared folder or a feed with good titles
    shots          TITLEWRIGHT_LLM_SHOTS        examples shown with each product
    concurrency    TITLEWRIGHT_LLM_CONCURRENCY  requests under way at the same time
    tries          TITLEWRIGHT_LLM_TRIES        times a request is sent before its product fails
    timeout        TITLEWRIGHT_LLM_TIMEOUT      seconds that an answer may take
    longest_wait   TITLEWRIGHT_LLM_WAIT         seconds that a product waits between tries, in all
    answer_tokens  TITLEWRIGHT_LLM_TOKENS       the longest answer; 0: by the number of titles
    temperature    TITLEWRIGHT_LLM_TEMPERATURE  of sampling, 0 to 2
    """

    url: str
    model: str
    key: str = field(default="", repr=False)
    budget: float | None = None
    prices: tuple[float, float] = (0.0, 0.0)
    examples: Path | None = None
    shots: int = 3
    concurrency: int = 4
    tries: int = 5
    timeout: float = 60.0
    longest_wait: float = 120.0
    answer_tokens: int = 0
    temperature: float = 0.7

    def __post_init__(self) -> None:
        _check_url(self.url)
        if not self.model.strip():
            raise SettingsError(f"{_NAME}MODEL is empty. Set it to the model's name on {self.url}.")
        if not (self.key.isascii() and self.key.isprintable()) or " " in self.key:
            raise SettingsError(f"{_NAME}KEY holds characters that no key has. Copy it once more.")
        for name, low, high in (("shots", 0, 50), ("concurrency", 1, 256), ("tries", 1, 20),
                                ("timeout", 0.05, 3600), ("longest_wait", 0, 86_400),
                                ("answer_tokens", 0, 10**6), ("temperature", 0, 2)):  # fmt: skip
            value = getattr(self, name)
            if not low <= value <= high:
                raise SettingsError(
                    f"{_variable(name)} must be from {low} to {high}, not {value!r}."
                )
        if any(not 0 <= price < math.inf for price in self.prices):
            raise SettingsError(
                f"{_NAME}PRICES must be two numbers from 0, not {self.prices!r}. Write US dollars "
                "per million tokens in and out, as in 0.15,0.60."
            )
        if self.budget is not None and not 0 <= self.budget < math.inf:
            raise SettingsError(
                f"{_NAME}BUDGET must be US dollars from 0, not {self.budget!r}; as in 2.50."
            )
        if self.budget is not None and not any(self.prices):
            raise SettingsError(
                f"{_NAME}BUDGET is set, but without prices nothing can be counted. Set "
                f"{_NAME}PRICES to US dollars per million tokens in and out, as in 0.15,0.60."
            )

    @property
    def for_openai(self) -> bool:
        """Whether the server is OpenAI's own."""
        return urlsplit(self.url).hostname == _OPENAI

    def cost(self, input_tokens: int, output_tokens: int) -> Usage:
        """What so many tokens are, in money too."""
        into, out = self.prices
        money = (input_tokens * into + output_tokens * out) / 1_000_000
        return Usage(input_tokens, output_tokens, round(money, 10))


def load_llm_settings(environment: Mapping[str, str] = os.environ) -> LLMSettings:
    """Settings from environment variables. Raises SettingsError when one is missing or wrong."""

    def read(name: str) -> str:
        return environment.get(_NAME + name, "").strip()

    for name, example in (("URL", "http://127.0.0.1:11434/v1"), ("MODEL", "llama3.2")):
        if not read(name):
            raise SettingsError(
                f"The generator llm needs {_NAME}URL and {_NAME}MODEL; {_NAME}{name} is not set. "
                f"For example: export {_NAME}{name}={example}"
            )
    given = {
        name: _number(variable, read(variable), kind)
        for name, variable, kind in _NUMBERS
        if read(variable)
    }
    url = read("URL").rstrip("/")
    _check_url(url)
    key = read("KEY")
    if not key and urlsplit(url).hostname == _OPENAI:
        key = environment.get("OPENAI_API_KEY", "").strip()
    return LLMSettings(
        url=url,
        model=read("MODEL"),
        key=key,
        prices=_prices(read("PRICES")),
        examples=Path(read("EXAMPLES")) if read("EXAMPLES") else None,
        **given,  # type: ignore[arg-type] # each of its own field's kind
    )


_NUMBERS: tuple[tuple[str, str, type[int] | type[float]], ...] = (
    ("budget", "BUDGET", float),
    ("shots", "SHOTS", int),
    ("concurrency", "CONCURRENCY", int),
    ("tries", "TRIES", int),
    ("timeout", "TIMEOUT", float),
    ("longest_wait", "WAIT", float),
    ("answer_tokens", "TOKENS", int),
    ("temperature", "TEMPERATURE", float),
)


def _variable(field_name: str) -> str:
    return _NAME + next(variable for name, variable, _ in _NUMBERS if name == field_name)


def _number(variable: str, text: str, kind: type[int] | type[float]) -> float:
    try:
        value = kind(text)
    except ValueError:
        value = math.nan
    if math.isnan(value):
        what = "a whole number" if kind is int else "a number"
        raise SettingsError(f"{_NAME}{variable} must be {what}, not {text!r}.")
    return value


def _prices(text: str) -> tuple[float, float]:
    if not text:
        return 0.0, 0.0
    parts = text.split(",")
    if len(parts) != 2:
        raise SettingsError(
            f"{_NAME}PRICES must be two numbers with a comma between, not {text!r}. Write US "
            "dollars per million tokens in and out, as in 0.15,0.60."
        )
    return _number("PRICES", parts[0], float), _number("PRICES", parts[1], float)


def _check_url(url: str) -> None:
    """Raises SettingsError without showing a URL that may hold a secret."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.username or parts.password or parts.query or parts.fragment:
        raise SettingsError(
            f"{_NAME}URL holds a user, a password or a query. Give the bare URL; the key goes into "
            f"{_NAME}KEY."
        )
    if parts.scheme not in ("http", "https") or not host:
        raise SettingsError(
            f"{_NAME}URL must be a URL that ends where /chat/completions would follow, as in "
            "http://127.0.0.1:11434/v1. What it is now isn't shown: it may be a key."
        )
