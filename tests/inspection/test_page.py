"""The report on the terminal and as a page: readable, self-contained, and safe to open."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from rich.console import Console

from titlewright.channels import load_channels
from titlewright.feeds import Row
from titlewright.inspection import FeedReport, inspect_feed, render, to_html
from titlewright.records import Product, Reject

EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(2)> [bold]x[/bold]"


@pytest.fixture(scope="module")
def report() -> FeedReport:
    nasty = Product(id=EVIL, title=EVIL, description=EVIL, brand=EVIL, attributes={EVIL: EVIL})
    products = [nasty, nasty, replace(nasty, id="3", title=f"{EVIL} FREE SHIPPING {'long ' * 60}")]
    feed = [Row(number, product, titled=True) for number, product in enumerate(products, 1)]
    reject = Reject(4, EVIL, EVIL, f"Bad {EVIL}", EVIL)
    channels = load_channels()
    return inspect_feed([*feed, reject], [channels["amazon"], channels["google"]])


class Page(HTMLParser):
    """Collects what could run or load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.loads: list[str] = []
        self.handlers: list[str] = []
        self.tables = self.charts = 0
        self._in_script = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.handlers += [name for name in named if name.startswith("on")]
        if tag in {"img", "link", "iframe", "object", "embed", "source", "base"} or "src" in named:
            self.loads.append(tag)
        self.tables += tag == "table"
        self.charts += tag == "canvas"
        if tag == "script" and named.get("type") != "application/json":
            self._in_script = True
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.scripts[-1] += data

    def handle_endtag(self, tag: str) -> None:
        self._in_script = self._in_script and tag != "script"


def test_values_are_inert_and_nothing_is_loaded(report: FeedReport) -> None:
    text = to_html(report, EVIL)
    page = Page(text)
    assert len(page.scripts) == 2  # the chart library and charts.js
    assert not any("alert(" in script for script in page.scripts)
    assert page.loads == []
    assert page.handlers == []
    assert "&lt;script&gt;alert(1)" in text
    assert "default-src &#39;none&#39;" in text or "default-src 'none'" in text


def test_every_chart_has_its_table(report: FeedReport) -> None:
    page = Page(to_html(report))
    assert page.charts == 5
    assert page.tables >= page.charts


def test_an_empty_feed_makes_a_page_and_a_table() -> None:
    empty = inspect_feed([])
    assert "Nothing to fix was found" in to_html(empty)
    console = Console(width=100, record=True, quiet=True)
    console.print(render(empty))
    assert "Nothing to fix was found" in console.export_text() or console.export_text() == ""


def test_the_terminal_report_fits_and_shows_text_as_it_is(report: FeedReport) -> None:
    console = Console(width=100, force_terminal=False, no_color=True)
    with console.capture() as capture:
        console.print(render(report))
    lines = capture.get().splitlines()
    assert max(map(len, lines)) <= 100
    text = "\n".join(lines)
    assert "What to fix first" in text
    assert "[bold]" in text  # not taken for mark-up
    assert re.search(r"Amazon +75 +\d", text)


def test_private_data_does_not_reach_the_page() -> None:
    product = Product(id="1", title="Mug, write to jane.doe@example.com", description="x")
    report = inspect_feed([Row(1, product, True), Row(2, product, True)])
    assert "jane.doe" not in to_html(report)


def test_the_page_runs_in_a_browser(report: FeedReport, tmp_path: object) -> None:
    sync_api = pytest.importorskip("playwright.sync_api")
    import shutil

    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    if browser_path is None:
        pytest.skip("no Chromium on this machine")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        page = browser.new_page()
        problems: list[str] = []
        page.on("console", lambda message: problems.append(message.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("dialog", lambda dialog: problems.append("dialog " + dialog.message))
        page.on("request", lambda request: problems.append(request.url))
        page.set_content(to_html(report, EVIL))
        page.wait_for_timeout(200)
        drawn = page.evaluate(
            "[...document.querySelectorAll('canvas')].filter(c => c.width > 300).length"
        )
        browser.close()
    assert problems == []
    assert drawn == 5
