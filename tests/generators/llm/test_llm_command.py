"""`titlewright generate --generator llm`: no product is lost, whatever the server does."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from llm_server import KEY, Behaviour, ChatServer, Reply, completion, error, fence, well

from titlewright import workers

KINDS = ("mug", "bowl", "plate", "jug", "vase", "teapot", "tray", "candle")
Command = Callable[..., Any]


@pytest.fixture
def feed(save_csv: Callable[..., Path]) -> Path:
    rows = [("id", "title", "description", "brand")]
    rows += [(str(i), "", f"Blue stoneware {kind} for the kitchen.", "Acme")
             for i, kind in enumerate(KINDS, 1)]  # fmt: skip
    return save_csv(rows)


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "CHUNK", 3)


@pytest.fixture
def generate(
    titlewright: Command, feed: Path, tmp_path: Path, environment: Callable[..., None]
) -> Command:
    """Runs the command on the feed; its summary, or its exit code and message."""
    environment()

    def run(*more: object, out: str = "out.csv") -> Any:
        ran = titlewright("generate", feed, "-o", tmp_path / out, "-g", "llm", "--candidates", 2,
                          "--results", tmp_path / f"{out}.results", "--json", *more)  # fmt: skip
        assert KEY not in ran.out + ran.err
        return json.loads(ran.out) if ran.code == 0 else (ran.code, ran.err)

    return run


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def of_product(bad: dict[str, Reply]) -> Behaviour:
    """Answers well but for products that hold one of these words."""

    def behave(body: dict[str, Any], number: int) -> Reply:
        inside, _ = fence(body)
        return next((reply for word, reply in bad.items() if word in inside), well(body, number))

    return behave


BAD = {
    "mug": error(500, "boom"),
    "bowl": Reply(cut=True),
    "plate": Reply("{broken"),
    "jug": completion('{"titles": ['),
    "vase": error(429, "slow down", Retry_After="0.1"),
    "teapot": Reply(delay=0.8),
}


def test_a_feed_is_titled_by_the_model(generate: Command, tmp_path: Path) -> None:
    summary = generate()
    assert (summary["titled"], summary["rejected"], summary["again"]) == (8, 0, 0)
    results = lines(tmp_path / "out.csv.results")
    assert {result["generator"] for result in results} == {"llm"}
    assert all(result["model_made"] and result["input_tokens"] == 100 for result in results)


def test_named_rejects_then_all_titles_once_the_server_behaves(
    generate: Command, server: ChatServer, tmp_path: Path, environment: Callable[..., None]
) -> None:
    whole = generate(out="whole.csv")
    assert whole["titled"] == 8
    (tmp_path / "home" / "llm-cache" / "answers.sqlite").unlink()
    environment(TIMEOUT=0.3, CONCURRENCY=2)
    server.behave = of_product(BAD)
    summary = generate()
    assert (summary["titled"], summary["rejected"], summary["again"]) == (2, 6, 6)
    problems = {line["id"]: line["problem"] for line in lines(tmp_path / "out.csv.rejects.jsonl")}
    for number, said in enumerate(("500", "connection", "no chat completion", "no title", "429",
                                   "within 0.3 seconds"), 1):  # fmt: skip
        assert said in problems[str(number)]
    assert (tmp_path / "out.csv").read_text().count("\n") == 3
    code, message = generate()
    assert code == 2
    assert "--resume" in message
    server.asked.clear()
    server.behave = of_product({"mug": BAD["mug"]})
    assert generate("--resume")["again"] == 1
    server.behave = well
    done = generate("--resume")
    assert (done["titled"], done["rejected"], done["again"]) == (8, 0, 0)
    assert done["run"] == summary["run"]
    assert len(server.asked) == 5 + 2 + 1, "what was answered is not asked again"
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()
    assert not (tmp_path / "out.csv.run").exists()
    assert not (tmp_path / "out.csv.rejects.jsonl").exists()


def test_the_key_is_in_no_file(
    generate: Command, server: ChatServer, tmp_path: Path, titlewright: Command
) -> None:
    server.behave = of_product({"mug": error(500, f"key {KEY}"), "bowl": completion(KEY),
                                "plate": error(422, f"bad {KEY}")})  # fmt: skip
    generate()
    titlewright("ledger", "last", "--json")
    server.behave = lambda *_: error(401, f"bad key {KEY}")
    generate("--resume")
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert len(files) > 5
    for file in files:
        assert KEY.encode() not in file.read_bytes(), file


def test_a_budget_ends_the_run_cleanly_and_more_of_it_does_the_rest(
    generate: Command, titlewright: Command, environment: Callable[..., None], tmp_path: Path,
    server: ChatServer,
) -> None:  # fmt: skip
    environment(PRICES="1,1", BUDGET=0.0018, CONCURRENCY=1)
    first = generate()
    assert 0 < first["titled"] < 8
    assert first["titled"] + first["again"] == 8
    reject = lines(tmp_path / "out.csv.rejects.jsonl")[-1]
    assert reject["problem"] == "The budget of 0.0018 US dollars is used up."
    assert reject["advice"] == "Raise TITLEWRIGHT_LLM_BUDGET and run again with --resume."
    assert generate("--resume")["titled"] == first["titled"], "nothing is spent past the budget"
    environment(PRICES="1,1", BUDGET=1, CONCURRENCY=1)
    assert generate("--resume")["titled"] == 8
    assert len(server.asked) == 8
    (run,) = json.loads(titlewright("ledger", "--json").out)
    assert (run["titles"], run["rejects"]) == (8, 0)
    assert (run["input_tokens"], run["output_tokens"]) == (800, 160)
    assert run["cost"] == pytest.approx(8 * 0.00012)
    assert run["finished"]


def test_a_run_that_is_stopped_goes_on_and_pays_nothing_twice(
    generate: Command, server: ChatServer, environment: Callable[..., None], tmp_path: Path
) -> None:
    environment(PRICES="1,1", CONCURRENCY=1)
    generate(out="whole.csv")
    (tmp_path / "home" / "llm-cache" / "answers.sqlite").unlink()
    server.asked.clear()
    server.behave = lambda body, number: well(body, number) if number < 5 else error(401, "no")
    code, message = generate()
    assert code == 2
    assert "TITLEWRIGHT_LLM_KEY" in message
    server.behave = well
    summary = generate("--resume", "--workers", 4)
    assert (summary["titled"], summary["resumed_at"]) == (8, 3)
    assert len(server.asked) == 8 + 1
    for end in ("", ".results"):
        one, other = (tmp_path / f"{name}.csv{end}" for name in ("out", "whole"))
        assert one.read_bytes() == other.read_bytes()


def test_a_run_that_is_killed_pays_for_no_answer_twice(
    generate: Command, server: ChatServer, environment: Callable[..., None], tmp_path: Path,
    save_csv: Callable[..., Path], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    rows = [(str(i), "", f"Blue stoneware {KINDS[i % 8]} number {i}.", "Acme") for i in range(24)]
    save_csv([("id", "title", "description", "brand"), *rows])
    environment(PRICES="1,1", CONCURRENCY=2)
    generate(out="whole.csv")
    monkeypatch.setenv("TITLEWRIGHT_HOME", str(tmp_path / "another home"))
    server.asked.clear()
    server.behave = lambda body, number: replace(well(body, number), delay=0.05)
    command = [sys.executable, "-m", "titlewright", "generate", tmp_path / "feed.csv", "-o",
               tmp_path / "out.csv", "-g", "llm", "--candidates", "2", "--results",
               tmp_path / "out.csv.results"]  # fmt: skip
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as run:
        until = time.monotonic() + 60
        while len(server.asked) < 10 and time.monotonic() < until:
            time.sleep(0.01)
        run.kill()
    assert 10 <= len(server.asked) < 24
    server.behave = well
    assert generate("--resume")["titled"] == 24
    assert len(server.asked) <= 24 + 2, "only what was under way is asked again"
    for end in ("", ".results"):
        one, other = (tmp_path / f"{name}.csv{end}" for name in ("out", "whole"))
        assert one.read_bytes() == other.read_bytes()


def test_a_second_round_that_is_stopped_goes_on_too(
    generate: Command, server: ChatServer, tmp_path: Path
) -> None:
    server.behave = of_product({"mug": error(500, "boom"), "candle": error(500, "boom")})
    assert generate()["again"] == 2
    server.asked.clear()
    server.behave = of_product({"candle": error(401, "no")})
    assert generate("--resume")[0] == 2
    server.behave = well
    summary = generate("--resume")
    assert (summary["titled"], summary["again"], summary["resumed_at"]) == (8, 0, 6)
    assert len(server.asked) == 3, "mug, candle, candle"
    assert [line["row"] for line in lines(tmp_path / "out.csv.results")] == list(range(1, 9))


def test_a_wrong_key_stops_before_anything_is_done(
    generate: Command, server: ChatServer, tmp_path: Path
) -> None:
    server.behave = lambda *_: error(401, "no")
    code, message = generate()
    assert code == 2
    assert "TITLEWRIGHT_LLM_KEY" in message
    assert not (tmp_path / "out.csv").exists()
    server.behave = well
    assert generate()["titled"] == 8, "nothing stands in the way of another try"


def test_a_run_goes_on_with_the_model_that_it_began_with(
    generate: Command, server: ChatServer, environment: Callable[..., None]
) -> None:
    server.behave = of_product({"mug": error(500, "boom")})
    generate()
    environment(MODEL="another")
    code, message = generate("--resume")
    assert code == 2
    assert "generator_settings.model" in message


def test_a_final_refusal_ends_the_run(generate: Command, server: ChatServer) -> None:
    generate(out="proven.csv")
    server.behave = of_product({"mug": error(422, "unsafe")})
    summary = generate("--seed", 1)
    assert (summary["titled"], summary["rejected"], summary["again"]) == (8 - 1, 1, 0)


def test_one_product_from_the_command_line(
    titlewright: Command, environment: Callable[..., None], server: ChatServer
) -> None:
    from titlewright.api import _pipeline

    environment()
    _pipeline.cache_clear()  # which knows no server of an earlier test
    ran = titlewright("title", "Blue stoneware mug", "-g", "llm", "--json")
    assert json.loads(ran.out)["generator"] == "llm"
    server.behave = lambda *_: error(500, "boom")
    ran = titlewright("title", "Red wool hat", "-g", "llm")
    assert ran.code == 2
    assert "boom" in ran.err
    _pipeline.cache_clear()


def test_without_settings_the_command_says_what_to_set(titlewright: Command, feed: Path) -> None:
    ran = titlewright("generate", feed, "-o", feed.with_name("out.csv"), "-g", "llm")
    assert ran.code == 2
    assert "TITLEWRIGHT_LLM_URL" in ran.err
    assert not feed.with_name("out.csv.run").exists()
