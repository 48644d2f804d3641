"""Whole analyses: what is counted, what doesn't fit together, and the page and Markdown of them."""

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from results_helpers import MADE, MUGS, line, write_feed, write_lines

from titlewright.errors import ChannelError, FeedError, SettingsError
from titlewright.evaluation.results import Asked, analyse
from titlewright.evaluation.results.page import remarks, to_html, to_markdown
from titlewright.records import Product

EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(2)> | [bold]x[/bold]"
REJECT = {
    "row": 4, "id": "4", "field": "title", "advice": "a",
    "problem": "No candidate is true and allowed on Google: not backed by the product: x",
}  # fmt: skip
Analyse = Callable[..., dict[str, Any]]


@pytest.fixture
def analysed(tmp_path: Path) -> Analyse:
    def run(lines: object = MADE, products: object = MUGS, **more: Any) -> dict[str, Any]:
        results = write_lines(tmp_path / "r.jsonl", lines)  # type: ignore[arg-type]
        if products:
            more["before"] = (write_feed(tmp_path / "feed.jsonl", products),)  # type: ignore[arg-type]
        return analyse(Asked((results,), **more))

    return run


def test_titles_are_counted_by_what_became_of_them(analysed: Analyse, tmp_path: Path) -> None:
    write_lines(tmp_path / "r.rejects.jsonl", [REJECT | {"again": True}])
    products = [*MUGS, Product("4", "x", "y"), Product("5", "x", "y")]
    (run,) = analysed(products=products)["runs"]
    made = run["products"]
    assert [made[name] for name in ("titles", "changed", "unchanged", "new")] == [3, 1, 1, 1]
    assert (run["rejects"]["rows"], run["rejects"]["again"]) == (1, 1)
    assert run["without_result"] == 1
    assert run["name"] == "Google Merchant Center"
    promotion = next(rule for rule in run["rules"] if rule["rule"] == "google.promotion")
    assert [promotion[name] for name in ("before", "after", "mended")] == [1, 0, 1]
    assert run["measures"]["with errors"]["before"]["value"] == 0.5
    assert run["measures"]["with errors"]["after"] == {
        "value": 0, "low": 0, "high": 0, "products": 3
    }  # fmt: skip


def test_without_the_feed_the_results_are_told_and_what_is_missing(analysed: Analyse) -> None:
    analysis = analysed(products=None)
    (run,) = analysis["runs"]
    assert run["without_result"] is None
    assert run["known_items"] is None
    assert run["categories"] == []
    assert "key facts" not in run["measures"]
    assert "--before FEED" in remarks(analysis)[0]
    assert "--before FEED" in to_html(analysis)
    assert "## Lengths" in to_markdown(analysis)


def test_the_same_asked_twice_gives_the_same(analysed: Analyse) -> None:
    assert json.dumps(analysed()) == json.dumps(analysed())


def test_the_order_of_products_changes_no_figure(tmp_path: Path, analysed: Analyse) -> None:
    def figures(order: list[int]) -> object:
        lines = [MADE[place] | {"row": row} for row, place in enumerate(order, 1)]
        return analysed(lines, [MUGS[place] for place in order])["runs"][0]["measures"]

    assert figures([0, 1, 2]) == figures([2, 0, 1])


def test_empty_results_make_a_page(analysed: Analyse) -> None:
    analysis = analysed([])
    (run,) = analysis["runs"]
    assert run["products"]["titles"] == 0
    assert run["without_result"] == 3
    assert "The results hold no title." in to_html(analysis)
    assert "The results hold no title." in to_markdown(analysis)


def test_broken_lines_are_left_out_and_named(analysed: Analyse) -> None:
    analysis = analysed([MADE[0], '{"row": 2, "title', MADE[2]])
    (run,) = analysis["runs"]
    assert run["products"]["titles"] == 2
    assert run["without_result"] == 1
    assert run["broken"][0]["line"] == 2
    assert "1 lines can't be read" in remarks(analysis)[0]
    assert "line 2: The line is not JSON" in to_html(analysis)


def test_what_does_not_fit_is_an_error(analysed: Analyse, tmp_path: Path) -> None:
    with pytest.raises(FeedError, match=r"No line of .*r.jsonl can be read. Line 1: .*--results"):
        analysed([{"row": 1, "problem": "p"}])
    with pytest.raises(FeedError, match=r"line 2 is for ebay, the lines before it for google"):
        analysed([MADE[0], MADE[1] | {"channel": "ebay"}])
    with pytest.raises(ChannelError, match=r"r.jsonl, line 1: .*nowhere"):
        analysed([MADE[0] | {"channel": "nowhere"}])
    with pytest.raises(SettingsError, match=r"2 feeds with --before don't fit 1 results"):
        analysed(products=None, before=(tmp_path / "a", tmp_path / "b"))
    rejects = write_lines(tmp_path / "other.jsonl", [REJECT | {"row": 2}])
    with pytest.raises(FeedError, match=r"Row 2 has a title in .* of different runs"):
        analysed(rejects=(rejects,))
    with pytest.raises(FeedError, match=r"row 1 is product '1', but '9'"):
        analysed(products=[replace(MUGS[0], id="9")])


def test_channels_stand_side_by_side(tmp_path: Path) -> None:
    feed = write_feed(tmp_path / "feed.jsonl", MUGS)
    files = [
        write_lines(tmp_path / f"{name}.jsonl", [one | {"channel": channel} for one in MADE])
        for name, channel in (("a", "amazon"), ("b", "ebay"), ("c", "ebay"))
    ]
    told: list[tuple[int, int]] = []
    analysis = analyse(Asked(tuple(files), (feed,)), lambda done, of: told.append((done, of)))
    assert [run["name"] for run in analysis["runs"]] == [
        "Amazon",
        "eBay (b.jsonl)",
        "eBay (c.jsonl)",
    ]
    assert told[-1] == (9, 9)
    assert [done for done, _ in told] == list(range(1, 10))
    text = to_markdown(analysis)
    assert "|  | Amazon | eBay (b.jsonl) | eBay (c.jsonl) |" in text
    row = next(one for one in text.splitlines() if one.startswith("| Titles that break a rule |"))
    assert row.count("→") == 3


def test_judgments_are_measured_with_and_without_a_feed(analysed: Analyse, tmp_path: Path) -> None:
    path = tmp_path / "judgments.csv"
    path.write_text("query,id,grade\nstoneware mug,1,3\n", encoding="utf-8")
    for products in (MUGS, None):
        (run,) = analysed(products=products, judgments=path)["runs"]
        assert run["judged"]["mrr"]["after"]["value"] == 1
        assert run["judged"]["mrr"]["before"]["products"] == 1


def test_values_are_inert_and_nothing_is_loaded(analysed: Analyse) -> None:
    score = {"name": EVIL, "value": 0.5, "reasons": [EVIL]}
    warning = {"rule": EVIL, "severity": EVIL, "message": EVIL, "source_url": EVIL}
    made = line(1, f"New {EVIL}", EVIL, id=EVIL, repairs=[EVIL], generator=EVIL, scores=[score],
                warnings=[warning])  # fmt: skip
    analysis = analysed([made, made | {"row": 2}], None)
    text = to_html(analysis)
    assert len(re.findall(r"<script>(?!alert)", text)) == 2  # the chart library and charts.js
    assert "<script>alert" not in text
    assert "<img" not in text
    assert "&lt;script&gt;alert(1)" in text
    markdown = to_markdown(analysis)
    assert "<script>" not in markdown.replace(r"\<script\>", "")


def test_the_page_runs_in_a_browser(analysed: Analyse) -> None:
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
        page.set_content(to_html(analysed()))
        page.wait_for_timeout(200)
        drawn = page.evaluate(
            "[...document.querySelectorAll('canvas')].filter(c => c.width > 200).length"
        )
        canvases = page.evaluate("document.querySelectorAll('canvas').length")
        wide = page.evaluate("document.documentElement.scrollWidth")
        browser.close()
    assert problems == []
    assert drawn == canvases >= 6
    assert wide == 390  # tables scroll by themselves, the page doesn't
