"""Rows through a pipeline in chunks, on one process or several, in feed order either way.

Workers are started afresh (spawn) and build their own pipeline. They leave at once when the
process that started them is gone, however it went.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Protocol, TypeVar

from titlewright.errors import GeneratorError, TitlewrightError
from titlewright.feeds import Row
from titlewright.generators import Generator
from titlewright.journal import to_line
from titlewright.records import Product, Reject, TitleResult

CHUNK = 200  # rows that are worked on, and made safe on disk, together
_IN_FLIGHT = 3  # chunks a worker has waiting, which bounds memory

_Item = TypeVar("_Item")


class Titler(Protocol):
    """What makes titles of products: a pipeline, or an optimizer of the titles that there are."""

    generator: Generator

    def run(
        self, products: Sequence[Product], rows: Sequence[int] | None = None
    ) -> list[TitleResult | Reject]:
        """One result or one named reject a product, in order."""
        ...


@dataclass(frozen=True, slots=True)
class Done:
    """A row that is done: its line for the journal, and what the ledger is told of it."""

    line: str
    item: TitleResult | Reject | None


def run_rows(
    rows: Iterable[Row | Reject | Done],
    make_pipeline: Callable[[], Titler],
    *,
    workers: int,
    detailed: bool,
) -> Iterator[list[Done]]:
    """What became of the rows, one entry a row in their order, a chunk at a time.

    A row that is done already passes through.
    `make_pipeline` is called in every worker, so it must be picklable. A product that a pipeline
    breaks on is a named reject; GeneratorError is raised when a worker process itself is killed.
    """
    parts = chunks(rows, CHUNK)
    head = list(islice(parts, 2))
    if workers <= 1 or len(head) < 2:
        pipeline = make_pipeline()
        for chunk in chain(head, parts):
            yield _merge(chunk, _make(pipeline, _to_make(chunk), detailed))
        return
    yield from _on_several(chain(head, parts), make_pipeline, workers, detailed)


def _on_several(
    parts: Iterable[list[Row | Reject | Done]],
    make_pipeline: Callable[[], Titler],
    workers: int,
    detailed: bool,
) -> Iterator[list[Done]]:
    others = multiprocessing.active_children()
    pool = ProcessPoolExecutor(
        workers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_start_worker,
        initargs=(make_pipeline,),
    )
    waiting: deque[tuple[list[Row | Reject | Done], Future[list[Done]]]] = deque()
    try:
        for chunk in parts:
            waiting.append((chunk, pool.submit(_work_on, _to_make(chunk), detailed)))
            if len(waiting) >= workers * _IN_FLIGHT:
                first, future = waiting.popleft()
                yield _merge(first, future.result())
        while waiting:
            first, future = waiting.popleft()
            yield _merge(first, future.result())
    except BrokenProcessPool as error:
        raise GeneratorError(
            "A worker process was killed, most often because memory ran out. Go on with --resume, "
            f"with fewer than {workers} --workers."
        ) from error
    except BaseException:  # Ctrl-C, a full disk: what is under way would be thrown away
        for process in multiprocessing.active_children():
            if process not in others:
                process.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


_pipeline: Titler | None = None  # a worker process has this one


def _start_worker(make_pipeline: Callable[[], Titler]) -> None:
    global _pipeline
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends us
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    _pipeline = make_pipeline()


def _leave_with_parent() -> None:
    """A parent that is killed outright can't tell its workers: they wait for it to be gone."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work_on(rows: Sequence[Row], detailed: bool) -> list[Done]:
    if _pipeline is None:
        raise RuntimeError("worker used before it was started")
    return _make(_pipeline, rows, detailed)


def _make(pipeline: Titler, rows: Sequence[Row], detailed: bool) -> list[Done]:
    made = _run(pipeline, [row.product for row in rows], [row.number for row in rows])
    return [_done(_as_written(item, row), detailed) for item, row in zip(made, rows, strict=True)]


def _as_written(item: TitleResult | Reject, row: Row) -> TitleResult | Reject:
    """With the earlier title as the feed has it, to the byte: a rollback puts that one back."""
    if isinstance(item, Reject) or not row.written_title:
        return item
    return replace(item, previous_title=row.written_title)


def _run(
    pipeline: Titler, products: Sequence[Product], rows: Sequence[int]
) -> list[TitleResult | Reject]:
    """One product that breaks the pipeline must not stop a million others: it is a reject."""
    try:
        return pipeline.run(products, rows)
    except TitlewrightError:
        raise
    except Exception as error:
        if len(products) > 1:
            alone = (_run(pipeline, [p], [r]) for p, r in zip(products, rows, strict=True))
            return list(chain.from_iterable(alone))
        return [
            Reject(
                rows[0], products[0].id, "",
                f"Titling this product failed: {type(error).__name__}: {error}",
                "Write its title by hand, and please report this: it is a fault of Titlewright.",
            )
        ]  # fmt: skip


def _done(item: TitleResult | Reject, detailed: bool) -> Done:
    line = to_line(item, detailed=detailed)
    if isinstance(item, TitleResult):
        item = replace(item, scores=(), evidence=(), repairs=(), warnings=(), alternatives=())
    return Done(line, item)


def _to_make(chunk: Sequence[Row | Reject | Done]) -> list[Row]:
    return [item for item in chunk if isinstance(item, Row) and item.titled]


def _merge(chunk: Sequence[Row | Reject | Done], made: Sequence[Done]) -> list[Done]:
    """The products' results among the rows that are no products."""
    results = iter(made)
    return [
        item
        if isinstance(item, Done)
        else _done(item, False)
        if isinstance(item, Reject)
        else next(results)
        if item.titled
        else Done(to_line(item.number, detailed=False), None)
        for item in chunk
    ]


def chunks(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    """The items in lists of `size`, the last one shorter."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
