"""The documentation's checker, on small pages, and the structure of the real ones.

What the commands on the real pages print is checked by `make docs`, not here: it takes a while.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def docs() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_docs", ROOT / "scripts" / "check_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["check_docs"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def page(folder: Path, text: str) -> Path:
    path = folder / "page.md"
    path.write_text(text, encoding="utf-8")
    return path


def block(comment: str, body: str, language: str = "text") -> str:
    return f"<!-- {comment} -->\n```{language}\n{body}```\n"


def test_the_pages_are_well_built(docs: ModuleType) -> None:
    assert list(docs.structure()) == []


def test_a_true_page_is_left_alone(docs: ModuleType, tmp_path: Path) -> None:
    true = page(tmp_path, "# A\n\n" + block("output of: echo hello", "hello\n"))
    assert docs.main([str(true)]) == 0


def test_tables_are_rewritten_too(docs: ModuleType, tmp_path: Path) -> None:
    around = "<!-- tables of: echo '|a|' -->\n\n{}\n<!-- end of tables -->\n"
    stale = page(tmp_path, "before\n\n" + around.format("|b|\n") + "\nafter\n")
    assert docs.main([str(stale)]) == 1
    assert docs.main(["--write", str(stale)]) == 0
    true = "before\n\n" + around.format("|a|\n") + "\nafter\n"
    assert stale.read_text(encoding="utf-8") == true
    assert docs.main([str(stale)]) == 0


def test_drift_is_shown_and_rewritten(
    docs: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stale = page(tmp_path, "before\n\n" + block("output of: echo new", "old\n") + "\nafter\n")
    assert docs.main([str(stale)]) == 1
    shown = capsys.readouterr().out
    assert "-old" in shown
    assert "+new" in shown
    assert "old" in stale.read_text(encoding="utf-8"), "only --write may change a page"
    assert docs.main(["--write", str(stale)]) == 0
    assert stale.read_text(encoding="utf-8") == (
        "before\n\n" + block("output of: echo new", "new\n") + "\nafter\n"
    )
    assert docs.main([str(stale)]) == 0


def test_a_console_block_shows_its_commands(docs: ModuleType, tmp_path: Path) -> None:
    path = page(tmp_path, block("output of:\necho one\necho two >&2\n", "", "console"))
    fresh = docs.refresh(path).fresh
    assert "$ echo one\none\n$ echo two >&2\ntwo\n```" in fresh


def test_files_stand_before_the_commands_that_read_them(docs: ModuleType, tmp_path: Path) -> None:
    path = page(
        tmp_path,
        block("file: folder/a.txt", "from the page\n") + block("output of: cat folder/a.txt", ""),
    )
    assert docs.refresh(path).fresh.count("from the page") == 2


def test_blocks_without_a_mark_and_their_neighbours_stay(docs: ModuleType, tmp_path: Path) -> None:
    text = "```sh\nrm everything\n```\n\n" + block("output of: echo a", "a\n") + "\n```\nb\n```\n"
    assert docs.refresh(page(tmp_path, text)).fresh == text


@pytest.mark.parametrize(
    ("comment", "fails"),
    [
        ("output of: exit 3", True),
        ("output of (exit 3): exit 3", False),
        ("output of (exit 3): true", True),
        ("output of: no-such-command", True),
    ],
)
def test_exit_codes_are_part_of_what_a_page_says(
    docs: ModuleType, tmp_path: Path, comment: str, fails: bool
) -> None:
    path = page(tmp_path, block(comment, "kept\n" if fails else ""))
    refreshed = docs.refresh(path)
    assert bool(refreshed.problems) == fails
    assert refreshed.fresh == refreshed.now, "a block whose command fails stays as it is"
    assert docs.main(["--write", str(path)]) == int(fails)


def test_commands_read_the_repository_and_write_beside_it(docs: ModuleType, tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "data").mkdir(parents=True)
    (root / "data" / "feed.csv").write_text("mine\n", encoding="utf-8")
    (root / "titled.csv").write_text("mine too\n", encoding="utf-8")
    path = page(
        tmp_path,
        block("output of: cat data/feed.csv", "mine\n")
        + block("file: titled.csv", "of the page\n")
        + block("output of: echo more >> titled.csv; cat titled.csv", "of the page\nmore\n"),
    )
    refreshed = docs.refresh(path, root)
    assert refreshed.fresh == refreshed.now
    assert (root / "titled.csv").read_text(encoding="utf-8") == "mine too\n"


def test_what_differs_from_run_to_run_is_masked(docs: ModuleType, tmp_path: Path) -> None:
    line = "run 20260101T120000-a1b2c3 (1.5 s, 21 rows/s) in `pwd`"
    assert docs.run(f'echo "{line}"', tmp_path) == "run RUN (… s, … rows/s) in .\n"


def test_the_readers_own_settings_change_nothing(
    docs: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TITLEWRIGHT_WORKERS", "3")
    assert docs.run("env | grep TITLEWRIGHT", tmp_path) == "TITLEWRIGHT_HOME=.titlewright\n"


def test_broken_links(docs: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text("# The `first` page, of 2\n", encoding="utf-8")
    good = "[a](other.md) [b](other.md#the-first-page-of-2) [c](https://example.com) [d](#top)\n"
    path = page(tmp_path, "# Top\n\n" + good + "`[no](link.md)`\n\n```\n[nor](this.md)\n```\n")
    assert list(docs.broken_links(path, tmp_path)) == []
    path = page(tmp_path, "[a](gone.md) [b](other.md#gone) [c](../outside.md)\n")
    assert len(list(docs.broken_links(path, tmp_path))) == 3


def test_commands_and_options_that_a_page_leaves_out(docs: ModuleType, tmp_path: Path) -> None:
    real = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    assert list(docs.undocumented_commands(page(tmp_path, real))) == []
    without = real.replace("## verify", "## verifying").replace("`--resume`", "`--go-on`")
    found = "\n".join(docs.undocumented_commands(page(tmp_path, without)))
    assert "`verify` has no section" in found
    assert "`## generate` doesn't name --resume" in found
    assert "no command `verifying`" in found


def test_names_that_a_page_leaves_out(docs: ModuleType, tmp_path: Path) -> None:
    path = page(tmp_path, "`generate(product)` and Product\n")
    found = list(docs.undocumented_names(path, ["generate", "Product"]))
    assert len(found) == 1
    assert "`Product`" in found[0]
