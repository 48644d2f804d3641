"""Write the planted-error set from the data folder, and measure detectors on it.

    python benchmarks/planted.py --out planted.jsonl [--seed 0] [--limit 800]
    python benchmarks/planted.py --measure planted.jsonl [--split test] [--mistakes 20]

The two steps are apart so that one file can be measured before and after a change.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from datasets import READERS, data_folder
from titlewright.errors import TitlewrightError
from titlewright.evaluation.detection import (
    Detection,
    grounding_detector,
    measure_detector,
    word_set_rule,
)
from titlewright.evaluation.planted import Case, build_cases, read_cases, write_cases


def build(out: Path, *, seed: int, limit: int, only: list[str]) -> None:
    folder = data_folder()
    cases: list[Case] = []
    for name in only:
        sources = READERS[name](folder)
        made = build_cases(
            name, ((source.product, source.group) for source in sources), seed=seed, limit=limit
        )
        kinds = Counter("error" if not case.supported else case.kind for case in made)
        print(f"{name}: {len(made)} cases, {dict(kinds)}", file=sys.stderr)
        cases += made
    out.parent.mkdir(parents=True, exist_ok=True)
    write_cases(cases, out)
    rewordings = {case.variant for case in cases if case.kind == "rewording"}
    kinds = Counter(case.kind for case in cases)
    print(f"{out}: {len(cases)} cases, {len(rewordings)} kinds of rewording, {dict(kinds)}")


def measure(path: Path, *, split: str, mistakes: int) -> None:
    cases = [case for case in read_cases(path) if split in ("all", case.split)]
    detectors = {"grounding": grounding_detector(), "word-set rule": word_set_rule}
    results = {name: measure_detector(cases, one) for name, one in detectors.items()}
    console = Console()
    console.print(summary(results, f"{len(cases)} cases, split {split}"))
    for case in results["grounding"].mistakes[:mistakes]:
        console.print(
            f"[{'red' if case.supported else 'yellow'}]"
            f"{'flagged' if case.supported else 'missed'}[/] {case.dataset} {case.kind} "
            f"({case.variant}): {case.title!r} planted {case.planted!r} for {case.original!r}",
            highlight=False,
        )


def summary(results: dict[str, Detection], title: str) -> Table:
    """Detectors side by side: the totals, then the share judged rightly for each kind."""
    table = Table("measure", "cases", *results, title=title)
    for name in ("precision", "recall", "rewordings_passed", "clean_passed"):
        table.add_row(name, "", *(_percent(getattr(one, name)) for one in results.values()))
    table.add_section()
    first = next(iter(results.values()))
    for kind in sorted(first.kinds):
        shares = (_percent(one.kinds[kind].share) for one in results.values())
        table.add_row(kind, str(first.kinds[kind].cases), *shares)
    return table


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Build or measure the planted-error set.")
    parser.add_argument("--out", type=Path, help="write the set to this JSON lines file")
    parser.add_argument("--measure", type=Path, help="measure detectors on this file")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--limit", type=int, default=800, help="cases per data set at most")
    parser.add_argument("--only", default=",".join(READERS), help="sets, separated by commas")
    parser.add_argument("--split", choices=["dev", "test", "all"], default="all")
    parser.add_argument("--mistakes", type=int, default=0, help="print this many mistakes")
    arguments = parser.parse_args()
    if not (arguments.out or arguments.measure):
        parser.error("give --out FILE to build the set, --measure FILE to measure on it, or both")
    only = arguments.only.split(",")
    if unknown := set(only) - READERS.keys():
        parser.error(f"unknown set {', '.join(sorted(unknown))}; choose from {', '.join(READERS)}")
    try:
        if arguments.out:
            build(arguments.out, seed=arguments.seed, limit=arguments.limit, only=only)
        if arguments.measure:
            measure(arguments.measure, split=arguments.split, mistakes=arguments.mistakes)
    except TitlewrightError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
