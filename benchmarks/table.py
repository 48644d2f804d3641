"""The table of generators on the test split of every data set, with intervals.

    python benchmarks/datasets.py --out FEEDS
    python benchmarks/table.py --feeds FEEDS                          compact and the baselines
    python benchmarks/table.py --feeds FEEDS --beside smollm --limit 100 --out small.json
    python benchmarks/table.py --show [--out small.json]              the tables as Markdown

Each set is a run of `titlewright benchmark`; what it found is kept set by set, so that a run that
was stopped goes on where it was, and sets can be measured anew with --only. With --keep FOLDER
generators are asked once: after a change of the ranking only the choice is made anew (titles per
second then mean nothing). With judgments (those
of crowdflower) compact is measured a second time without inferred product types.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from kept import Kept
from titlewright.channels import get_channel
from titlewright.evaluation.benchmark import benchmark
from titlewright.evaluation.measures import LOWER_IS_BETTER
from titlewright.generators import Generator, create
from titlewright.pipeline import Pipeline

RESULTS = Path(__file__).parent / "results"
SHOWN = {"rougeL": 3, "chrf": 1, "unsupported_rate": 4, "violations_per_1000": 1,
         "rejected_share": 3}  # fmt: skip
FOUND = {"ndcg10": 3, "mrr": 3}
NAMES = {
    "rougeL": "ROUGE-L", "chrf": "chrF", "unsupported_rate": "unsupported",
    "violations_per_1000": "violations per 1,000", "rejected_share": "rejected",
    "ndcg10": "nDCG@10", "mrr": "MRR",
}  # fmt: skip


def untyped(*arguments: Any, **options: Any) -> Any:
    return Pipeline(*arguments, **options, infer=False).run


def opened(name: str, folder: Path | None) -> Generator:
    generator = create(name)
    return Kept(generator, folder) if folder else generator


def measure(feed: Path, options: argparse.Namespace) -> dict[str, Any]:
    judgments = feed.with_suffix(".judgments.csv")
    graded = judgments if judgments.exists() else None
    run = partial(
        benchmark,
        feed,
        generator=opened(options.generator, options.keep),
        channel=get_channel(options.channel),
        judgments=graded,
        limit=options.limit,
        candidates=options.candidates,
    )
    result = run(beside={name: opened(name, options.keep) for name in options.beside})
    if graded:
        plain = run(pipeline=untyped)
        result["without_types"] = {
            name: {"value": plain["measures"][name], "interval": plain["intervals"][name]}
            for name in (*FOUND, *SHOWN)
        }
    return result


def markdown(results: dict[str, Any]) -> Iterator[str]:
    """One table a measure: sets down, systems across; ▲ and ▼ as in `titlewright benchmark`."""
    for name, digits in (SHOWN | FOUND).items():
        rows = {key: one for key, one in results.items() if one["measures"].get(name) is not None}
        if not rows:
            continue
        first = next(iter(rows.values()))
        systems = [*first["baselines"]]
        yield f"**{NAMES[name]}**\n"
        heads = [first["generator"], "95 % interval", *(one.replace("_", " ") for one in systems)]
        yield f"| set | products | {' | '.join(heads)} |"
        yield "|---|---:|" + "---:|" * len(heads)
        for key, one in rows.items():
            low, high = one["intervals"][name]
            cells = [f"{one['measures'][name]:.{digits}f}", f"{low:.{digits}f} … {high:.{digits}f}"]
            for system in systems:
                there = one["baselines"].get(system, {})
                cells.append(_cell(there, name, digits))
            yield f"| {key} | {one['products']:,} | {' | '.join(cells)} |"
        if name in FOUND:
            for key, one in rows.items():
                plain = one["without_types"][name]
                low, high = plain["interval"]
                yield (
                    f"\n{key} without inferred types: {plain['value']:.{digits}f} "
                    f"({low:.{digits}f} … {high:.{digits}f})"
                )
        yield ""


def _cell(there: dict[str, Any], name: str, digits: int) -> str:
    value = there.get(name)
    if value is None:
        return "–"
    bounds = there["differences"].get(name)
    mark = ""
    if bounds and not bounds[0] <= 0 <= bounds[1]:
        mark = " ▲" if (bounds[0] > 0) != (name in LOWER_IS_BETTER) else " ▼"
    return f"{value:.{digits}f}{mark}"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--feeds", type=Path)
    parser.add_argument("--only", help="sets, by commas; they are measured anew")
    parser.add_argument("--generator", default="compact")
    parser.add_argument("--beside", action="append", default=[], help="further generators")
    parser.add_argument("--channel", default="google")
    parser.add_argument("--limit", type=int, help="products a set, a seeded sample")
    parser.add_argument("--candidates", type=int, default=5)
    parser.add_argument("--keep", type=Path, help="folder of candidates that were written before")
    parser.add_argument("--out", default="table.json", help="file in benchmarks/results")
    parser.add_argument("--show", action="store_true", help="print what was measured, as Markdown")
    options = parser.parse_args()
    path = RESULTS / options.out
    results = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if options.show:
        print("\n".join(markdown(results)))
        return
    if options.feeds is None:
        parser.error("say where benchmarks/datasets.py wrote the feeds: --feeds FOLDER")
    chosen = options.only.split(",") if options.only else None
    for feed in sorted(options.feeds.glob("*.jsonl")):
        if feed.stem in results if chosen is None else feed.stem not in chosen:
            continue
        started = time.monotonic()
        result = measure(feed, options)
        result["command"] = result["command"].replace(str(options.feeds), "FEEDS")
        results[feed.stem] = result
        path.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
        print(f"{feed.stem}: {time.monotonic() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main()
