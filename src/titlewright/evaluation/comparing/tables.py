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
    """How close the titles are to the sellers', the best first, and how quickly they come; ▲ and ▼
    beside the n-gram, beyond chance."""
    heads = ("family", "ROUGE-L", "95 %", "ROUGE-1", "chrF", "rejected", "titles/s")
    rows = []
    for one in _best_first(comparison):
        told = one["benchmark"]
        speed = _number(one["titles_per_second"], 1)
        close = _closeness(told["measures"], told["intervals"], _mark(one))
        rows.append((_name(one), *close, speed))
    for name, told in comparison["baselines"].items():
        rows.append((name.replace("_", " "), *_closeness(told, told["intervals"]), NONE))
    members = next((one["members"] for one in comparison["entrants"] if one.get("members")), ())
    return Table("Titles", heads, rows, note=f"ensemble: {', '.join(members)}." if members else "")


def _closeness(
    measures: Mapping[str, Any], intervals: Mapping[str, Any], mark: str = ""
) -> tuple[str, ...]:
    low, high = intervals["rougeL"]
    return (
        _number(measures["rougeL"], 3) + mark,
        f"{low:.3f} … {high:.3f}",
        _number(measures["rouge1"], 3),
        _number(measures["chrf"], 1),
        _percent(measures["rejected_share"]),
    )


def gates(comparison: Mapping[str, Any]) -> Table:
    """Whether the titles are true and allowed, keep the brand, and differ; in the same order."""
    heads = ("family", "unsupported", "fact errors", "violations", "brand kept", "distinct-1",
             "distinct-2", "self-BLEU")  # fmt: skip
    rows = []
    for one in _best_first(comparison):
        told = one["benchmark"]["measures"]
        varied = (
            _number(told["distinct1"], 2), _number(told["distinct2"], 2),
            _number(told["self_bleu"], 0),
        )  # fmt: skip
        rows.append((_name(one), *_truth(told), *varied))
    for name, told in comparison["baselines"].items():
        rows.append((name.replace("_", " "), *_truth(told), NONE, NONE, NONE))
    note = "Fact errors and violations are those of a thousand titles."
    return Table("True, allowed, varied", heads, rows, note=note)


def _truth(measures: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        _percent(measures["unsupported_rate"]),
        _number(measures["fact_errors_per_1000"], 0),
        _number(measures["violations_per_1000"], 0),
        _number(measures["brand_kept"], 2),
    )


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
    """How often a judge puts a product's own title above a wrong one, and how it learnt that."""
    heads = ("judge", "above another product's", "95 %", "above the spoilt", "95 % ", "ECE",
             "parameters", "seconds", "dev loss before", "after", "titles/s")  # fmt: skip
    rows = []
    for one in comparison["judges"]:
        told, learnt = one["judging"], one.get("training", {})
        learnt_to_judge = learnt if one["judge"] else {}  # of others the losses are of writing
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
                _number(learnt_to_judge.get("untrained", {}).get("loss"), 3),
                _number(learnt_to_judge.get("dev", {}).get("loss"), 3),
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
    made = [table(comparison) for table in (quality, gates, training, judging, failures)]
    return [table for table in made if table.rows]


def markdown(comparison: Mapping[str, Any]) -> str:
    """The tables, to be pasted."""
    return "\n".join(as_markdown(table) for table in tables(comparison))


def _best_first(comparison: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return sorted(comparison["entrants"], key=lambda one: -_measure(one, "rougeL"))


def _name(one: Mapping[str, Any]) -> str:
    return f"{one['name']} *" if one["pretrained"] else str(one["name"])


def _measure(one: Mapping[str, Any], name: str) -> float:
    return float(one["benchmark"]["measures"][name] or 0.0)


def _mark(one: Mapping[str, Any]) -> str:
    """Whether it is better or worse than the n-gram, by the paired difference; ? is unknown."""
    if one["name"] == REFERENCE:
        return ""
    there = one["benchmark"]["baselines"].get(REFERENCE)
    if there is None:
        return " ?"  # measured before the n-gram was there
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
    if value < 1e3:
        return f"{value:.0f}"
    return f"{value / 1e6:.1f} M" if value >= 1e6 else f"{value / 1e3:.0f} k"
