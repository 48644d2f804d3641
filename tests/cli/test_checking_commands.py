"""`check`, `verify`, `inspect` and `channels`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

HAT = {"id": "1", "description": "A red hat knitted from merino wool, for men.", "brand": "Fjell"}


@pytest.fixture
def feed(save_csv: Callable[..., Path]) -> Path:
    return save_csv(
        [
            ("id", "title", "description"),
            ("1", "Red Wool Hat", "A red hat of wool."),
            ("2", "RED WOOL HAT!!! FREE SHIPPING", "A red hat of wool."),
        ]
    )


@pytest.fixture
def cases(tmp_path: Path) -> Callable[..., Path]:
    def save(*lines: object) -> Path:
        path = tmp_path / "cases.jsonl"
        texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        path.write_text("".join(text + "\n" for text in texts), encoding="utf-8")
        return path

    return save


class TestCheck:
    def test_broken_rules_are_shown_and_give_exit_code_1(
        self, titlewright: Callable, feed: Path
    ) -> None:
        ran = titlewright("check", feed, "--channel", "google")
        assert ran.code == 1
        assert "row 2: RED WOOL HAT!!! FREE SHIPPING" in ran.out
        assert "row 1" not in ran.out
        assert "2 titles on google: 1 break a rule" in ran.err.replace("\n", " ")

    def test_json(self, titlewright: Callable, feed: Path) -> None:
        ran = titlewright("check", feed, "--channel", "google", "--json")
        report = json.loads(ran.out)
        assert (report["rows"], report["titles"], report["titles_with_errors"]) == (2, 2, 1)
        assert sum(report["rules"].values()) == report["errors"] + report["warnings"]
        (shown,) = report["titles_shown"]
        assert shown["row"] == 2
        for violation in shown["violations"]:
            assert set(violation) == {"rule", "severity", "message", "start", "end", "source_url"}
            assert violation["source_url"].startswith("http")

    def test_what_generate_made_breaks_no_rule(
        self, titlewright: Callable, feed: Path, tmp_path: Path
    ) -> None:
        for channel in ("google", "amazon", "ebay", "taobao"):
            out = tmp_path / f"{channel}.csv"
            assert titlewright("generate", feed, "-o", out, "-c", channel).code == 0
            assert titlewright("check", out, "-c", channel).code == 0

    def test_unreadable_rows_count(self, titlewright: Callable, save_csv: Callable) -> None:
        feed = save_csv([("id", "title"), ("1", "Red Wool Hat"), ("2", "")])
        ran = titlewright("check", feed, "-c", "google", "--json")
        assert ran.code == 1
        assert [row["row"] for row in json.loads(ran.out)["unreadable_rows"]] == [2]

    def test_what_cannot_be_done(self, titlewright: Callable, feed: Path, tmp_path: Path) -> None:
        for arguments, said in (
            ((tmp_path / "missing.csv", "-c", "google"), "There is no file"),
            ((feed, "-c", "nowhere"), "There is no channel"),
            ((feed,), "--channel"),
        ):
            ran = titlewright("check", *arguments)
            assert ran.code == 2
            assert said in ran.err


class TestVerify:
    def test_true_titles_give_exit_code_0(self, titlewright: Callable, cases: Callable) -> None:
        ran = titlewright("verify", cases({"product": HAT, "title": "Fjell Red Wool Hat for Men"}))
        assert ran.code == 0
        assert "1 titles: 0 not supported" in ran.err

    def test_an_invented_fact_gives_exit_code_1_and_is_shown(
        self, titlewright: Callable, cases: Callable
    ) -> None:
        file = cases({"product": HAT, "title": "Fjell Waterproof Wool Hat"})
        ran = titlewright("verify", file)
        assert ran.code == 1
        assert "line 1: Fjell Waterproof Wool Hat" in ran.out
        assert "Waterproof:" in ran.out

    def test_json_has_one_verdict_a_line(
        self, titlewright: Callable, cases: Callable, tmp_path: Path
    ) -> None:
        file, out = (
            cases(
                {"product": HAT, "title": "Red Wool Hat"},
                {"product": HAT, "title": "Blue Wool Hat"},
                {"product": {**HAT, "description": "红色羊毛帽"}, "title": "红色羊毛帽"},
            ),
            tmp_path / "out" / "verdicts.jsonl",
        )
        assert titlewright("verify", file, "--json", out).code == 1
        verdicts = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
        assert [verdict["supported"] for verdict in verdicts] == [True, False, True]
        for verdict in verdicts:
            assert {"supported", "unsupported", "evidence"} <= set(verdict)
        assert [item["text"] for item in verdicts[1]["unsupported"]] == ["Blue"]
        assert verdicts[1]["unsupported"][0]["reason"]
        assert {item["text"] for item in verdicts[0]["evidence"]} == {"Red", "Wool", "Hat"}
        assert all(item["field"] and item["source_text"] for item in verdicts[0]["evidence"])
        to_stdout = titlewright("verify", file, "--json", "-")
        assert to_stdout.out == out.read_text(encoding="utf-8")

    @pytest.mark.parametrize(
        "line",
        [
            "nonsense",
            "[1, 2]",
            '{"product": {"id": "1"}}',
            '{"title": 7, "product": {}}',
            '{"title": "Hat", "product": [1]}',
            '{"title": "Hat", "product": {"attributes": "red"}}',
            "[" * 100_000,
        ],
    )
    def test_a_bad_line_is_a_verdict_that_says_so_and_the_rest_goes_on(
        self, titlewright: Callable, cases: Callable, line: str
    ) -> None:
        file = cases(line, "", {"product": HAT, "title": "Red Wool Hat"})
        ran = titlewright("verify", file, "--json", "-")
        bad, good = (json.loads(text) for text in ran.out.splitlines())
        assert ran.code == 1
        assert bad["supported"] is False
        assert bad["error"]
        assert good["supported"] is True
        assert "of which 1 lines could not be read" in ran.err

    @pytest.mark.parametrize("content", [None, b"", b"\n\n", bytes(range(256)) * 9])
    def test_a_file_without_a_single_case_is_an_error(
        self, titlewright: Callable, tmp_path: Path, content: bytes | None
    ) -> None:
        file = tmp_path / "cases.jsonl"
        if content is not None:
            file.write_bytes(content)
        ran = titlewright("verify", file)
        assert ran.code == 2
        assert "error: " in ran.err

    def test_places_that_cannot_be_written(
        self, titlewright: Callable, cases: Callable, tmp_path: Path
    ) -> None:
        file = cases({"product": HAT, "title": "Red Wool Hat"})
        for out in (tmp_path, file / "out.jsonl"):
            ran = titlewright("verify", file, "--json", out)
            assert ran.code == 2
            assert "can't be written" in ran.err
        assert [path.name for path in tmp_path.parent.glob("*.part")] == []


class TestInspect:
    def test_a_report_for_people(self, titlewright: Callable, feed: Path) -> None:
        ran = titlewright("inspect", feed)
        assert ran.code == 0
        assert "title" in ran.out.lower()

    def test_json(self, titlewright: Callable, feed: Path) -> None:
        ran = titlewright("inspect", feed, "--json", "--channel", "google")
        assert ran.code == 0
        assert isinstance(json.loads(ran.out), dict)

    def test_a_page_that_stands_alone(
        self, titlewright: Callable, feed: Path, tmp_path: Path
    ) -> None:
        page = tmp_path / "pages" / "report.html"
        ran = titlewright("inspect", feed, "--html", page)
        assert ran.code == 0
        html = page.read_text(encoding="utf-8")
        assert html.lower().startswith("<!doctype html>")
        assert "<script src=" not in html
        assert '<link rel="stylesheet" href' not in html

    def test_what_cannot_be_done(self, titlewright: Callable, feed: Path, tmp_path: Path) -> None:
        for arguments in (
            (tmp_path / "missing.csv",),
            (feed, "--channel", "nowhere"),
            (feed, "--html", tmp_path),
            (feed, "--limit", "0"),
        ):
            ran = titlewright("inspect", *arguments)
            assert ran.code == 2
            assert "Traceback" not in ran.err


class TestChannels:
    def test_all_in_a_table(self, titlewright: Callable) -> None:
        ran = titlewright("channels")
        assert ran.code == 0
        for name in ("amazon", "google", "ebay", "taobao", "shopee"):
            assert name in ran.out

    def test_json(self, titlewright: Callable) -> None:
        channels = {
            item["name"]: item for item in json.loads(titlewright("channels", "--json").out)
        }
        google = json.loads(titlewright("channels", "google", "--json").out)
        assert channels["google"] == google
        assert google["max_length"] == 150
        assert all(rule["source_url"].startswith("http") for rule in google["rules"])

    def test_one_with_its_sources(self, titlewright: Callable) -> None:
        ran = titlewright("channels", "amazon")
        assert ran.code == 0
        assert "https://" in ran.out

    def test_an_unknown_one_is_told_with_those_there_are(self, titlewright: Callable) -> None:
        ran = titlewright("channels", "nowhere")
        assert ran.code == 2
        assert "taobao" in ran.err

    def test_a_pack_of_ones_own_that_is_broken_names_its_file(
        self, titlewright: Callable, own_home: Path
    ) -> None:
        packs = own_home / "channels"
        packs.mkdir(parents=True)
        (packs / "mine.toml").write_text("this is = = no TOML")
        ran = titlewright("channels")
        assert ran.code == 2
        assert "mine.toml" in ran.err


def test_version_and_help(titlewright: Callable) -> None:
    from titlewright import __version__

    assert titlewright("--version").out == f"titlewright {__version__}\n"
    for arguments in (["--help"], ["-h"], ["title", "--help"], ["generate", "-h"]):
        ran = titlewright(*arguments)
        assert ran.code == 0
        assert "Usage" in ran.out
    listed = titlewright("--help").out
    for command in ("title", "generate", "demo", "check", "verify", "inspect", "channels",
                    "explain", "benchmark", "ledger", "approve", "rollback"):  # fmt: skip
        assert command in listed


def test_an_unknown_command(titlewright: Callable) -> None:
    ran = titlewright("titel")
    assert ran.code == 2
    assert "titel" in ran.err


def test_the_demo_shows_titles_before_and_after(titlewright: Callable) -> None:
    ran = titlewright("demo", "--rows", "2")
    assert ran.code == 0
    assert ran.out.count("before") == 2
    assert ran.out.count("score") >= 2
