"""A comparison as rows of text: one form for the terminal, for Markdown and for the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from titlewright.evaluation.comparing.entrants import REFERENCE
from titlewright.evaluation.text_tables import Table, as_markdown

NONE = "–"
_ENOUGH = 10  # codes, products with a model
_LOSSES = (
    "“dev loss” is in nats a token of the family's own: it compares with itself, before and after. "
    "“a title” compares among those that write the same tokens: neural-lm, rnn, lstm, transformer, "
    "vae and gan. “dev ROUGE-L” compares. Epochs of gan are those of its three lessons together."
)


def quality(comparison: Mapping[str, Any]) -> Table:
    """The measures of the titles, the best first; ▲ and ▼ beside the n-gram, beyond chance."""
    heads = ("family", "ROUGE-L", "95 %", "chrF", "unsupported", "violations", "rejected",
             "brand kept", "distinct-2", "self-BLEU", "titles/s")  # fmt: skip
    rows = []
    for one in sorted(comparison["entrants"], key=lambda one: -_measure(one, "rougeL")):
        told = one["benchmark"]["measures"]
        low, high = one["benchmark"]["intervals"]["rougeL"]
        rows.append(
            (
                _name(one),
                _number(told["rougeL"], 3) + _mark(one),
                f"{low:.3f} … {high:.3f}",
                _number(told["chrf"], 1),
                _percent(told["unsupported_rate"]),
                _number(told["violations_per_1000"], 0),
                _percent(told["rejected_share"]),
                _number(told["brand_kept"], 2),
                _number(told["distinct2"], 2),
                _number(told["self_bleu"], 0),
                _number(one["titles_per_second"], 1),
            )
        )
    for name, told in comparison["baselines"].items():
        low, high = told["intervals"]["rougeL"]
        rows.append(
            (
                name.replace("_", " "),
                _number(told["rougeL"], 3),
                f"{low:.3f} … {high:.3f}",
                _number(told["chrf"], 1),
                _percent(told["unsupported_rate"]),
                _number(told["violations_per_1000"], 0),
                _percent(told["rejected_share"]),
                _number(told["brand_kept"], 2),
                NONE,
                NONE,
                NONE,
            )
        )
    members = next((one["members"] for one in comparison["entrants"] if one.get("members")), ())
    return Table("Titles", heads, rows, note=f"ensemble: {', '.join(members)}." if members else "")


def training(comparison: Mapping[str, Any]) -> Table:
    """What was learnt within the time: parameters, steps, and dev before and after."""
    heads = ("family", "parameters", "seconds", "epochs", "dev loss before", "after",
             "a title", "dev ROUGE-L before", "after", "codes right", "codes kept",
             "model kept")  # fmt: skip
    rows = []
    for one in comparison["entrants"]:
        told, copied = one.get("training", {}), one.get("copying", {})
        before, after = told.get("untrained", {}), told.get("dev", {})
        rows.append(
            (
                _name(one),
                _count(told.get("parameters")),
                _number(told.get("seconds"), 0),
                _number(told.get("epochs"), 1),
                _number(before.get("loss"), 2),
                _number(after.get("loss"), 2),
                _number(after.get("loss_per_example"), 1),
                _number(before.get("rougeL"), 3),
                _number(after.get("rougeL"), 3),
                _share(copied, "right", of="written"),
                _share(copied, "kept", of="stated"),
                _share(copied, "model_kept", of="models"),
            )
        )
    return Table("Learning", heads, rows, note=_LOSSES)


def judging(comparison: Mapping[str, Any]) -> Table:
    """How often a judge puts a product's own title above a wrong one."""
    heads = ("judge", "above another product's", "95 %", "above the spoilt", "95 % ", "ECE",
             "parameters", "seconds", "titles/s")  # fmt: skip
    rows = []
    for one in comparison["judges"]:
        told, learnt = one["judging"], one.get("training", {})
        rows.append(
            (
                _name(one),
                _percent(told["other"]),
                _range(told["other_interval"]),
                _percent(told["spoilt"]),
                _range(told["spoilt_interval"]),
                _number(told["ece"], 3),
                _count(learnt.get("parameters")),
                _number(learnt.get("seconds"), 0),
                _number(told["titles_per_second"], 0),
            )
        )
    return Table("Judging", heads, rows)


def failures(comparison: Mapping[str, Any]) -> Table:
    """Who isn't in the other tables, and why."""
    rows = [(one["name"], one["why"]) for one in comparison.get("failed", ())]
    return Table("Failed", ("family", "why"), rows, words=(1,))


def tables(comparison: Mapping[str, Any]) -> list[Table]:
    """All that hold something."""
    made = [quality(comparison), training(comparison), judging(comparison), failures(comparison)]
    return [table for table in made if table.rows]


def markdown(comparison: Mapping[str, Any]) -> str:
    """The tables, to be pasted."""
    return "\n".join(as_markdown(table) for table in tables(comparison))


def _name(one: Mapping[str, Any]) -> str:
    return f"{one['name']} *" if one["pretrained"] else str(one["name"])


def _measure(one: Mapping[str, Any], name: str) -> float:
    return float(one["benchmark"]["measures"][name] or 0.0)


def _mark(one: Mapping[str, Any]) -> str:
    """Whether it is better or worse than the n-gram, by the paired difference."""
    there = one["benchmark"]["baselines"].get(REFERENCE)
    if there is None:
        return ""
    low, high = there["differences"]["rougeL"]
    return "" if low <= 0 <= high else " ▲" if low > 0 else " ▼"


def _number(value: float | None, digits: int) -> str:
    return NONE if value is None else f"{value:,.{digits}f}"


def _percent(value: float | None) -> str:
    return NONE if value is None else f"{100 * value:.1f} %"


def _share(copied: Mapping[str, Any], name: str, *, of: str) -> str:
    """A share of so many; of a few it would say nothing."""
    return _percent(copied[name]) if copied.get(of, 0) >= _ENOUGH else NONE


def _range(bounds: Sequence[float]) -> str:
    return f"{100 * bounds[0]:.0f} … {100 * bounds[1]:.0f} %"


def _count(value: float | None) -> str:
    if not value:
        return NONE
    return f"{value / 1e6:.1f} M" if value >= 1e6 else f"{value / 1e3:.0f} k"
