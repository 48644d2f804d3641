"""The page: safe to open, true to the source, quick with a thousand titles, usable by keyboard."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from explaining_helpers import BOOTS, TITLES, explained

from titlewright.channels import get_channel
from titlewright.explaining.page import pieces, to_html
from titlewright.explaining.records import Explanation, Touched
from titlewright.explaining.wording import LANGUAGES, wording
from titlewright.records import Product, Span

EVIL = '</script><script>alert(1)</script><img src=x onerror="alert(2)"> {{ 7 * 7 }}'
CHANNELS = {"google": get_channel("google")}
OPENS_IN = 2.0  # seconds, a page of a thousand titles


def evil() -> Explanation:
    """An explanation all of whose texts would run if they were taken for mark-up."""
    product = Product(
        id=EVIL,
        title=f"mug {EVIL}",
        description=f"A red mug. {EVIL}",
        brand="Acme",
        attributes={EVIL: f"mug {EVIL}"},
    )
    found = explained(["Acme Red Mug", "Acme Mug"], product)
    bad = Touched(EVIL, "stays", EVIL, "warning", "", "javascript:alert(3)")
    return replace(found, rules=(bad,), previous_title=EVIL)


def thousand() -> list[Explanation]:
    """A thousand explanations of ordinary size, each of a product of its own."""
    text = "It keeps feet dry on long walks and dries over night beside the stove. " * 8
    product = replace(BOOTS, description=f"{BOOTS.description} {text}")
    found = explained([*TITLES, "Fjell Waterproof Leather Boots with Grippy Sole"], product)
    return [replace(found, row=row, product_id=f"b-{row}") for row in range(1, 1001)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api")
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium on this machine")
    with sync_api.sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Any]:
    """Opens a page from disk; at the end nothing may have gone wrong or been fetched."""
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("dialog", lambda dialog: (problems.append("dialog"), dialog.dismiss()))
    page.on(
        "request",
        lambda request: (
            problems.append(request.url) if not request.url.startswith("file:") else None
        ),
    )

    def show(text: str) -> Any:
        path = tmp_path / "page.html"
        path.write_text(text, encoding="utf-8")
        page.goto(path.as_uri())
        return page

    yield show
    page.close()
    assert problems == []


def test_texts_are_cut_at_the_ends_of_spans() -> None:
    spans = [(0, Span(0, 3)), (1, Span(2, 5)), (2, Span(5, 5))]
    assert pieces("abcdef", spans) == [("ab", [0]), ("c", [0, 1]), ("de", [1]), ("f", [])]
    assert pieces("", []) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_needs_nothing_else_and_nothing_runs(language: str) -> None:
    text = to_html([evil()], wording(language), CHANNELS, EVIL)
    assert text.count("<script>") == 1
    assert "alert(1)</script>" not in text
    assert "<img" not in text
    assert 'href="javascript:' not in text
    assert "src=" not in text.replace("img src=x", "").replace("default-src", "").replace(
        "img-src", ""
    )
    assert 'lang="zh-Hans"' in text if language == "zh" else 'lang="en"' in text


def test_no_titles_make_a_page_too() -> None:
    assert "0 titles" in to_html([], wording("en"), {}, "")


def test_a_harmful_feed_is_shown_as_text(opened: Any) -> None:
    page = opened(to_html([evil()], wording("en"), CHANNELS, EVIL))
    assert EVIL in page.locator(".details").inner_text()
    assert page.locator(".details a").count() == 0
    assert page.locator("img").count() == 0


def test_every_span_of_the_page_stands_in_the_source_beside_it(opened: Any) -> None:
    """Emoji before it included, which browsers count as two."""
    found = explained()
    page = opened(to_html([found], wording("en"), CHANNELS))
    title = page.locator("h2")
    assert title.inner_text() == found.title
    sources = dict(found.fields)
    fields = page.locator(".fields dd")
    assert fields.count() == len(sources)
    shown = [fields.nth(number).inner_text() for number in range(fields.count())]
    assert shown == list(sources.values())
    for number, backing in enumerate(found.backings):
        word = title.locator(f'[data-span="{number}"]')
        assert word.inner_text() == backing.text
        marks = page.locator(f'mark[data-spans~="{number}"]')
        assert "".join(marks.all_inner_texts()) == backing.source_text
        (where,) = {
            marks.nth(n).locator("xpath=ancestor::dd").inner_text() for n in range(marks.count())
        }
        assert where == sources[backing.field]
        assert backing.source_text in where


def test_long_fields_are_shown_around_their_spans(opened: Any) -> None:
    product = replace(BOOTS, description="Long words. " * 200 + BOOTS.description, title="")
    found = explained(product=product)
    page = opened(to_html([found], wording("en"), CHANNELS))
    text = page.locator(".fields dd", has_text="grippy").inner_text()
    assert len(text) < 700
    assert text.startswith("…")
    assert text.strip("… ") in product.description


def test_contributions_on_the_page_sum_to_the_score(opened: Any) -> None:
    found = explained()
    page = opened(to_html([found], wording("en"), CHANNELS))
    values = page.locator(".parts [data-value]").evaluate_all(
        "cells => cells.map(cell => +cell.dataset.value)"
    )
    assert len(values) == len(found.parts)
    assert sum(values) == pytest.approx(found.score, abs=1e-5 * len(values))


def test_pointing_and_tabbing_light_up_the_source(opened: Any) -> None:
    two = [explained(), replace(explained(), row=2)]
    page = opened(to_html(two, wording("en"), CHANNELS))
    first = page.locator("article").first
    first.locator("h2 .w").nth(1).hover()
    tip = page.locator("#tip")
    assert tip.is_visible()
    assert tip.locator("mark").inner_text() == two[0].backings[1].source_text
    page.keyboard.press("Escape")
    assert not tip.is_visible()
    first.locator(".open").focus()
    page.keyboard.press("Enter")
    assert first.locator(".open").get_attribute("aria-expanded") == "true"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    lit = first.locator("mark.on")
    assert lit.inner_text() == two[0].backings[1].source_text
    assert two[0].backings[1].text in first.locator(".told").inner_text()
    first.locator("mark").last.hover()
    assert first.locator("h2 .w.on").count() >= 1
    page.locator("article").nth(1).locator("h2 .w").first.click()
    assert page.locator("article").nth(1).locator("mark.on").count() == 1


def test_titles_are_found_and_filtered(opened: Any) -> None:
    apart = replace(
        explained(),
        row=2,
        title="Unlike Any Other",
        backings=(),
        rules=(Touched("", "repaired", "x"),),
    )
    page = opened(to_html([explained(), apart], wording("en"), CHANNELS))
    assert page.locator("#count").inner_text() == "2 of 2 shown"
    page.fill("#search", "OTHER unlike")
    assert page.locator("article:visible").count() == 1
    assert page.locator("#count").inner_text() == "1 of 2 shown"
    page.fill("#search", "nowhere")
    assert page.locator("#nothing").is_visible()
    page.fill("#search", "")
    page.select_option("#flag", "repaired")
    assert page.locator("article:visible h2").all_inner_texts() == ["Unlike Any Other"]


def test_a_thousand_titles_open_within_two_seconds(browser: Any, tmp_path: Path) -> None:
    """By the clock, the best of five; where the machine is overloaded, by the page's own work."""
    text = to_html(thousand(), wording("en"), CHANNELS)
    assert len(text) > 2_000_000
    path = tmp_path / "thousand.html"
    path.write_text(text, encoding="utf-8")
    by_clock, of_work = [], []
    for _ in range(5):
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        started = time.monotonic()
        page.goto(path.as_uri())
        page.wait_for_selector("article h2 .w")
        by_clock.append(time.monotonic() - started)
        measured = session.send("Performance.getMetrics")["metrics"]
        of_work += [one["value"] for one in measured if one["name"] == "TaskDuration"]
        assert page.locator("article").count() == 1000
        assert page.locator("#count").inner_text() == "1,000 of 1,000 shown"
        page.close()
    assert min(of_work) < OPENS_IN / 2, of_work
    if os.getloadavg()[0] <= (os.cpu_count() or 1):
        assert min(by_clock) < OPENS_IN, by_clock
