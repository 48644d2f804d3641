"""The work of an unfinished run on disk, in OUT.run/: what was asked, and one line a row done.

`run.json` says what was asked; while it stands, the run is unfinished. `journal.jsonl` holds a
line a row in feed order; its whole lines are right, whatever was killed whenever.

A run that goes on tries rows again that only something outside the feed had stopped. Then what it
knows so far stands in `earlier.jsonl`; the journal begins anew and takes what is right from there.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, Self

from titlewright.errors import FeedError, ResumeError
from titlewright.ledger import new_run
from titlewright.records import Reject, TitleResult, Usage

# Half a surrogate pair can't be written in UTF-8; escaped by a backslash it is JSON all the same.
ESCAPED = "backslashreplace"


class Journal:
    """The folder of one run. Use as a context manager: while it is open, no one else gets in.

    run        the run's id
    rows_done  how many rows the journal holds
    resumed    whether the run was found here unfinished
    """

    def __init__(self, folder: Path, asked: Mapping[str, Any], *, resume: bool) -> None:
        """Start the work on what is `asked`, or go on with it.

        Raises ResumeError when unfinished work stands in the folder and `resume` is False, when
        that work was asked something else, or while another process is at it.
        """
        self.folder = folder
        self._asked_file = folder / "run.json"
        self._lines_file = folder / "journal.jsonl"
        self._earlier_file = folder / "earlier.jsonl"
        self._stream = _locked(self._lines_file)
        try:
            self.resumed = self._asked_file.exists()
            if self.resumed:
                self.run = self._go_on(asked, resume)
            else:
                self._stream.truncate(0)
                self._earlier_file.unlink(missing_ok=True)
                self.run = new_run()
                text = json.dumps({"run": self.run, **asked}, indent=1)
                write_whole(self._asked_file, [text])
            self.rows_done = _mend(self._lines_file)
            if any(line.get("again") for line in self.lines()):
                self._begin_again()
        except BaseException:
            self._stream.close()
            raise

    def _go_on(self, asked: Mapping[str, Any], resume: bool) -> str:
        if not resume:
            raise ResumeError(
                f"An unfinished run stands in {self.folder}. Go on with --resume, or delete that "
                "folder to start anew."
            )
        stored = json.loads(self._asked_file.read_text(encoding="utf-8"))
        different = _different(stored, asked)
        if different:
            raise ResumeError(
                f"The unfinished run in {self.folder} was asked something else (different: "
                f"{', '.join(different)}). Ask the same as before, or delete that folder."
            )
        return str(stored["run"])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    @property
    def empty(self) -> bool:
        """Whether nothing is done yet."""
        return self._lines_file.stat().st_size == 0 and not self._earlier_file.exists()

    def append(self, lines: Iterable[str]) -> None:
        """Add lines, and come back when they are on disk."""
        text = "".join(line + "\n" for line in lines)
        self._stream.write(text.encode("utf-8", ESCAPED))
        self._stream.flush()
        os.fsync(self._stream.fileno())

    def lines(self) -> Iterator[dict[str, Any]]:
        """The lines as they were written, in row order."""
        with self._lines_file.open(encoding="utf-8") as stream:
            for line in stream:
                yield json.loads(line)

    def earlier(self) -> Iterator[str | None]:
        """An earlier round's lines of the rows after `rows_done`; None for a row to try again."""
        for line in islice(self._earlier_lines(), self.rows_done, None):
            yield None if json.loads(line).get("again") else line.removesuffix("\n")

    def settled(self) -> Iterator[dict[str, Any]]:
        """The lines of all rows that won't be tried again, those of `earlier` included."""
        yield from self.lines()
        yield from (json.loads(line) for line in self.earlier() if line is not None)

    def _begin_again(self) -> None:
        """Set the lines aside and start from row 1. A kill in between loses none of them."""
        rest = list(islice(self._earlier_lines(), self.rows_done, None))
        with self._lines_file.open(encoding="utf-8") as lines:
            write_whole(self._earlier_file, chain(lines, rest))
        self._stream.truncate(0)
        self.rows_done = 0

    def _earlier_lines(self) -> Iterator[str]:
        if self._earlier_file.exists():
            with self._earlier_file.open(encoding="utf-8") as stream:
                yield from stream

    def remove(self) -> None:
        """Take the folder away: the run is over, or of no use to go on with."""
        self._asked_file.unlink()
        self._stream.close()
        shutil.rmtree(self.folder)


def _different(stored: Mapping[str, Any], asked: Mapping[str, Any]) -> list[str]:
    """The names of what isn't the same, those within a group as group.name."""
    names = []
    for name, now in asked.items():
        then = stored.get(name)
        if isinstance(then, Mapping) and isinstance(now, Mapping):
            names += [f"{name}.{inner}" for inner in _different(then, now)]
            names += [f"{name}.{inner}" for inner in then if inner not in now]
        elif then != now:
            names.append(name)
    return names


def _locked(path: Path) -> IO[bytes]:
    """The file, open for appending and ours alone until it is closed or we are killed."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        stream = path.open("ab")
    except OSError as error:
        raise FeedError(
            f"{path.parent} can't be written: {error.strerror}. Choose another --output."
        ) from error
    try:
        import fcntl
    except ImportError:  # Windows: two runs on one output are the user's to avoid
        return stream
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        stream.close()
        raise ResumeError(
            f"Another process is at work in {path.parent}. Wait until it is done, or stop it."
        ) from None
    except OSError:  # some network drives know no locks
        return stream
    return stream


def _mend(journal: Path) -> int:
    """Cut a journal back to its last whole line; the number of rows that it holds."""
    rows, good = 0, 0
    with journal.open("rb") as stream:
        for line in stream:
            if not line.endswith(b"\n"):
                break
            rows, good = rows + 1, good + len(line)
    os.truncate(journal, good)
    return rows


def write_whole(path: Path, parts: Iterable[str]) -> int:
    """Write a text file that appears only when complete and on disk; the number of parts."""
    temporary = path.with_name(path.name + ".part")
    count = 0
    try:
        with temporary.open("w", encoding="utf-8", errors=ESCAPED) as stream:
            for part in parts:
                stream.write(part)
                count += 1
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return count


_BRIEF = ("row", "id", "title", "previous_title", "generator", "model_made", "score",
          "input_tokens", "output_tokens", "cost")  # fmt: skip


def to_line(item: TitleResult | Reject | int, *, detailed: bool) -> str:
    """The journal's line for a result, a reject, or a row without a title of its own.

    `detailed` keeps evidence, scores and alternatives, which only a results file needs.
    """
    if isinstance(item, int):
        return json.dumps({"row": item})
    data = item.to_json()
    if isinstance(item, TitleResult) and not detailed:
        data = {name: data[name] for name in _BRIEF}
    return json.dumps(data, ensure_ascii=False)


def from_line(line: Mapping[str, Any], channel: str) -> TitleResult | Reject | None:
    """What the ledger wants to know of a line; None for a row without a title of its own."""
    usage = Usage(line.get("input_tokens", 0), line.get("output_tokens", 0), line.get("cost", 0.0))
    if "title" in line:
        return TitleResult(
            row=line["row"], product_id=line["id"], channel=channel, title=line["title"],
            previous_title=line["previous_title"], generator=line["generator"],
            model_made=line["model_made"], score=line["score"], usage=usage,
        )  # fmt: skip
    if "problem" in line:
        return Reject(line["row"], line["id"], line["field"], line["problem"], line["advice"],
                      again=line.get("again", False), usage=usage)  # fmt: skip
    return None
