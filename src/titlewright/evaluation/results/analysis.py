"""Results, the feed as it was, rejects and judgments into one JSON object of figures."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import TypeVar

from titlewright.channels import Channel, get_channel
from titlewright.errors import ChannelError, FeedError, SettingsError
from titlewright.evaluation.findability import Judgments, read_judgments
from titlewright.evaluation.results.joining import Joined
from titlewright.evaluation.results.measuring import Measured, Measurer
from titlewright.evaluation.results.reading import (
    RESULTS_ADVICE,
    Broken,
    Made,
    count_lines,
    read_rejects,
    read_results,
)
from titlewright.evaluation.results.reasons import Kinds, sentences_of
from titlewright.evaluation.results.searches import drawn_by
from titlewright.evaluation.results.survey import Survey
from titlewright.feeds import open_feed
from titlewright.records import JsonObject

TRUTH = 10_000  # products whose words are looked up in their other fields, drawn evenly
_CHUNK = 64
_SHOWN = 10  # broken lines that are named
_REASONS = 20

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is analysed.

    results    files of `generate --results`, one channel each
    before     the feeds that they were made from: none, one for all, or one for each
    rejects    files of rejects: none, or one for each; those beside the results are found
    judgments  CSV of query, id, grade
    columns    as `open_feed` takes them; `format` likewise
    packs, aliases  the user's own rule packs and aliases
    """

    results: tuple[Path, ...]
    before: tuple[Path, ...] = ()
    rejects: tuple[Path, ...] = ()
    judgments: Path | None = None
    format: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    packs: Path | None = None
    aliases: Path | None = None
    seed: int = 0


def analyse(
    asked: Asked,
    progress: Callable[[int, int], None] = lambda done, total: None,  # noqa: ARG005
) -> JsonObject:
    """The figures of every results file; tables.py says what they mean.

    `progress` is told the products done and the lines in all files. Raises FeedError for a file
    that can't be read, holds no readable line, or doesn't fit its feed or rejects; ChannelError for
    a channel that isn't known; SettingsError where the numbers of files don't fit.
    """
    count = len(asked.results)
    if len(asked.before) not in (0, 1, count):
        raise SettingsError(f"{len(asked.before)} feeds with --before don't fit {count} results: "
                            "give one for all, or one for each.")  # fmt: skip
    if len(asked.rejects) not in (0, count):
        raise SettingsError(f"{len(asked.rejects)} files of rejects don't fit {count} results: "
                            "give one for each, in their order.")  # fmt: skip
    judgments = read_judgments(asked.judgments) if asked.judgments else None
    lines = [count_lines(path) for path in asked.results]

    def moved(earlier: int, done: int) -> None:
        progress(earlier + done, sum(lines))

    runs = [
        _Run(asked, place, lines[place]).execute(judgments, partial(moved, sum(lines[:place])))
        for place in range(count)
    ]
    _label(runs)
    return {
        "before": [str(path) for path in asked.before],
        "judgments": str(asked.judgments) if asked.judgments else None,
        "seed": asked.seed,
        "runs": runs,
    }


class _Run:
    """One results file."""

    def __init__(self, asked: Asked, place: int, lines: int) -> None:
        self.asked = asked
        self.path = asked.results[place]
        self.before = asked.before[min(place, len(asked.before) - 1)] if asked.before else None
        self.rejects = asked.rejects[place] if asked.rejects else _beside(self.path)
        self.lines = lines
        self.broken: list[Broken] = []
        self.unreadable = 0
        self.rows: set[int] = set()

    def execute(self, judgments: Judgments | None, progress: Callable[[int], None]) -> JsonObject:
        results = self._readable()
        first = next(results, None)
        if first is None and self.broken:
            one = self.broken[0]
            raise FeedError(f"No line of {self.path} can be read. Line {one.line}: {one.problem} "
                            f"{RESULTS_ADVICE}")  # fmt: skip
        channel = self._channel(first) if first else None
        survey = Survey(channel, with_products=self.before is not None)
        every = self._of_one_channel(chain([first] if first else [], results), channel)
        joined = None
        if self.before:
            feed = open_feed(self.before, format=self.asked.format, columns=self.asked.columns)
            joined = Joined(every, self.path, feed)
        for done, measured in enumerate(self._measured(every, joined, channel), 1):
            survey.add(measured)
            self.rows.add(measured.made.row)
            progress(done)
        rejected = self._rejected()
        without = joined.without_result - rejected["rows"] if joined else None
        return {
            "results": str(self.path),
            "before": str(self.before) if self.before else None,
            "unreadable_lines": self.unreadable,
            "broken": [{"line": one.line, "problem": one.problem} for one in self.broken],
            "rejects": rejected,
            "without_result": None if without is None else max(0, without),
            **survey.to_json(judgments, self.asked.seed),
        }

    def _readable(self) -> Iterator[Made]:
        for item in read_results(self.path):
            if isinstance(item, Made):
                yield item
                continue
            self.unreadable += 1
            if len(self.broken) < _SHOWN:
                self.broken.append(item)

    def _channel(self, first: Made) -> Channel:
        try:
            return get_channel(first.channel, self.asked.packs)
        except ChannelError as error:
            raise ChannelError(f"{self.path}, line {first.line}: {error}") from error

    def _of_one_channel(self, results: Iterable[Made], channel: Channel | None) -> Iterator[Made]:
        for made in results:
            if channel and made.channel != channel.name:
                raise FeedError(
                    f"{self.path}, line {made.line} is for {made.channel}, the lines before it for "
                    f"{channel.name}. Give each channel's results as a file of its own."
                )
            yield made

    def _measured(
        self, results: Iterable[Made], joined: Joined | None, channel: Channel | None
    ) -> Iterator[Measured]:
        if channel is None:  # no results: the feed's rows are only counted
            deque(joined or (), maxlen=0)
            return
        measurer = Measurer(channel, self.asked.aliases)
        if joined is None:
            yield from map(measurer.alone, results)
            return
        for chunk in _chunks(joined):
            made = [one for one, _ in chunk]
            drawn = [self._is_drawn(one.row) for one in made]
            yield from measurer.beside(made, [product for _, product in chunk], drawn)

    def _is_drawn(self, row: int) -> bool:
        """Whether truth is measured of a row: all where they are few, else an even draw."""
        return drawn_by(row) * self.lines < TRUTH * 2**32

    def _rejected(self) -> JsonObject:
        """{"file", "rows", "again", "reasons"}; a row can't have both a title and a reject."""
        kinds, rows, again = Kinds(), 0, 0
        for reject in read_rejects(self.rejects) if self.rejects else ():
            if reject.row in self.rows:
                raise FeedError(
                    f"Row {reject.row} has a title in {self.path} and is rejected in "
                    f"{self.rejects}: the two are of different runs. Give this run's --rejects."
                )
            rows += 1
            again += reject.again
            kinds.add(sentences_of(reject))
        file = str(self.rejects) if self.rejects else None
        return {"file": file, "rows": rows, "again": again, "reasons": kinds.to_json(_REASONS)}


def _beside(results: Path) -> Path | None:
    """The rejects of a run, where they stand beside its results under their name."""
    names = (f"{results.name}.rejects.jsonl", f"{results.stem}.rejects.jsonl")
    return next((path for name in names if (path := results.with_name(name)).is_file()), None)


def _chunks(items: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, _CHUNK)):
        yield chunk


def _label(runs: Sequence[JsonObject]) -> None:
    """Name each run by its channel, and by its file too where channels are the same."""
    titles = [run["channel"]["title"] if run["channel"] else "" for run in runs]
    for run, title in zip(runs, titles, strict=True):
        file = Path(run["results"]).name
        run["name"] = title if title and titles.count(title) == 1 else f"{title} ({file})".strip()
