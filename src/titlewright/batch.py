"""A whole feed through the pipeline: in chunks, on several processes, resumable after any kill.

Each row's result goes to a journal beside the output (journal.py). When the journal is complete
the feed is read a second time and written out with its titles, to a temporary file that then
takes the place of the output. Nothing that is made depends on when or where it is made, so a
resumed run's files are the same, byte for byte, as those of a run that was never stopped.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from titlewright import __version__
from titlewright.channels import get_channel
from titlewright.errors import FeedError, GeneratorError, SettingsError
from titlewright.feeds import Feed, NewTitle, Row, rewrite
from titlewright.generators import DEFAULT, create
from titlewright.generators.outcomes import Reporting
from titlewright.journal import Journal, from_line, write_whole
from titlewright.ledger import Ledger
from titlewright.pipeline import Pipeline
from titlewright.ranking import Taste
from titlewright.records import Hints, Reject
from titlewright.workers import Done, Titler, chunks, run_rows

if TYPE_CHECKING:
    from titlewright.learning.words.keeping import LearntHints
    from titlewright.rewriting import Freedom, Tone


@dataclass(frozen=True, slots=True)
class Job:
    """What is asked of a run; equal jobs on equal feeds give equal output."""

    channel: str
    generator: str = DEFAULT
    candidates: int = 5
    seed: int = 0
    hints: Hints = field(default_factory=Hints)
    title_column: str | None = None
    keep_rejected: bool = False
    packs: Path | None = None
    aliases: Path | None = None
    taste: Taste = field(default_factory=Taste)
    learnt: LearntHints | None = None  # words that earned clicks or cost them

    def pipeline(self) -> Titler:
        return Pipeline(
            create(self.generator),
            get_channel(self.channel, self.packs),
            candidates=self.candidates,
            seed=self.seed,
            hints=self.hints,
            learnt=self.learnt,
            aliases=self.aliases,
            scorers=self.taste.scorers(),
            weigher=self.taste.weigher(),
        )

    def to_json(self) -> dict[str, Any]:
        return json.loads(json.dumps(asdict(self), default=str))  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class OptimizeJob(Job):
    """What is asked of a run that improves the titles that a feed has."""

    edits: Freedom = "small"
    tone: Tone | None = None
    like: Path | None = None  # a feed with titles in the form that is wanted

    def pipeline(self) -> Titler:
        from titlewright.optimizing import Optimizer
        from titlewright.rewriting.examples import learn_form

        demand = self.taste.demand()
        return Optimizer(
            create(self.generator),
            get_channel(self.channel, self.packs),
            edits=self.edits,
            tone=self.tone,
            form=learn_form(self.like) if self.like else None,
            candidates=self.candidates,
            seed=self.seed,
            hints=self.hints,
            learnt=self.learnt,
            aliases=self.aliases,
            demanded=demand.queries if demand else None,
            scorers=self.taste.scorers(demand),
            weigher=self.taste.weigher(),
        )


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did. `titled` + `rejected` + `passed` is the number of rows of the feed;
    passed rows carry no title of their own (variant and image rows). `done_before` says that
    the run had been finished already and nothing was left to do. `again` of the rejected may yet
    get their titles: while there are any, the run is unfinished and `resume` tries them again."""

    run: str
    output: str
    titled: int
    rejected: int
    passed: int
    resumed_at: int
    seconds: float
    done_before: bool = False
    again: int = 0

    @property
    def rows(self) -> int:
        return self.titled + self.rejected + self.passed


Progress = Callable[[int], None]
Watch = Callable[[Mapping[str, Any]], None]


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
    watch: Watch | None = None,
) -> Summary:
    """Make titles for a feed and write it to `out`; see the module for how it survives a kill.

    results   JSONL of TitleResult, one line a titled row, with evidence and alternatives
    rejects   JSONL of Reject; default OUT.rejects.jsonl, written only when there are any
    ledger    the ledger's SQLite file; None keeps none
    resume    go on with an unfinished run; one that the ledger knows as finished, with the same
              feed, options and version, isn't done again
    progress  is called with the number of rows done so far
    watch     is given what became of each row, in order, once all are done

    Raises ResumeError when an unfinished run stands at `out` and `resume` is not asked, when that
    run was asked something else or is still at work; FeedError when the feed can't be read or a
    file can't be written; SettingsError when two of the files are one.
    """
    started = time.monotonic()
    pipeline = job.pipeline()  # an unknown channel or generator is told before anything is written
    rejects = rejects or out.with_name(out.name + ".rejects.jsonl")
    _check_places(feed, {"output": out, "results": results, "rejects": rejects, "ledger": ledger})
    asked = job.to_json() | {
        "feed": _fingerprint(feed),
        "results": results is not None,
        "version": __version__,
        "files": job.taste.digests(),
    }
    if isinstance(pipeline.generator, Reporting):
        asked["generator_settings"] = dict(pipeline.generator.about())
    with ExitStack() as stack:
        book = stack.enter_context(Ledger(ledger)) if ledger else None
        folder = out.with_name(out.name + ".run")
        if resume and book and not (folder / "run.json").exists():
            done = _already_done(book, asked, out, results)
            if done:
                return done
        journal = stack.enter_context(Journal(folder, asked, resume=resume))
        if book:
            _enter(book, journal, feed, out, job, asked)
        resumed_at = journal.rows_done
        try:
            _make_titles(journal, feed, job, pipeline, book, results is not None, workers, progress)
        except FeedError:
            journal.remove()  # a mended feed is another feed, which can't go on with this work
            raise
        except GeneratorError:
            if journal.empty and isinstance(pipeline.generator, Reporting):
                journal.remove()  # a wrong key or model: nothing is done, another may begin here
            raise
        counts = _write_files(journal, feed, out, job, results, rejects, book, watch)
        again = counts.pop("again")
        if not again:
            if book:
                book.finish(journal.run, counts)
            journal.remove()
    return Summary(journal.run, str(out), counts["titled"], counts["rejected"], counts["passed"],
                   resumed_at, time.monotonic() - started, again=again)  # fmt: skip


def _check_places(feed: Feed, places: Mapping[str, Path | None]) -> None:
    """Tell before the work, not after it, that a file can't be written where it is wanted."""
    taken = {feed.path.resolve(): "feed"}
    for name, path in places.items():
        if path is None:
            continue
        other = taken.setdefault(path.resolve(), name)
        if other != name:
            raise SettingsError(
                f"--{name} is the same file as the {other}: {path}. Name another; the {other} "
                "would be lost."
            )
        if path.is_dir():
            raise FeedError(f"{path} is a folder. Name a file for --{name}.")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FeedError(
                f"The folder {path.parent} can't be made: {error.strerror}. Choose another "
                f"--{name}."
            ) from error
        if not os.access(path.parent, os.W_OK):
            raise FeedError(f"You may not write in {path.parent}. Choose another --{name}.")


def _fingerprint(feed: Feed) -> dict[str, Any]:
    """What tells a feed from another: its bytes and how it is read."""
    if not feed.path.is_file():
        raise FeedError(
            f"{feed.path} is no plain file. A feed is read twice: save it to a file first."
        )
    with feed.path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    columns = zip(feed.columns, feed.roles(feed.columns), strict=True)
    return {"sha256": digest, "format": feed.format, "encoding": feed.encoding,
            "columns": {column: role.field for column, role in columns}}  # fmt: skip


def _already_done(
    book: Ledger, asked: Mapping[str, Any], out: Path, results: Path | None
) -> Summary | None:
    """The run that was killed only after its last file was written, or never at all."""
    run = book.last_for(str(out.absolute()))
    if run is None or not run.finished or dict(run.settings) != asked:
        return None
    if not out.exists() or (results is not None and not results.exists()):
        return None
    events = book.events(run.id)
    if any(event["kind"] == "rolled back" for event in events):
        return None
    counts = json.loads(next(e["note"] for e in events if e["kind"] == "finished"))
    rows = sum(counts.values())
    return Summary(run.id, str(out), **counts, resumed_at=rows, seconds=0.0, done_before=True)


def _enter(
    book: Ledger, journal: Journal, feed: Feed, out: Path, job: Job, asked: Mapping[str, Any]
) -> None:
    """Enter the run, and the rows that a killed run had in its journal but not yet in here."""
    book.begin(
        journal.run,
        source=str(feed.path.absolute()),
        output=str(out.absolute()),
        format=feed.format,
        channel=job.channel,
        generator=job.generator,
        fingerprint=asked["feed"]["sha256"],
        settings=asked,
        version=__version__,
    )
    if journal.resumed:
        entered = (from_line(line, job.channel) for line in journal.settled())
        for chunk in chunks((item for item in entered if item is not None), 5000):
            book.record(journal.run, chunk)


def _make_titles(
    journal: Journal, feed: Feed, job: Job, pipeline: Titler, book: Ledger | None,
    detailed: bool, workers: int, progress: Progress | None,
) -> None:  # fmt: skip
    done = journal.rows_done
    make_pipeline = job.pipeline
    if isinstance(pipeline.generator, Reporting):
        spent = sum(line.get("cost", 0.0) for line in journal.settled())
        pipeline.generator.begin(journal.run, spent)
        make_pipeline, workers = (lambda: pipeline), 1
    rows = _still_to_do(feed, journal)
    for made in run_rows(rows, make_pipeline, workers=workers, detailed=detailed):
        journal.append(row.line for row in made)
        if book:
            book.record(journal.run, (row.item for row in made if row.item is not None))
        done += len(made)
        if progress:
            progress(done)


def _still_to_do(feed: Feed, journal: Journal) -> Iterator[Row | Reject | Done]:
    """The feed's rows after those in the journal, or what an earlier round made of them."""
    earlier = journal.earlier()
    for item in islice(feed, journal.rows_done, None):
        line = next(earlier, None)
        yield item if line is None else Done(line, None)


def _write_files(
    journal: Journal, feed: Feed, out: Path, job: Job, results: Path | None, rejects: Path,
    book: Ledger | None, watch: Watch | None,
) -> Counter[str]:  # fmt: skip
    """Write the feed, the results and the rejects from the journal, each whole or not at all."""
    late = journal.folder / "late.jsonl"  # rejects that only writing the feed brings up
    with late.open("w", encoding="utf-8") as stream:
        rewrite(
            feed,
            out,
            _new_titles(journal),
            title_column=job.title_column,
            keep_rejected=job.keep_rejected,
            dropped=lambda reject: print(json.dumps(reject.to_json()), file=stream),
        )
    if book:
        for chunk in chunks(_read_rejects(late), 5000):
            book.record(journal.run, chunk)
    counts = Counter(titled=0, rejected=0, passed=0, again=0)
    for line in _with_late(journal, late):
        counts[_kind(line)] += 1
        counts["again"] += line.get("again", False)
        if watch:
            watch(line)
    try:
        if results is not None:
            write_whole(results, _lines_of("titled", journal, late))
        if counts["rejected"]:
            write_whole(rejects, _lines_of("rejected", journal, late))
        else:
            rejects.unlink(missing_ok=True)  # an older run's file would mislead
    except OSError as error:
        raise FeedError(
            f"{error.filename or out} can't be written: {error.strerror}. Make room, then go on "
            "with --resume."
        ) from error
    return counts


def _new_titles(journal: Journal) -> Iterator[NewTitle]:
    for line in journal.lines():
        if "title" in line:
            yield NewTitle(line["row"], line["title"], line["model_made"])


def _read_rejects(path: Path) -> Iterator[Reject]:
    with path.open(encoding="utf-8") as stream:
        for text in stream:
            line = json.loads(text)
            yield Reject(line["row"], line["id"], line["field"], line["problem"], line["advice"])


def _with_late(journal: Journal, late: Path) -> Iterator[dict[str, Any]]:
    """The journal's lines, with late rejects in the place of what their rows had before."""
    rejects = _read_rejects(late)
    reject = next(rejects, None)
    for line in journal.lines():
        if reject is not None and reject.row == line["row"]:
            yield line if "problem" in line else reject.to_json()
            reject = next(rejects, None)
        else:
            yield line


def _kind(line: Mapping[str, Any]) -> str:
    return "titled" if "title" in line else "rejected" if "problem" in line else "passed"


def _lines_of(kind: str, journal: Journal, late: Path) -> Iterator[str]:
    for line in _with_late(journal, late):
        if _kind(line) == kind:
            yield json.dumps(line, ensure_ascii=False) + "\n"
