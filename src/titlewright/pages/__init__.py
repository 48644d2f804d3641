"""Self-contained HTML pages: one base template, its styles, and charts, all inlined.

A page needs no network and no other file. Values are escaped by the template engine, and the
page's own security policy lets no script run but ours, by its hash.

Chart.js 4.6.1 (assets/chart.umd.min.js) is MIT-licensed; its licence stands beside it.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment

_HERE = Path(__file__).parent
CHARTS = ("chart.umd.min.js", "charts.js")


def render(
    template: str,
    folder: Path | None = None,
    *,
    scripts: tuple[str, ...] = CHARTS,
    **context: object,
) -> str:
    """The page of a template in `folder` (or one of ours), which may extend "base.html".

    The base template has the blocks language, title, style, header, main and footer. `scripts` are
    files in assets/, those that draw charts unless a page needs others: with them a
    `<figure data-chart>` that holds a `<canvas>` and a `<script type="application/json">` becomes
    a chart, see charts.js.
    """
    return _environment(folder).get_template(template).render(scripts=scripts, **context)


@cache
def asset(name: str) -> str:
    """The text of a file in assets/."""
    return (_HERE / "assets" / name).read_text("utf-8")


@cache
def security_policy(scripts: tuple[str, ...] = CHARTS) -> str:
    """What the page may do: run its own scripts and style itself, nothing else."""
    hashes = " ".join(f"'sha256-{_digest(asset(name))}'" for name in scripts)
    return f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:"


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


@cache
def _environment(folder: Path | None) -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    folders = [_HERE / "templates"] if folder is None else [folder, _HERE / "templates"]
    environment = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["asset"] = lambda name: Markup(asset(name))  # our own files
    environment.globals["security_policy"] = security_policy
    environment.filters["number"] = lambda value: f"{value:,}"
    environment.filters["percent"] = percent
    environment.filters["signed"] = signed
    environment.filters["code"] = _code
    return environment


def _code(text: str) -> str:
    """Text with what stands between backticks as code; all of it is escaped."""
    from markupsafe import Markup, escape

    parts = (escape(part) for part in text.split("`"))
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if index % 2 else part
        for index, part in enumerate(parts)
    )


def percent(share: float) -> str:
    """A share in [0, 1] for people: "0 %", "<0.1 %", "3.4 %", "62 %", "100 %"."""
    if not 0 < share < 1:
        return f"{share:.0%}".replace("%", " %")
    if share < 0.001:
        return "<0.1 %"
    if share > 0.999:
        return ">99.9 %"
    return f"{100 * share:.1f} %" if share < 0.1 else f"{100 * share:.0f} %"


def signed(change: float) -> str:
    """A relative change for people: "+12 %", "−3.4 %"."""
    digits = 1 if abs(change) < 0.1 else 0
    return f"{change:+.{digits}%}".replace("%", " %").replace("-", "−")
