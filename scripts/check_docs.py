"""Keep the documentation true: every output in it is what its command prints today.

    python scripts/check_docs.py [PAGE ...]          exit 1, with a diff, where a page has drifted
    python scripts/check_docs.py --write [PAGE ...]  rewrite the pages

In a page, an HTML comment before a fenced block says where the block comes from:

    <!-- output of: titlewright title "red mug" -->      what the command prints; in a ```console
                                                         block with the command itself above it
    <!-- output of (exit 1): titlewright check ... -->   the same, where that exit code is right
    <!-- file: aliases.toml -->                          the block is the file that commands read

Tables that a command prints as Markdown stand between two comments, without a fence:

    <!-- tables of: python benchmarks/table.py --show -->
    <!-- end of tables -->

The blocks of a page run from top to bottom in one temporary folder, in which the repository's own
folders can be read as from its root. Also checked: relative links and their anchors, a section
with all options for every command in docs/command-line.md, every public name in docs/python.md.
"""

from __future__ import annotations

import argparse
import difflib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TIMEOUT = 120  # seconds a command may take
WIDTH = 100  # columns

_BLOCK = re.compile(
    r"^<!-- (?P<kind>output of|file)(?: \(exit (?P<exit>\d+)\))?:(?P<what>.*?)-->\n+"
    r"(?P<open>```(?P<language>\w*)\n)(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_TABLES = re.compile(
    r"^<!-- tables of:(?P<what>.*?)-->\n(?P<body>.*?)^<!-- end of tables -->$",
    re.MULTILINE | re.DOTALL,
)
_ANY_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(?P<text>.+?) *$", re.MULTILINE)
# What differs from run to run is shown as what it is.
_VARYING = (
    (re.compile(r"\b\d{8}T\d{6}-[0-9a-f]{6}\b"), "RUN"),
    (re.compile(r"\(\d+\.\d s, \d+ rows/s\)"), "(… s, … rows/s)"),
)


class CommandError(Exception):
    """A command in a page ended with another exit code than the page says, or took too long."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it is, and as it should be."""

    path: Path
    now: str
    fresh: str
    problems: tuple[str, ...]

    def diff(self) -> str:
        name = _shown(self.path)
        return "".join(
            difflib.unified_diff(
                self.now.splitlines(keepends=True),
                self.fresh.splitlines(keepends=True),
                name,
                f"{name} (as the commands print it)",
            )
        )


def refresh(path: Path, root: Path = ROOT) -> Page:
    """Run the blocks of a page from top to bottom. A block whose command fails stays as it is."""
    now = path.read_text(encoding="utf-8")
    problems: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        sandbox = Path(folder)
        for entry in root.iterdir():
            if entry.is_dir() and not entry.name.startswith("."):
                (sandbox / entry.name).symlink_to(entry)

        def fresh(block: re.Match[str]) -> str:
            if block["kind"] == "file":
                _write_file(sandbox / block["what"].strip(), block["body"])
                return block[0]
            try:
                body = _output(block, sandbox)
            except CommandError as error:
                line = now.count("\n", 0, block.start()) + 1
                problems.append(f"{_shown(path)}:{line}: {error}")
                return block[0]
            return block[0].removesuffix(block["body"] + "```") + body + "```"

        def fresh_tables(block: re.Match[str]) -> str:
            try:
                body = run(block["what"].strip(), sandbox)
            except CommandError as error:
                problems.append(f"{_shown(path)}: {error}")
                return block[0]
            return f"<!-- tables of:{block['what']}-->\n\n{body}\n<!-- end of tables -->"

        text = _TABLES.sub(fresh_tables, _BLOCK.sub(fresh, now))
        return Page(path, now, text, tuple(problems))


def _write_file(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _output(block: re.Match[str], sandbox: Path) -> str:
    commands = [line.strip() for line in block["what"].strip().splitlines() if line.strip()]
    shown = []
    for number, command in enumerate(commands, 1):
        expected = int(block["exit"] or 0) if number == len(commands) else 0
        if block["language"] == "console":
            shown.append(f"$ {command}\n")
        shown.append(run(command, sandbox, expected))
    return "".join(shown)


def run(command: str, folder: Path, expected: int = 0) -> str:
    """What a command prints on both streams, without what differs from run to run.

    Raises CommandError when its exit code is not the expected one.
    """
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("TITLEWRIGHT_")
    } | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        "COLUMNS": str(WIDTH),
        "NO_COLOR": "1",
        "TERM": "dumb",
        "PYTHONUNBUFFERED": "1",  # keeps the two streams in the order a terminal shows
        "PYTHONUTF8": "1",
        "TITLEWRIGHT_HOME": ".titlewright",
    }
    try:
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise CommandError(f"`{command}` took more than {TIMEOUT} s.") from error
    text = done.stdout.decode("utf-8", "replace")
    if done.returncode != expected:
        tail = "".join(text.splitlines(keepends=True)[-15:])
        raise CommandError(f"`{command}` gave exit code {done.returncode}:\n{tail}")
    if "```" in text:
        raise CommandError(f"`{command}` prints ```, which would end its block.")
    for varying, instead in _VARYING:
        text = varying.sub(instead, text)
    lines = [line.rstrip() for line in text.replace(str(folder), ".").splitlines()]
    return "\n".join(lines).strip("\n") + "\n" if any(lines) else ""


def broken_links(path: Path, root: Path = ROOT) -> Iterator[str]:
    """Relative links of a page that lead to no file, or to no heading of one."""
    text = _CODE.sub("", _ANY_FENCE.sub("", path.read_text(encoding="utf-8")))
    for link in _LINK.finditer(text):
        target, _, anchor = link["target"].partition("#")
        if re.match(r"[a-z][a-z+.-]*:", target):
            continue
        goal = (path.parent / target).resolve() if target else path
        if not goal.exists() or not goal.is_relative_to(root):
            yield f"{_shown(path)}: the link to {link['target']} leads nowhere."
        elif anchor and goal.suffix == ".md" and anchor not in set(anchors(goal)):
            yield f"{_shown(path)}: {_shown(goal)} has no heading #{anchor}."


def anchors(path: Path) -> Iterator[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    for heading in _HEADING.finditer(_ANY_FENCE.sub("", path.read_text(encoding="utf-8"))):
        yield re.sub(r"[^\w\- ]", "", heading["text"].lower()).replace(" ", "-")


def undocumented_commands(page: Path) -> Iterator[str]:
    """Commands without a section of their own on the page, and options that it leaves out."""
    import typer

    from titlewright.cli import build

    sections = dict(_sections(page.read_text(encoding="utf-8")))
    group = typer.main.get_command(build())
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        if name not in sections:
            yield f"{_shown(page)}: the command `{name}` has no section `## {name}`."
            continue
        for option in command.params:
            long = [word for word in option.opts if word.startswith("--")]
            if long and not any(re.search(rf"`[^`]*{word}\b", sections[name]) for word in long):
                yield f"{_shown(page)}: the section `## {name}` doesn't name {long[0]}."
    for name in sections.keys() - group.commands.keys():  # type: ignore[attr-defined]
        if re.fullmatch(r"[a-z][a-z-]*", name):
            yield f"{_shown(page)}: there is no command `{name}`, yet it has a section."


def _sections(text: str) -> Iterator[tuple[str, str]]:
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        heading, _, body = part.partition("\n")
        yield heading.strip().strip("`"), body


def undocumented_names(page: Path, names: Iterable[str]) -> Iterator[str]:
    """Public names that the page doesn't show as code."""
    text = page.read_text(encoding="utf-8")
    for name in names:
        if not re.search(rf"`{re.escape(name)}\b[^`]*`", text):
            yield f"{_shown(page)}: the public name `{name}` is not described."


def all_pages(root: Path = ROOT) -> list[Path]:
    folders = ("docs", "benchmarks")
    below = [page for name in folders for page in sorted((root / name).glob("**/*.md"))]
    return [*sorted(root.glob("*.md")), *below]


def structure(root: Path = ROOT) -> Iterator[str]:
    """What is wrong with links, commands and names; runs nothing."""
    import titlewright

    for page in all_pages(root):
        yield from broken_links(page, root)
    yield from undocumented_commands(root / "docs" / "command-line.md")
    yield from undocumented_names(root / "docs" / "python.md", titlewright.__all__)


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def main(arguments: Sequence[str] | None = None) -> int:
    """Check or rewrite; the exit code is 1 when something is left to do."""
    parser = argparse.ArgumentParser(description="Check that the documentation says what is.")
    parser.add_argument("pages", nargs="*", type=Path, help="only these pages; default: all")
    parser.add_argument("--write", action="store_true", help="rewrite what has drifted")
    options = parser.parse_args(arguments)
    pages = [page.resolve() for page in options.pages] or all_pages()
    problems = [] if options.pages else list(structure())
    with ThreadPoolExecutor(2) as pool:
        refreshed = list(pool.map(refresh, pages))
    drifted = [page for page in refreshed if page.now != page.fresh]
    problems += [problem for page in refreshed for problem in page.problems]
    for page in drifted:
        if options.write:
            page.path.write_text(page.fresh, encoding="utf-8")
            print(f"rewritten: {_shown(page.path)}")
        else:
            print(page.diff(), end="")
    for problem in problems:
        print(problem)
    if drifted and not options.write:
        print("The pages differ from what the commands print. Look at the diff; if it is right:")
        print("    .venv/bin/python scripts/check_docs.py --write")
    if problems or (drifted and not options.write):
        return 1
    print(f"{len(pages)} pages are true.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
