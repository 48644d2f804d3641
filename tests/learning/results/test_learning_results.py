"""Lift, beliefs, the figures of a store, and the page."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from titlewright.errors import LearningError
from titlewright.learning.records import Event, Title
from titlewright.learning.results import Asked, analyse
from titlewright.learning.results.lift import Stratum, pooled_lift
from titlewright.learning.results.page import to_html
from titlewright.learning.results.posteriors import beliefs, curve
from titlewright.learning.store import DailyCounts, EventStore, open_store
from titlewright.settings import load_settings

EVIL = "<script>alert(1)</script>"
DAY = 86_400


def test_one_stratum_gives_the_plain_ratio_and_its_interval() -> None:
    lift = pooled_lift([Stratum(1000, 60, 1000, 40)])
    assert lift is not None
    assert lift.lift == pytest.approx(0.5)
    # the usual variance of the log of a ratio: 1/60 - 1/1000 + 1/40 - 1/1000
    error = (1 / 60 - 1 / 1000 + 1 / 40 - 1 / 1000) ** 0.5
    assert lift.low == pytest.approx(1.5 * np.exp(-1.959964 * error) - 1)
    assert lift.high == pytest.approx(1.5 * np.exp(1.959964 * error) - 1)


def test_traffic_that_moves_makes_no_lift() -> None:
    """Simpson's paradox: no title is better, but the new one is shown on the busy day."""
    lift = pooled_lift([Stratum(100, 1, 900, 9), Stratum(900, 90, 100, 10)])
    assert lift is not None
    assert lift.lift == pytest.approx(0)
    assert pooled_lift([Stratum(100, 1, 0, 0)]) is None
    assert pooled_lift([]) is None


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(5)
    inside = 0
    for _ in range(500):
        strata = []
        for _ in range(12):
            base = rng.uniform(0.02, 0.1)
            new, control = int(rng.integers(50, 400)), int(rng.integers(50, 400))
            strata.append(
                Stratum(new, rng.binomial(new, base * 1.2), control, rng.binomial(control, base))
            )
        lift = pooled_lift(strata)
        inside += lift is not None and lift.low <= 0.2 <= lift.high
    assert 0.93 <= inside / 500 <= 0.97


def test_beliefs_and_curves() -> None:
    first, second = beliefs([1000, 1000], [60, 40], np.random.default_rng(0))
    assert first["low"] < 0.06 < first["high"]
    assert first["best"] + second["best"] == pytest.approx(1)
    assert first["best"] > 0.95
    points = curve(first["a"], first["b"], 0, 1)
    area = np.trapezoid([one["y"] for one in points], [one["x"] for one in points])
    assert area == pytest.approx(1, abs=0.01)
    (never,) = beliefs([2], [0], np.random.default_rng(0))
    assert never["low"] < 0.005 < never["high"] < 0.2  # hardly shown: wide, but no coin


def filled(store: EventStore) -> None:
    rng = np.random.default_rng(3)
    store.remember(
        [Title("old", "mug", f"Mug {EVIL}", control=True), Title("new", "mug", "Red mug")]
    )
    events = []
    for number in range(4000):
        title = "new" if number % 2 else "old"
        time = 1_772_323_200.0 + (number // 2 % 10) * DAY + 60
        segments = ("mobile",) if number % 3 else ("tiny",) if number < 30 else ()
        name = f"i{number}"
        events.append(Event(name, "impression", time, "mug", title, segments=segments))
        if rng.random() < (0.09 if title == "new" else 0.05):
            events.append(Event(f"c{number}", "click", time, "mug", title, impression=name))
        if rng.random() < 0.01:
            events.append(Event(f"p{number}", "purchase", time, "mug", title, impression=name))
    store.append(events)
    store.take_report([DailyCounts(date(2026, 3, 1), "google-ads", "cup", "x", impressions=9)])


@pytest.fixture
def analysis():
    with open_store(load_settings()) as store:
        filled(store)
        yield analyse(store)


def test_the_figures(analysis) -> None:
    assert analysis["source"] == "events"
    assert analysis["sources"] == {"events": 4000, "google-ads": 9}
    assert analysis["totals"]["impressions"] == 4000
    assert (analysis["first_day"], analysis["last_day"]) == ("2026-03-01", "2026-03-10")
    lift = analysis["lift"]["clicks"]
    assert lift["low"] < 0.8 < lift["high"]
    assert lift["low"] > 0
    assert len(analysis["over_time"]) == 10
    assert analysis["over_time"][-1]["clicks_lift_so_far"] == lift
    assert [one["segment"] for one in analysis["segments"]] == ["mobile", ""]  # tiny is too small
    (product,) = analysis["products"]
    assert {one["title_id"]: one["control"] for one in product["titles"]} == {
        "old": True, "new": False,
    }  # fmt: skip
    json.dumps(analysis, allow_nan=False)


def test_another_source_and_an_empty_store(titlewright) -> None:
    assert "Nothing was recorded" in titlewright("results").err
    with open_store(load_settings()) as store:
        filled(store)
        assert analyse(store, Asked(source="google-ads"))["totals"]["impressions"] == 9
        with pytest.raises(LearningError, match="There is: events, google-ads"):
            analyse(store, Asked(source="bing"))


def test_the_command(titlewright, tmp_path: Path) -> None:
    with open_store(load_settings()) as store:
        filled(store)
    page = tmp_path / "page.html"
    ran = titlewright("results", "--html", page, "--since", "2026-03-02", "--until", "2026-03-04")
    assert ran.code == 0, ran.err
    assert "2026-03-02 to 2026-03-04: 1,200 impressions" in ran.out
    assert page.exists()
    assert titlewright("results", "--since", "March").code == 2
    found = json.loads(titlewright("results", "--json").out)
    assert found["totals"]["titles"] == 2


def test_a_report_that_counts_clicks_and_no_impressions(titlewright, tmp_path: Path) -> None:
    """As sessions are in Amazon's business report."""
    counts = DailyCounts(date(2026, 3, 1), "amazon", "mug", clicks=300, purchases=12)
    with open_store(load_settings()) as store:
        store.take_report([counts])
    page = tmp_path / "page.html"
    assert titlewright("results", "--html", page).code == 0
    ((title,),) = (
        one["titles"] for one in json.loads(titlewright("results", "--json").out)["products"]
    )
    for belief in (title["clicks_belief"], title["purchases_belief"]):
        assert min(belief["a"], belief["b"]) > 0


def test_values_are_inert(analysis) -> None:
    text = to_html(analysis)
    assert "<script>alert" not in text
    assert len(re.findall(r"<script>", text)) == 2


def test_the_page_runs_in_a_browser(analysis) -> None:
    sync_api = pytest.importorskip("playwright.sync_api")
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    if browser_path is None:
        pytest.skip("no Chromium on this machine")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 800})
        problems: list[str] = []
        page.on("console", lambda message: problems.append(message.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", lambda request: problems.append(request.url))
        page.set_content(to_html(analysis))
        page.wait_for_timeout(200)
        drawn = page.evaluate(
            "[...document.querySelectorAll('canvas')].filter(c => c.width > 200).length"
        )
        canvases = page.evaluate("document.querySelectorAll('canvas').length")
        wide = page.evaluate("document.documentElement.scrollWidth")
        browser.close()
    assert problems == []
    assert drawn == canvases >= 2
    assert wide == 390
