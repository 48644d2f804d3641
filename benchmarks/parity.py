"""Do the exported graphs of the compact model write what PyTorch writes?

On the same products, one beam each, the best title of three ways to run the same weights: PyTorch
in float32, ONNX Runtime in float32, and the shipped int8 graphs, whose activations are rounded too.
The first two must agree; how much rounding changes is told by the titles' ROUGE-L.

    python benchmarks/datasets.py --out FEEDS
    python benchmarks/parity.py --feeds FEEDS [--products 500]
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from titlewright.evaluation.benchmark import read_products
from titlewright.evaluation.overlap import overlaps
from titlewright.generators.compact.export import READER, WRITER, export
from titlewright.generators.compact.generator import SHIPPED, CompactGenerator
from titlewright.generators.compact.runtime import OnnxEngine
from titlewright.generators.compact.torch_engine import in_torch
from titlewright.records import Candidate, Product
from titlewright.text.leak import without_title

RESULTS = Path(__file__).parent / "results" / "parity.json"


def sample(feeds: Path, count: int) -> list[Product]:
    """As many products from each set as there are, up to an equal share, in a seeded order."""
    sets = [read_products(path) for path in sorted(feeds.glob("*.jsonl"))]
    share = -(-count // len(sets))
    rng = random.Random(0)
    found = [
        product for products in sets for product in rng.sample(products, min(share, len(products)))
    ]
    rng.shuffle(found)
    return found[:count]


def best(generator: CompactGenerator, products: Sequence[Product]) -> list[Candidate]:
    made = generator.generate(products, n=1)
    return [titles[0] if titles else Candidate("", generator.name, 0.0) for titles in made]


def show(report: dict[str, dict[str, float]]) -> None:
    print("| way to run it | products | same best title | ROUGE-L |")
    print("|---|---:|---:|---:|")
    for name, row in report.items():
        print(f"| {name} | {row['products']} | {row['same_title']:.1%} | {row['rougeL']:.3f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--feeds", type=Path)
    parser.add_argument("--products", type=int, default=500)
    parser.add_argument("--show", action="store_true", help="print what was measured last")
    options = parser.parse_args()
    if options.show:
        show(json.loads(RESULTS.read_text(encoding="utf-8")))
        return
    if options.feeds is None:
        parser.error("say where benchmarks/datasets.py wrote the feeds: --feeds FOLDER")
    sellers = sample(options.feeds, options.products)
    products = [replace(without_title(one)[0], title="") for one in sellers]
    plain = in_torch(SHIPPED)
    ways = {"PyTorch float32": best(plain, products)}
    with tempfile.TemporaryDirectory() as folder:
        export(plain.network, Path(folder), quantised=False)
        floats = CompactGenerator(SHIPPED)
        floats.use(OnnxEngine(Path(folder) / READER, Path(folder) / WRITER))
        ways["ONNX Runtime float32"] = best(floats, products)
    ways["ONNX Runtime int8, as shipped"] = best(CompactGenerator(SHIPPED), products)
    first = next(iter(ways.values()))
    report = {}
    for name, titles in ways.items():
        other = [
            (ours, theirs)
            for ours, theirs in zip(first, titles, strict=True)
            if ours.text != theirs.text
        ]
        gaps = [abs((a.log_probability or 0) - (b.log_probability or 0)) for a, b in other]
        scores = overlaps([title.text for title in titles], [one.title for one in sellers])
        report[name] = {
            "products": len(products),
            "same_title": round(1 - len(other) / len(products), 4),
            "median_gap_nats": round(statistics.median(gaps), 3) if gaps else None,
            "rougeL": round(statistics.fmean(score.rougeL for score in scores), 4),
        }
        for ours, theirs in other[:3]:
            print(f"   {ours.text!r} ({ours.log_probability:.2f})")
            print(f"   {theirs.text!r} ({theirs.log_probability:.2f})")
    show(report)
    RESULTS.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
