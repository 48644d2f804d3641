"""The preparation from end to end: two passes over the rows, then the split.

What is held in memory is one to two kilobytes a row; the rows themselves lie in a spool on disk.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from uuid import uuid4

from titlewright import __version__
from titlewright.errors import FeedError, SettingsError
from titlewright.records import JsonObject, Reject
from titlewright.training.prepare.boilerplate import Recurring
from titlewright.training.prepare.options import PrepareOptions
from titlewright.training.prepare.parallel import chunks, ordered_map
from titlewright.training.prepare.reading import Source, digest, open_sources, rows_of
from titlewright.training.prepare.report import PrepareReport, Statistics, step_reports
from titlewright.training.prepare.rows import SourceRow
from titlewright.training.prepare.splits import split_of
from titlewright.training.prepare.steps import Counts
from titlewright.training.prepare.storage import SPLITS, TEXT, ParquetFile, Spool
from titlewright.training.prepare.twins import KEPT, NEARLY_SAME, Twins
from titlewright.training.prepare.work import clean_rows, finish_rows

CHUNK = 500  # rows that a worker takes at once; results don't depend on it
MANIFEST, REPORT, PAGE = "manifest.json", "report.json", "report.html"
FILES = (*(f"{name}.parquet" for name in (*SPLITS, TEXT)), REPORT, PAGE, MANIFEST)
_REJECTS = 100  # unreadable rows that are listed

Progress = Callable[[str, int], None]


def prepare(
    feeds: Sequence[Path | str],
    out: Path | str,
    options: PrepareOptions | None = None,
    *,
    force: bool = False,
    workers: int = 1,
    progress: Progress | None = None,
) -> PrepareReport:
    """Turn feeds into training data: the folder `out` with FILES, whole or not at all.

    The same feeds and options give the same bytes, whatever the number of `workers` (processes).
    `progress` is called with the name of the pass and the rows done so far.

    Raises FeedError when a feed can't be read or holds no title to learn from, SettingsError when
    `out` holds something and `force` isn't set. `force` replaces FILES and leaves others alone.
    """
    paths, out = [Path(feed) for feed in feeds], Path(out)
    if not paths:
        raise SettingsError("There is no feed to prepare. Name one or more.")
    _check_target(out, force)
    sources = open_sources(paths, options := options or PrepareOptions())
    out = out.absolute()
    working = out.with_name(f".{out.name}.{uuid4().hex[:8]}")
    working.mkdir(parents=True)
    try:
        report = _Run(sources, options, working, workers, progress or _silent).run()
        _write_papers(working, sources, options, report)
        _put_in_place(working, out)
    finally:
        shutil.rmtree(working, ignore_errors=True)
    return report


def _silent(stage: str, rows: int) -> None:
    """Nobody watches."""


class _Run:
    def __init__(
        self,
        sources: Sequence[Source],
        options: PrepareOptions,
        folder: Path,
        workers: int,
        progress: Progress,
    ) -> None:
        self.sources = sources
        self.options = options
        self.folder = folder
        self.workers = workers
        self.progress = progress
        self.counts = Counts()
        self.rows = 0
        self.rejects: list[Reject] = []

    def run(self) -> PrepareReport:
        with Spool(self.folder / "cleaned") as cleaned, Spool(self.folder / "finished") as finished:
            boilerplate = self._clean(cleaned)
            twins = self._finish(cleaned, boilerplate, finished)
            return self._split(finished, twins)

    def _clean(self, cleaned: Spool) -> frozenset[int]:
        """The first pass; gives the sentences that are boilerplate."""
        recurring, families = Recurring(), set[int]()
        work = partial(clean_rows, options=self.options)
        for chunk in ordered_map(work, chunks(self._read(), CHUNK), self.workers):
            cleaned.add(chunk.rows)
            self.counts.merge(chunk.counts)
            recurring.merge(chunk.recurring)
            families.update(row.family for row in chunk.rows)
        if not self.rows:
            names = ", ".join(str(source.feed.path) for source in self.sources)
            raise FeedError(f"{names} holds no data rows. Give a feed with at least one product.")
        return recurring.boilerplate(len(families))

    def _read(self) -> Iterator[SourceRow]:
        for index, source in enumerate(self.sources):
            for item in rows_of(index, source.feed, self.options.group):
                self.rows += 1
                if self.rows % CHUNK == 0:
                    self.progress("clean", self.rows)
                if isinstance(item, SourceRow):
                    yield item
                elif isinstance(item, Reject):
                    self.counts.note("unreadable", index, item.row, item.problem)
                    if len(self.rejects) < _REJECTS:
                        self.rejects.append(item)
                else:
                    self.counts.note("variant", index, item.number, item.product.title)

    def _finish(self, cleaned: Spool, boilerplate: frozenset[int], finished: Spool) -> Twins:
        twins = Twins()
        work = partial(finish_rows, boilerplate=boilerplate, options=self.options)
        for chunk in ordered_map(work, cleaned, self.workers):
            finished.add(chunk.rows)
            self.counts.merge(chunk.counts)
            twins.add(chunk.fingerprints)
            self.progress("compare", len(twins))
        return twins

    def _split(self, finished: Spool, twins: Twins) -> PrepareReport:
        kinds, kept_for = twins.duplicates()
        groups = twins.groups()
        if self.options.keep_duplicates:
            kinds[:] = KEPT
        repeated: dict[int, str] = {}  # rows that others say again
        wanted = set(kept_for.values())
        statistics, members = Statistics(), Counter[int]()
        files = {name: ParquetFile(self.folder / f"{name}.parquet") for name in (*SPLITS, TEXT)}
        index = -1
        for chunk in finished:
            for row in chunk:
                index += 1
                if index in wanted:
                    name = f"{row.product.title} (row {row.number})"
                    repeated[index] = name
                if kinds[index] != KEPT:
                    if not row.problem:
                        step = "nearly-same" if kinds[index] == NEARLY_SAME else "same"
                        first = repeated[kept_for[index]]
                        self.counts.note(step, row.source, row.number, row.product.title, first)
                    continue
                group, source = int(groups[index]), self.sources[row.source].name
                split = split_of(group, self.options)
                title = "" if row.problem else row.product.title
                if title:
                    files[split].write(row, title, group, source)
                    members[group] += 1
                    statistics.add(row)
                    for flag in row.flags:
                        self.counts.note(flag, row.source, row.number, title)
                if split == "train":
                    files[TEXT].write(row, title, group, source)
            self.progress("write", index + 1)
        for file in files.values():
            file.close()
        if not members:
            raise FeedError(self._nothing_left())
        return PrepareReport(
            rows=self.rows,
            sources=tuple(source.name for source in self.sources),
            splits={name: file.rows for name, file in files.items()},
            groups=len(members),
            largest_group=max(members.values()),
            steps=step_reports(self.rows, self.counts),
            statistics=statistics,
            rejects=tuple(self.rejects),
            unwanted=frozenset(
                name
                for name, share in (("dev", self.options.dev), ("test", self.options.test))
                if not share
            ),
        )

    def _nothing_left(self) -> str:
        touched = (
            f"{report.step.title.lower()} {report.rows:,}"
            for report in step_reports(self.rows, self.counts)
            if report.rows and report.step.effect in ("removed", "text only")
        )
        return (
            f"None of {self.rows:,} rows makes an example: {', '.join(touched)}. Name the columns "
            "that hold title and description, or ask for less."
        )


def _check_target(out: Path, force: bool) -> None:
    if out.is_file():
        raise SettingsError(f"{out} is a file. Name a folder to write to.")
    if not force and out.is_dir() and any(out.iterdir()):
        raise SettingsError(f"{out} is not empty. Choose another folder, or replace it by --force.")


def _write_papers(
    folder: Path, sources: Sequence[Source], options: PrepareOptions, report: PrepareReport
) -> None:
    from titlewright.training.prepare.page import to_html

    _write_json(folder / REPORT, report.to_json())
    (folder / PAGE).write_text(to_html(report, options), encoding="utf-8")
    manifest = {
        "version": 1,
        "titlewright": __version__,
        "options": options.to_json(),
        "inputs": [
            {
                "name": source.name,
                "bytes": source.feed.path.stat().st_size,
                "sha256": digest(source.feed.path),
            }
            for source in sources
        ],
        "outputs": {
            f"{name}.parquet": {"rows": rows, "sha256": digest(folder / f"{name}.parquet")}
            for name, rows in report.splits.items()
        },
    }
    _write_json(folder / MANIFEST, manifest)


def _write_json(path: Path, data: JsonObject) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _put_in_place(working: Path, out: Path) -> None:
    if not out.exists() or not any(out.iterdir()):
        if out.exists():
            out.rmdir()  # some systems don't rename onto a folder, be it empty
        working.rename(out)
        return
    (out / MANIFEST).unlink(missing_ok=True)  # the folder is whole again when this one is back
    for name in FILES:
        (working / name).replace(out / name)
