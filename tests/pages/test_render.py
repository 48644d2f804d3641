"""The base page: escaping, code in advice, shares, and a security policy that fits the scripts."""

import base64
import hashlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from titlewright.pages import asset, percent, render, security_policy


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "page.html").write_text(
        '{% extends "base.html" %}{% block main %}<p>{{ words | code }}</p>{% endblock %}', "utf-8"
    )
    return tmp_path


def test_values_are_escaped_and_backticks_are_code(folder: Path) -> None:
    page = render("page.html", folder, words="run `a<b>` & go")
    assert "<p>run <code>a&lt;b&gt;</code> &amp; go</p>" in page


def test_a_missing_value_is_an_error(folder: Path) -> None:
    with pytest.raises(UndefinedError):
        render("page.html", folder)


def test_the_policy_allows_exactly_the_scripts_on_the_page(folder: Path) -> None:
    page = render("page.html", folder, words="")
    scripts = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    assert len(scripts) == 2
    for script in scripts:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in security_policy()


def test_the_chart_library_carries_its_licence() -> None:
    assert "MIT" in asset("chart.umd.min.js")[:400]
    assert "Chart.js Contributors" in asset("chart.js-LICENSE.md")


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0 %"),
        (0.0004, "<0.1 %"),
        (0.034, "3.4 %"),
        (0.62, "62 %"),
        (0.9995, ">99.9 %"),
        (1, "100 %"),
    ],
)
def test_percent(share: float, text: str) -> None:
    assert percent(share) == text


def test_import_is_light() -> None:
    code = "import sys, titlewright.pages; sys.exit('jinja2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
