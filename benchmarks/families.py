"""The families side by side, as `titlewright compare` measured them: tables and plots for docs/.

titlewright compare FEEDS_TRAIN/icecat.jsonl --test FEEDS/icecat.jsonl -o OUT --minutes 4
python benchmarks/families.py icecat --keep OUT     into results/families-icecat.json
python benchmarks/families.py icecat --plot         docs/images/families-icecat-*.svg
python benchmarks/families.py icecat --show         the tables as Markdown
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from titlewright.evaluation.comparing.page import game_chart, learning_chart, speed_chart
from titlewright.evaluation.comparing.tables import markdown

RESULTS = Path(__file__).parent / "results"
IMAGES = Path(__file__).parents[1] / "docs" / "images"
_INK = "#17202b"
_HEIGHT = 450  # points of the plot for a ROUGE-L of 1


def kept(name: str) -> Path:
    return RESULTS / f"families-{name}.json"


def keep(folder: Path, name: str) -> None:
    """What the tables and plots need of a comparison, without paths of the machine."""
    told = json.loads((folder / "comparison.json").read_text(encoding="utf-8"))
    for one in (*told["entrants"], *told["judges"]):
        one.pop("place", None)
        one.get("benchmark", {}).pop("command", None)
    kept(name).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def plot(name: str, comparison: dict[str, Any]) -> None:
    """Quality against speed, against training time, and what a GAN did meanwhile."""
    import matplotlib as mpl

    mpl.use("Agg")
    # the text stays text, and the same figures give the same file
    mpl.rcParams |= {"svg.fonttype": "none", "svg.hashsalt": "titlewright", "font.size": 10}
    IMAGES.mkdir(exist_ok=True)
    charts = (("speed", speed_chart), ("learning", learning_chart), ("gan", game_chart))
    for kind, chart in charts:
        _figure(chart(comparison), IMAGES / f"families-{name}-{kind}.svg")


def _figure(chart: dict[str, Any], path: Path) -> None:
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(8, 4.6), layout="constrained")
    for number, series in enumerate(chart["points"]):
        x = [point["x"] for point in series["points"]]
        y = [point["y"] for point in series["points"]]
        if chart.get("joined"):
            style = ("-", "--", ":")[number // 10 % 3]
            axes.plot(x, y, style, marker=".", label=series["name"])
            continue
        axes.plot(x, y, "o", color="#2563c9")
        for point, (left, move) in zip(series["points"], _apart(series["points"]), strict=True):
            axes.annotate(
                point["label"], (point["x"], point["y"]), xytext=(-6 if left else 6, move),
                textcoords="offset points", color=_INK, va="center",
                ha="right" if left else "left",
            )  # fmt: skip
    if chart.get("logarithmic"):
        axes.set_xscale("log")
        axes.margins(x=0.12)
    if chart.get("joined"):
        axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
    axes.set_xlabel(chart["labelTitle"])
    axes.set_ylabel(chart["valueTitle"])
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color="#e1e5ea")
    figure.savefig(path, metadata={"Date": None}, facecolor="white")
    pyplot.close(figure)


def _apart(points: list[dict[str, Any]]) -> list[tuple[bool, int]]:
    """Whether each label stands on the left, where another point is close on the right, and how far
    it moves down, in points, so that labels don't cover each other."""

    def close(one: dict[str, Any], other: dict[str, Any]) -> bool:
        near = abs(other["y"] - one["y"]) * _HEIGHT < 14
        return bool(near and 1 < other["x"] / one["x"] < 2)

    places = [(False, 0)] * len(points)
    taken: list[tuple[dict[str, Any], bool, float]] = []
    for index in sorted(range(len(points)), key=lambda at: -points[at]["y"]):
        point = points[index]
        left = any(close(point, other) for other in points)
        height, move = point["y"] * _HEIGHT, 0
        while any(
            abs(at - height - move) < 11 and side == left and 1 / 2 < other["x"] / point["x"] < 2
            for other, side, at in taken
        ):
            move -= 2
        places[index] = left, move
        taken.append((point, left, height + move))
    return places


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("name", help="the data set")
    parser.add_argument("--keep", type=Path, metavar="OUT", help="what `compare` wrote")
    parser.add_argument("--plot", action="store_true")
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    if options.keep:
        keep(options.keep, options.name)
    comparison = json.loads(kept(options.name).read_text(encoding="utf-8"))
    if options.plot:
        plot(options.name, comparison)
    if options.show:
        print(markdown(comparison), end="")


if __name__ == "__main__":
    main()
