"""A whole feed through the pipeline: in chunks, on several processes, resumable after any kill.

Work goes on in a folder beside the output, OUT.run/: `run.json` says what was asked,
`journal.jsonl` holds one line a row in feed order. When the journal is complete the feed is read
a second time and written out with its titles, to a temporary file that then takes the place of
OUT. Whatever is killed whenever, the journal's whole lines are right and the rest is done again;
so a resumed run's files are the same, byte for byte, as those of a run that was never stopped.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import IO, Any, TypeVar

from titlewright import __version__
from titlewright.channels import get_channel
from titlewright.errors import FeedError, LedgerError, ResumeError
from titlewright.feeds import Feed, NewTitle, Row, open_feed, rewrite
from titlewright.generators import create
from titlewright.ledger import Ledger, Run, now
from titlewright.pipeline import Pipeline
from titlewright.records import Hints, Product, Reject, TitleResult

_Item = TypeVar("_Item")

CHUNK = 200  # rows that are worked on, and made safe on disk, together
_IN_FLIGHT = 3  # chunks a worker has waiting, which bounds memory


@dataclass(frozen=True, slots=True)
class Job:
    """What is asked of a run; equal jobs on equal feeds give equal output."""

    channel: str
    generator: str = "template"
    candidates: int = 5
    seed: int = 0
    hints: Hints = field(default_factory=Hints)
    title_column: str | None = None
    keep_rejected: bool = False
    packs: Path | None = None
    aliases: Path | None = None

    def pipeline(self) -> Pipeline:
        return Pipeline(
            create(self.generator),
            get_channel(self.channel, self.packs),
            candidates=self.candidates,
            seed=self.seed,
            hints=self.hints,
            aliases=self.aliases,
        )

    def to_json(self) -> dict[str, Any]:
        return json.loads(json.dumps(asdict(self), default=str))  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did. `titled` + `rejected` + `passed` is the number of rows of the feed;
    passed rows carry no title of their own (variant and image rows)."""

    run: str
    output: str
    titled: int
    rejected: int
    passed: int
    resumed_at: int
    seconds: float

    @property
    def rows(self) -> int:
        return self.titled + self.rejected + self.passed


Progress = Callable[[int], None]


def run_feed(
    feed: Feed,
    out: Path,
    job: Job,
    *,
    results: Path | None = None,
    rejects: Path | None = None,
    ledger: Path | None = None,
    resume: bool = False,
    workers: int = 1,
    progress: Progress | None = None,
) -> Summary:
    """Make titles for a feed and write it to `out`; see the module for how it survives a kill.

    results   JSONL of TitleResult, one line a titled row, with evidence and alternatives
    rejects   JSONL of Reject; default OUT.rejects.jsonl, written only when there are any
    ledger    the ledger's SQLite file; None keeps none
    progress  is called with the number of rows done so far

    Raises ResumeError when an unfinished run stands at `out` and `resume` is not asked, or when
    that run was asked something else.
    """
    started = time.monotonic()
    job.pipeline()  # an unknown channel or generator is told before anything is written
    work = _Work.open(feed, out, job, detailed=results is not None, resume=resume)
    book = Ledger(ledger) if ledger else None
    try:
        if book:
            _enter(book, work, feed, out, job)
        resumed_at = work.rows_done
        _write_journal(work, feed, job, book, workers, progress)
        summary = _finish(work, feed, out, job, results, rejects, resumed_at, started)
        if book:
            book.event(work.run, "finished", note=f"{summary.titled} titles")
        work.remove()
        return summary
    finally:
        if book:
            book.__exit__()


class _Work:
    """The folder of an unfinished run."""

    def __init__(self, folder: Path, run: str, detailed: bool) -> None:
        self.folder = folder
        self.run = run
        self.detailed = detailed
        self.rows_done = _mend(self.journal)

    @property
    def journal(self) -> Path:
        return self.folder / "journal.jsonl"

    @classmethod
    def open(cls, feed: Feed, out: Path, job: Job, *, detailed: bool, resume: bool) -> _Work:
        folder = out.with_name(out.name + ".run")
        asked = {"job": job.to_json(), "feed": _fingerprint(feed), "detailed": detailed}
        state = folder / "run.json"
        if state.exists():
            stored = json.loads(state.read_text(encoding="utf-8"))
            if not resume:
                raise ResumeError(
                    f"An unfinished run stands in {folder}. Go on with --resume, or delete that "
                    "folder to start anew."
                )
            if {name: stored.get(name) for name in asked} != asked:
                different = [name for name in asked if stored.get(name) != asked[name]]
                raise ResumeError(
                    f"The unfinished run in {folder} was asked something else (different: "
                    f"{', '.join(different)}). Ask the same as before, or delete that folder."
                )
            return cls(folder, stored["run"], detailed)
        if folder.exists():
            shutil.rmtree(folder)  # killed before its first line: nothing of value inside
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            raise FeedError(
                f"Can't write beside {out}: {error}. Choose another --output."
            ) from error
        run = f"{now()[:19].replace(':', '').replace('-', '')}-{secrets.token_hex(3)}"
        _write_whole(state, json.dumps({"run": run, **asked}, ensure_ascii=False, indent=1))
        return cls(folder, run, detailed)

    def lines(self) -> Iterator[dict[str, Any]]:
        if self.journal.exists():
            with self.journal.open(encoding="utf-8") as stream:
                for line in stream:
                    yield json.loads(line)

    def remove(self) -> None:
        shutil.rmtree(self.folder)


def _fingerprint(feed: Feed) -> dict[str, Any]:
    """What tells a feed from another: its bytes and how it is read."""
    with feed.path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return {"sha256": digest, "format": feed.format, "encoding": feed.encoding,
            "columns": dict(getattr(feed, "mapping", None) or {})}  # fmt: skip


def _mend(journal: Path) -> int:
    """Cut a journal back to its last whole line; the number of rows that it holds."""
    if not journal.exists():
        return 0
    rows, good = 0, 0
    with journal.open("rb") as stream:
        for line in stream:
            if not line.endswith(b"\n"):
                break
            rows, good = rows + 1, good + len(line)
    os.truncate(journal, good)
    return rows


def _write_whole(path: Path, text: str) -> None:
    temporary = path.with_name(path.name + ".part")
    with temporary.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)


def _enter(book: Ledger, work: _Work, feed: Feed, out: Path, job: Job) -> None:
    """Enter the run, and the rows that a killed run had in its journal but not yet in here."""
    book.begin(
        work.run,
        source=str(feed.path),
        output=str(out),
        format=feed.format,
        channel=job.channel,
        generator=job.generator,
        fingerprint=_fingerprint(feed)["sha256"],
        settings=job.to_json(),
        version=__version__,
    )
    entered = (_from_journal(line, job) for line in work.lines())
    for chunk in _chunks((item for item in entered if item is not None), 5000):
        book.record(work.run, chunk)


def _from_journal(line: dict[str, Any], job: Job) -> TitleResult | Reject | None:
    if "title" in line:
        return TitleResult(
            row=line["row"], product_id=line["id"], channel=job.channel, title=line["title"],
            previous_title=line["previous_title"], generator=line["generator"],
            score=line["score"], cost=line["cost"],
        )  # fmt: skip
    if "problem" in line:
        return Reject(line["row"], line["id"], line["field"], line["problem"], line["advice"])
    return None


_BRIEF = ("row", "id", "title", "previous_title", "generator", "model_made", "score", "cost")


def _to_journal(item: TitleResult | Reject | int, detailed: bool) -> str:
    if isinstance(item, int):
        return json.dumps({"row": item})
    data = item.to_json()
    if isinstance(item, TitleResult) and not detailed:
        data = {name: data[name] for name in _BRIEF}
    return json.dumps(data, ensure_ascii=False)


def _write_journal(
    work: _Work, feed: Feed, job: Job, book: Ledger | None, workers: int, progress: Progress | None
) -> None:
    done = work.rows_done
    rows = islice(feed, done, None)
    with work.journal.open("ab") as journal:
        for items in _results(_chunks(rows, CHUNK), job, workers):
            lines = "".join(_to_journal(item, work.detailed) + "\n" for item in items)
            _append(journal, lines.encode("utf-8", "surrogatepass"))
            if book:
                book.record(work.run, (item for item in items if not isinstance(item, int)))
            done += len(items)
            if progress:
                progress(done)


def _append(stream: IO[bytes], data: bytes) -> None:
    stream.write(data)
    stream.flush()
    os.fsync(stream.fileno())


def _chunks(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def _results(
    chunks: Iterable[list[Row | Reject]], job: Job, workers: int
) -> Iterator[list[TitleResult | Reject | int]]:
    """One item a row, in feed order, whatever the number of processes."""
    if workers <= 1:
        pipeline = job.pipeline()
        for chunk in chunks:
            yield _merge(chunk, pipeline.run(*_to_make(chunk)))
        return
    with ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=_start_worker, initargs=(job,)
    ) as pool:
        waiting: deque[tuple[list[Row | Reject], Future[list[TitleResult | Reject]]]] = deque()
        for chunk in chunks:
            waiting.append((chunk, pool.submit(_work_on, *_to_make(chunk))))
            if len(waiting) >= workers * _IN_FLIGHT:
                first, future = waiting.popleft()
                yield _merge(first, future.result())
        while waiting:
            first, future = waiting.popleft()
            yield _merge(first, future.result())


_worker_pipeline: Pipeline | None = None


def _start_worker(job: Job) -> None:
    global _worker_pipeline
    threading.Thread(target=_leave_with_parent, args=(os.getppid(),), daemon=True).start()
    _worker_pipeline = job.pipeline()


def _leave_with_parent(parent: int) -> None:
    """A run that is killed outright can't tell its workers: they see that it is gone."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def _work_on(products: Sequence[Product], rows: Sequence[int]) -> list[TitleResult | Reject]:
    if _worker_pipeline is None:
        raise RuntimeError("worker used before it was started")
    return _worker_pipeline.run(products, rows)


def _to_make(chunk: Sequence[Row | Reject]) -> tuple[list[Product], list[int]]:
    titled = [item for item in chunk if isinstance(item, Row) and item.titled]
    return [row.product for row in titled], [row.number for row in titled]


def _merge(
    chunk: Sequence[Row | Reject], made: Sequence[TitleResult | Reject]
) -> list[TitleResult | Reject | int]:
    by_row = {item.row: item for item in made}
    return [
        item if isinstance(item, Reject) else by_row.get(item.number, item.number) for item in chunk
    ]


def _finish(
    work: _Work, feed: Feed, out: Path, job: Job, results: Path | None, rejects: Path | None,
    resumed_at: int, started: float,
) -> Summary:  # fmt: skip
    """Write the feed, the results and the rejects from the journal, each whole or not at all."""
    rejects = rejects or out.with_name(out.name + ".rejects.jsonl")
    counts = {"titled": 0, "rejected": 0, "passed": 0}
    dropped: list[Reject] = []
    rewrite(
        feed,
        out,
        _new_titles(work),
        title_column=job.title_column,
        keep_rejected=job.keep_rejected,
        dropped=dropped.append,
    )
    with _Part(results) as result_lines, _Part(rejects) as reject_lines:
        for line in work.lines():
            if "title" in line:
                counts["titled"] += 1
                result_lines.write(line)
            elif "problem" in line:
                counts["rejected"] += 1
                reject_lines.write(line)
            else:
                counts["passed"] += 1
        for reject in dropped:
            reject_lines.write(reject.to_json())
    return Summary(
        run=work.run,
        output=str(out),
        titled=counts["titled"],
        rejected=counts["rejected"] + len(dropped),
        passed=counts["passed"] - len(dropped),
        resumed_at=resumed_at,
        seconds=time.monotonic() - started,
    )


def _new_titles(work: _Work) -> Iterator[NewTitle]:
    for line in work.lines():
        if "title" in line:
            yield NewTitle(line["row"], line["title"], line["model_made"])


class _Part:
    """A JSONL file that appears only when complete, and only when it has a line."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._stream: IO[str] | None = None

    def __enter__(self) -> _Part:
        return self

    def write(self, line: dict[str, Any]) -> None:
        if self.path is None:
            return
        if self._stream is None:
            self._stream = self._temporary().open("w", encoding="utf-8")
        self._stream.write(json.dumps(line, ensure_ascii=False) + "\n")

    def _temporary(self) -> Path:
        assert self.path is not None
        return self.path.with_name(self.path.name + ".part")

    def __exit__(self, kind: object, *_: object) -> None:
        if self.path is None:
            return
        if self._stream is None:
            if kind is None:
                self.path.unlink(missing_ok=True)  # an older run's file would mislead
            return
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._stream.close()
        if kind is None:
            self._temporary().replace(self.path)


@dataclass(frozen=True, slots=True)
class Restored:
    """What a rollback did: titles put back, and titles left alone because they were edited."""

    restored: int
    edited: int
    output: Path


def roll_back(book: Ledger, run: Run, feed_path: Path, out: Path | None) -> Restored:
    """Write a feed with the titles that stood before a run.

    Products are matched by id. A title that is no longer the run's own has been edited and stays.
    Raises LedgerError when the run put its titles in a column of their own.
    """
    if run.settings.get("title_column"):
        raise LedgerError(
            f"Run {run.id} left the old titles alone: its own are in the column "
            f"{run.settings['title_column']!r}. Delete that column instead."
        )
    made = {title.product: title for title in book.titles(run.id)}
    feed = open_feed(feed_path, format=run.format)
    counts = {"restored": 0, "edited": 0}

    def titles() -> Iterator[NewTitle]:
        for item in feed:
            if not isinstance(item, Row) or not item.titled:
                continue
            title = made.get(item.product.id)
            if title is not None and item.product.title == title.title:
                counts["restored"] += 1
                yield NewTitle(item.number, title.previous_title, False)
            elif title is not None:
                counts["edited"] += 1

    target = out or feed_path
    rewrite(feed, target, titles(), keep_rejected=True)
    return Restored(counts["restored"], counts["edited"], target)
