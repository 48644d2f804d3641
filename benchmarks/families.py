"""The families side by side, as `titlewright compare` measured them: tables and plots for docs/.

titlewright compare FEEDS_TRAIN/icecat.jsonl --test FEEDS/icecat.jsonl -o OUT --minutes 4
python benchmarks/families.py icecat --keep OUT     into results/families-icecat.json
python benchmarks/families.py icecat --plot         docs/images/families-icecat-*.svg
python benchmarks/families.py icecat --show         the tables as Markdown
"""

from __future__ import annotations

import argparse
import json
from itertools import product
from pathlib import Path
from typing import Any

from titlewright.evaluation.comparing.page import game_chart, learning_chart, speed_chart
from titlewright.evaluation.comparing.tables import markdown

RESULTS = Path(__file__).parent / "results"
IMAGES = Path(__file__).parents[1] / "docs" / "images"
_INK = "#17202b"
_LETTER = 6  # points of a label's width for each
_UP = (0, 8, -8, 16, -16, 24, -24, 32, -32)  # points by which a label may move


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
    if chart.get("logarithmic"):
        axes.set_xscale("log")
        axes.margins(x=0.12)
    if chart.get("joined"):
        axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
    axes.set_xlabel(chart["labelTitle"])
    axes.set_ylabel(chart["valueTitle"])
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color="#e1e5ea")
    if not chart.get("joined"):
        _label(figure, axes, chart["points"][0]["points"])
    figure.savefig(path, metadata={"Date": None}, facecolor="white")
    pyplot.close(figure)


def _label(figure: Any, axes: Any, points: list[dict[str, Any]]) -> None:
    figure.canvas.draw()  # only now it is known where the points lie
    pixels = axes.transData.transform([(point["x"], point["y"]) for point in points])
    places = [(x * 72 / figure.dpi, y * 72 / figure.dpi) for x, y in pixels]
    names = [point["label"] for point in points]
    for point, (right, up) in zip(points, _placed(names, places), strict=True):
        axes.annotate(
            point["label"], (point["x"], point["y"]), xytext=(right, up),
            textcoords="offset points", color=_INK, va="center",
            ha="left" if right > 0 else "right",
        )  # fmt: skip


def _placed(names: list[str], places: list[tuple[float, float]]) -> list[tuple[int, int]]:
    """For each label how far it moves right and up from its point, in points, so that it covers
    neither another one nor a point; left of it where the first is negative.

    `places` are those of the points, in points of the page.
    """
    taken = [(x - 4, y - 4, x + 4, y + 4) for x, y in places]
    moves = [(0, 0)] * len(names)
    for at in sorted(range(len(names)), key=lambda at: -places[at][1]):
        x, y = places[at]
        width = _LETTER * len(names[at])
        for up, right in product(_UP, (7, -7)):
            left = x + right if right > 0 else x + right - width
            box = (left, y + up - 5, left + width, y + up + 5)
            if not any(_overlap(box, other) for number, other in enumerate(taken) if number != at):
                moves[at] = right, up
                taken.append(box)
                break
    return moves


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return (
        one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
    )  # fmt: skip


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
