"""One request over the wire with the `openai` client, and what the ways it can fail mean.

Nothing that a server says is passed on before the key is struck out of it.
"""

from __future__ import annotations

import json
import time
import weakref
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn

from titlewright.errors import GeneratorError, MissingExtraError
from titlewright.generators.llm.settings import LLMSettings

_SHOWN = 200  # characters of what a server said that a message shows
_LARGEST = 4_000_000  # bytes of an answer; titles take some thousand


class UnavailableError(Exception):
    """No usable answer now, maybe one later.

    retry_after  seconds, where the server said
    sent         the request was taken and no answer came that says what it took: it may be billed
    """

    def __init__(
        self, problem: str, retry_after: float | None = None, *, sent: bool = False
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.retry_after = retry_after
        self.sent = sent


class RefusedError(Exception):
    """The server won't answer this request, however often it is sent."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model wrote. `tokens` in and out are None where the server doesn't say."""

    text: str
    tokens: tuple[int, int] | None
    finish_reason: str


class Client:
    """The server of the settings. Raises MissingExtraError when `openai` isn't installed."""

    def __init__(self, settings: LLMSettings) -> None:
        try:
            import openai
        except ModuleNotFoundError as error:
            raise MissingExtraError("openai", "llm") from error
        self._openai = openai
        self._settings = settings
        self._client = openai.OpenAI(
            base_url=settings.url,
            api_key=settings.key or "none",  # local servers ask for no key, the client does
            timeout=settings.timeout,
            max_retries=0,  # trying again is ours: seeded, counted and bounded
        )
        if not settings.for_openai:  # whose OPENAI_ORG_ID and the like the client sends anywhere
            self._client.organization = self._client.project = None
        weakref.finalize(self, self._client.close)

    def ask(self, body: Mapping[str, Any]) -> Answer:
        """Send one request and read the answer.

        Raises UnavailableError where trying again may help, RefusedError where it can't, and
        GeneratorError where no product would get an answer: key, account, model or URL.
        """
        deadline = time.monotonic() + self._settings.timeout
        try:
            with self._client.chat.completions.with_streaming_response.create(**body) as raw:
                text = self._body(raw.iter_bytes(), deadline)
        except self._openai.APITimeoutError as error:
            raise self._too_late(error.__cause__) from None
        except self._openai.APIStatusError as error:
            self._explain(error.status_code, error.response.text,
                          error.response.headers.get("retry-after", ""))  # fmt: skip
        except self._openai.APIConnectionError as error:
            raise _broken(error.__cause__ or error) from None
        answer = _read(text)
        return replace(answer, text=self._masked(answer.text))

    def _body(self, parts: Iterator[bytes], deadline: float) -> str:
        """All of an answer; a server may keep a connection alive with blanks for as long as it
        likes, and the client's own timeout is for each part."""
        body = bytearray()
        try:
            for part in parts:
                body += part
                if time.monotonic() > deadline:
                    raise self._too_late()
                if len(body) > _LARGEST:
                    raise UnavailableError("the server's answer doesn't end", sent=True)
        except UnavailableError:
            raise
        except Exception as error:  # that of the HTTP library, which changes with the client's age
            if "Timeout" in type(error).__name__:
                raise self._too_late() from None
            raise _broken(error) from None
        return body.decode("utf-8", "replace")

    def _too_late(self, cause: BaseException | None = None) -> UnavailableError:
        problem = f"no answer within {self._settings.timeout:g} seconds"
        return UnavailableError(problem, sent=_was_sent(cause))

    def _explain(self, status: int, text: str, retry_after: str) -> NoReturn:
        where = f"{self._settings.url} (model {self._settings.model})"
        told = _short(self._masked(_said(text)))
        said = f" It said: {told}" if told else ""
        if status == 401:  # what the server says here may hold part of the key
            raise GeneratorError(
                f"{where} refuses the key (401). Set TITLEWRIGHT_LLM_KEY to a key of this server."
            )
        if status == 402 or (status == 429 and "insufficient_quota" in text):
            raise GeneratorError(
                f"The account at {self._settings.url} has no credit left ({status}).{said} Top it "
                "up, then go on; a run that was stopped needs --resume."
            )
        if status == 403:
            raise GeneratorError(
                f"{where} doesn't allow this ({status}).{said} Choose a model that the key may use."
            )
        if status == 404:
            raise GeneratorError(
                f"{where} wasn't found ({status}).{said} Check TITLEWRIGHT_LLM_MODEL, and that "
                "TITLEWRIGHT_LLM_URL ends where /chat/completions would follow, most often in /v1."
            )
        if status in (408, 409, 425, 429) or (status >= 500 and status != 501):
            raise UnavailableError(f"the server answered {status}.{said}", _seconds(retry_after))
        raise RefusedError(f"the server answered {status}.{said}")

    def _masked(self, text: str) -> str:
        return text.replace(self._settings.key, "[key]") if self._settings.key else text


def _broken(cause: BaseException) -> UnavailableError:
    problem = f"the connection failed ({type(cause).__name__})"
    return UnavailableError(problem, sent=_was_sent(cause))


def _was_sent(cause: BaseException | None) -> bool:
    """Whether a request went out before this: not where there was no connection (ConnectError,
    ConnectTimeout)."""
    return not type(cause).__name__.startswith("Connect")


def _said(text: str) -> str:
    """The message in an error's body, on one line."""
    try:
        data = json.loads(text)
        error = data.get("error", data)
        found = error.get("message", "") if isinstance(error, dict) else error
    except (ValueError, AttributeError, RecursionError):
        found = "" if text.lstrip().startswith("<") else text
    return " ".join(str(found).split())


def _short(line: str) -> str:
    return line[: _SHOWN - 1] + "…" if len(line) > _SHOWN else line


def _seconds(retry_after: str) -> float | None:
    """A Retry-After header: seconds, or a date (RFC 9110, 10.2.3)."""
    try:
        if retry_after.strip().replace(".", "", 1).isdecimal():
            return float(retry_after)
        until = parsedate_to_datetime(retry_after)
        zoned = until if until.tzinfo else until.replace(tzinfo=UTC)
        return max(0.0, (zoned - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None


def _read(text: str) -> Answer:
    """A completion's text and tokens. Raises UnavailableError for what is no completion."""
    try:
        data = json.loads(text)
        choice = data["choices"][0]
        content = choice["message"].get("content") or ""
        refusal = choice["message"].get("refusal") or ""
        reason = str(choice.get("finish_reason") or "")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise UnavailableError("the server's answer is no chat completion", sent=True) from None
    if refusal and not content:
        reason, content = "content_filter", str(refusal)
    if isinstance(content, list):  # parts, as some servers write them
        content = "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return Answer(str(content), _tokens(data.get("usage")), reason)


def _tokens(usage: object) -> tuple[int, int] | None:
    if not isinstance(usage, dict):
        return None
    found = (usage.get("prompt_tokens"), usage.get("completion_tokens"))
    into, out = found
    if isinstance(into, int) and isinstance(out, int) and into >= 0 and out >= 0:
        return into, out
    return None
