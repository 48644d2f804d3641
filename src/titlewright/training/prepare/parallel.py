"""Chunks of work on one process or several; the results come in order either way."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from typing import TypeVar

from titlewright.errors import SettingsError

_IN_FLIGHT = 3  # chunks a worker has waiting, which bounds memory

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def chunks(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    """The items in lists of `size`, the last one shorter."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def ordered_map(
    work: Callable[[_Item], _Result], items: Iterable[_Item], workers: int
) -> Iterator[_Result]:
    """`work` of each item, in order. It must be picklable when there are several workers.

    Raises SettingsError when a worker process is killed.
    """
    iterator = iter(items)
    head = list(islice(iterator, 2))
    if workers <= 1 or len(head) < 2:  # starting processes takes longer than one chunk
        yield from map(work, chain(head, iterator))
        return
    pool = ProcessPoolExecutor(
        workers, mp_context=multiprocessing.get_context("spawn"), initializer=_start_worker
    )
    waiting: deque[Future[_Result]] = deque()
    try:
        for item in chain(head, iterator):
            waiting.append(pool.submit(work, item))
            if len(waiting) >= workers * _IN_FLIGHT:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        raise SettingsError(
            "A worker process was killed, most often because memory ran out. Try again with fewer "
            f"than {workers} workers."
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _start_worker() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends us
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    """A parent that is killed outright can't tell its workers: they wait for it to be gone."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
