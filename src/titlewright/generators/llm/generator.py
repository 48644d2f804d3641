"""The generator over an LLM: each product one request, side by side, cached, counted, retried.

The only generator that sends product data out: to the URL that the user names, and only when it is
asked for by name. Private data is masked first.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from titlewright.generators.avoiding import avoided
from titlewright.generators.llm.answers import read_titles
from titlewright.generators.llm.budget import Budget
from titlewright.generators.llm.cache import AnswerCache, Entry, digest
from titlewright.generators.llm.client import Answer, Client, RefusedError, UnavailableError
from titlewright.generators.llm.dialect import Agreed, answer_tokens
from titlewright.generators.llm.examples import ExamplePool, read_pool
from titlewright.generators.llm.patience import Breaker, try_again
from titlewright.generators.llm.requests import Request, build
from titlewright.generators.llm.settings import LLMSettings, load_llm_settings
from titlewright.generators.outcomes import NO_USAGE, Failure, Outcome
from titlewright.records import Candidate, Example, Hints, Product, Usage
from titlewright.settings import load_settings

_LATER = "Try again when the server answers; a run goes on with --resume."
_DOUBTFUL = (
    "No request of this run was answered: check TITLEWRIGHT_LLM_MODEL and the other settings. A "
    "run goes on with --resume."
)


class _BudgetUsedUpError(Exception):
    """No more may be spent."""


class _LostError(Exception):
    """A request that was sent and brought no answer; counted at the most that it can have cost."""

    def __init__(self, problem: str, usage: Usage) -> None:
        super().__init__(problem)
        self.problem = problem
        self.usage = usage


class _StoppedError(Exception):
    """Another request found that none can be answered, or the user interrupted."""


@dataclass(frozen=True, slots=True)
class _Job:
    """A request with its name in the cache and who pays for it: a product of a run."""

    request: Request
    key: str
    buyer: str


@dataclass(frozen=True, slots=True)
class _Made:
    """What came of a job."""

    titles: tuple[str, ...] = ()
    failure: Failure | None = None
    usage: Usage = NO_USAGE
    refused: bool = False  # by a server that hasn't answered yet


class LLMGenerator:
    """Titles from the LLM that the settings name; None reads them from the environment.

    `examples` are the user's own, shown to the model where they are near; without them those that
    `settings.examples` names. `cache` is the file of paid answers, by default under
    TITLEWRIGHT_HOME. Raises SettingsError, FeedError, MissingExtraError and GeneratorError.

    An answer from the cache is free; what a run itself paid for it, before it was stopped, counts.
    """

    name = "llm"
    model_made = True

    def __init__(
        self,
        settings: LLMSettings | None = None,
        *,
        examples: Sequence[Example] = (),
        cache: Path | None = None,
    ) -> None:
        self.settings = settings or load_llm_settings()
        self._client = Client(self.settings)
        self._pool = ExamplePool(examples)
        if not examples and self.settings.examples is not None:
            self._pool = read_pool(self.settings.examples)
        self._cache = AnswerCache(cache or load_settings().home / "llm-cache" / "answers.sqlite")
        self._run = ""
        self._start()

    def _start(self, spent: float = 0.0, *, answered: bool = False) -> None:
        self._budget = Budget(self.settings.budget, spent)
        self._agreed = Agreed()
        self._breaker = Breaker(max(10, 3 * self.settings.concurrency))
        self._answered = answered  # a request of this run was: a refusal is of its product
        self._told: set[str] = set()  # the run's requests whose usage has been reported

    def about(self) -> Mapping[str, Any]:
        """What decides the titles, without the key."""
        shown = [[one.product.to_json(), one.title] for one in self._pool.examples]
        return {
            "url": self.settings.url,
            "model": self.settings.model,
            "temperature": self.settings.temperature,
            "shots": self.settings.shots,
            "examples": digest({"examples": shown}) if shown else None,
        }

    def begin(self, run: str, spent: float) -> None:
        """Start the accounts of a run: its budget, of which so much is spent.

        Answers that were paid for when the run was killed stand in no journal, but in the cache.
        """
        self._run = run
        known = _name(run)
        self._start(max(spent, self._cache.spent(known)), answered=self._cache.answered(known))

    def generate(
        self,
        products: Sequence[Product],
        *,
        n: int,
        hints: Sequence[Hints] | None = None,
        seed: int = 0,
    ) -> list[list[Candidate]]:
        """Up to n different titles a product, as the model ranks them.

        A product whose request failed gets none here; `report` says why.
        """
        reported = self.report(products, n=n, hints=hints, seed=seed)
        return [list(outcome.candidates) for outcome in reported]

    def report(
        self,
        products: Sequence[Product],
        *,
        n: int,
        hints: Sequence[Hints] | None = None,
        seed: int = 0,
    ) -> list[Outcome]:
        """One outcome a product. Equal requests are sent once; the first product of a run pays.

        Raises GeneratorError where no product could get an answer: key, account, model or URL.
        """
        asked = list(hints) if hints is not None else [Hints()] * len(products)
        run = self._run or secrets.token_hex(8)
        jobs = [
            self._job(product, hint, n, seed, run)
            for product, hint in zip(products, asked, strict=True)
        ]
        first: dict[str, _Job] = {}
        for job in jobs:
            if job is not None:
                first.setdefault(job.key, job)
        made = self._all(list(first.values()))
        told = self._told if self._run else set()
        outcomes = []
        for job, hint in zip(jobs, asked, strict=True):
            if job is None:
                outcomes.append(Outcome())
                continue
            found = made[job.key]
            titles = [title for title in found.titles if not avoided(title, hint.avoid)]
            candidates = tuple(Candidate(title, self.name, None, hint) for title in titles)
            failure = found.failure
            if failure and found.refused and not self._answered:
                failure = replace(failure, advice=_DOUBTFUL, again=True)
            usage = NO_USAGE if job.key in told else found.usage
            told.add(job.key)
            outcomes.append(Outcome(candidates, failure, usage))
        return outcomes

    def _job(self, product: Product, hint: Hints, n: int, seed: int, run: str) -> _Job | None:
        if n < 1:
            return None
        near = self._pool.nearest(product, self.settings.shots)
        request = build(product, hint, near, n=n, seed=seed)
        if request is None:
            return None
        # how the answer's format is asked for is left out: a run may learn to ask otherwise; and
        # how long it may be, since one that was too short for a title isn't kept
        key = digest(
            request.to_json()
            | {
                "url": self.settings.url,
                "model": self.settings.model,
                "temperature": self.settings.temperature,
            }
        )
        return _Job(request, key, _name(run) + _name(product.id))

    def _all(self, jobs: Sequence[_Job]) -> dict[str, _Made]:
        """The jobs, so many at a time as the settings allow; the first error stops the rest."""
        if not jobs:
            return {}
        stop = threading.Event()
        workers = min(self.settings.concurrency, len(jobs))
        with ThreadPoolExecutor(workers, thread_name_prefix="llm") as pool:
            futures: list[Future[_Made]] = []
            try:
                futures = [pool.submit(self._one, job, stop) for job in jobs]
                return {job.key: done.result() for job, done in zip(jobs, futures, strict=True)}
            except _StoppedError:  # the reason stands on the request that stopped the others
                raise next(
                    error for done in futures
                    if (error := done.exception()) and not isinstance(error, _StoppedError)
                ) from None  # fmt: skip
            finally:
                stop.set()
                pool.shutdown(wait=False, cancel_futures=True)

    def _one(self, job: _Job, stop: threading.Event) -> _Made:
        try:
            return self._ask(job, stop)
        except BaseException:
            stop.set()
            raise

    def _ask(self, job: _Job, stop: threading.Event) -> _Made:
        """The titles of a job: from the cache, or from the server in as many tries as allowed."""
        known = self._cache.get(job.key)
        ours = known is not None and known.buyer == job.buyer
        used = known.usage if known is not None and ours else NO_USAGE
        if known is not None and known.answer is not None:
            self._answered = True  # once, but with these very settings
            return _Made(tuple(read_titles(known.answer, job.request.n)), usage=used)
        if self._breaker.open:
            return _Made(failure=_no_answer("many products in a row got none"), usage=used)
        request = job.request

        def attempt() -> list[str]:
            nonlocal used, request
            if stop.is_set():
                raise _StoppedError
            try:
                answer, usage = self._send(request)
            except _LostError as error:  # it may be billed all the same
                used += error.usage
                self._cache.put(job.key, Entry(None, used, job.buyer))
                raise UnavailableError(error.problem) from None
            used += usage
            titles = read_titles(answer.text, request.n)
            refused = answer.finish_reason == "content_filter"
            kept = answer.text if titles and not refused else None
            self._cache.put(job.key, Entry(kept, used, job.buyer))
            if refused:
                raise RefusedError("the model refused to answer")
            if not titles:  # asked the very same, a model may well answer the very same
                request = replace(request, seed=(request.seed + 1) & 0x7FFFFFFF)
                raise UnavailableError(_unusable(answer))
            return titles

        try:
            titles = try_again(
                attempt,
                tries=self.settings.tries,
                longest_wait=self.settings.longest_wait,
                rng=Random(job.key),
                sleep=stop.wait,
            )
        except UnavailableError as error:
            self._breaker.failed()
            return _Made(failure=_no_answer(error.problem), usage=used)
        except RefusedError as error:
            if self._answered:
                self._breaker.answered()
            else:
                self._breaker.failed()
            return _Made(failure=_refused(error.problem), usage=used,
                         refused=not self._agreed.proven)  # fmt: skip
        except _BudgetUsedUpError:
            return _Made(failure=self._used_up(), usage=used)
        self._breaker.answered()
        return _Made(tuple(titles), usage=used)

    def _send(self, request: Request) -> tuple[Answer, Usage]:
        """One answer and what it took, put as the server takes it, within the budget."""
        most = self.settings.cost(request.size, answer_tokens(request, self.settings)).cost
        proven, dialect = self._agreed.proven, self._agreed.dialect
        while True:
            usage = NO_USAGE
            if not self._budget.hold(most):
                raise _BudgetUsedUpError
            try:
                answer = self._client.ask(dialect.body(request, self.settings))
                tokens = answer.tokens
                usage = self.settings.cost(*tokens) if tokens else Usage(cost=most)
            except RefusedError as error:
                weaker = None if proven else dialect.weaker(error.problem)
                if weaker is None:
                    raise
                dialect = weaker
                continue
            except UnavailableError as error:
                if error.sent and most:
                    usage = Usage(cost=most)
                    raise _LostError(error.problem, usage) from None
                raise
            finally:
                self._budget.settle(most, usage.cost)
            self._agreed.worked(dialect)
            self._answered = True
            return answer, usage

    def _used_up(self) -> Failure:
        return Failure(
            f"The budget of {self.settings.budget:g} US dollars is used up.",
            "Raise TITLEWRIGHT_LLM_BUDGET and run again with --resume.",
        )


def _name(text: str) -> str:
    """A short name that doesn't tell what it stands for."""
    return digest({"name": text})[:16]


def _no_answer(problem: str) -> Failure:
    return Failure(f"The LLM gave no answer: {problem.rstrip('.')}.", _LATER)


def _refused(problem: str) -> Failure:
    return Failure(
        f"The LLM refused this product: {problem.rstrip('.')}.",
        "Write its title by hand, or title the feed with another model.",
        again=False,
    )


def _unusable(answer: Answer) -> str:
    if answer.finish_reason == "length":
        return "its answer ran into the length limit before a title; raise TITLEWRIGHT_LLM_TOKENS"
    return "its answer holds no title"
