"""Is the title that is chosen better than the first one, and the best of 20 than the best of 5?

    python benchmarks/datasets.py --out FEEDS
    python benchmarks/choosing.py --feeds FEEDS     measure on the test split of every set
    python benchmarks/choosing.py --feeds FEEDS --mixture MIXTURE.jsonl
                                                    what the weights would be, learnt from sellers'
                                                    titles on the dev split of the same sets
    python benchmarks/choosing.py --show            what was measured last, as Markdown

The generator is asked once for 20 titles, of which fewer are the first. "First" is its first title
that is true and allowed. ROUGE-L is that to the seller's title, which nothing was shown; nDCG@10 is
that of people's judgments over the whole set's titles (crowdflower, never sampled). "Searches
known" chooses with the judged queries as a file of search terms, all searched equally often, as a
seller has them; which product answers which is for the ranking to find out.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from kept import Kept
from titlewright.channels import get_channel
from titlewright.evaluation.bootstrap import Sample, difference_interval, interval, mean_of
from titlewright.evaluation.findability import find_scores, read_judgments
from titlewright.evaluation.overlap import overlaps
from titlewright.evaluation.reading import read_products
from titlewright.generators import Generator, create
from titlewright.grounding import Grounder
from titlewright.pipeline import Pipeline
from titlewright.product_types import infer_types
from titlewright.ranking import WEIGHTS, rank
from titlewright.ranking.fitting import Opinion, fit, learn_weights
from titlewright.records import Candidate, Hints, Product, Reject, TitleResult
from titlewright.scorers import Scorer
from titlewright.scorers.demand import Demand, DemandScorer, Term
from titlewright.scorers.demand.brands import brands_of
from titlewright.text.leak import without_title

RESULTS = Path(__file__).parent / "results" / "choosing.json"
CHANNEL, MOST = "google", 20
WAYS = {"first": 1, "best of 5": 5, "best of 20": MOST}
MEASURED = {"ROUGE-L": "", "nDCG@10": "found ", "nDCG@10, searches known": "sought "}
COMPARED = (("best of 5", "first"), ("best of 20", "first"), ("best of 20", "best of 5"))


class Replayed:
    """Gives the titles that another generator made before, by the id of the product."""

    model_made = True

    def __init__(self, generator: Generator, products: Sequence[Product], n: int) -> None:
        self.name = generator.name
        hints = [Hints(max_length=get_channel(CHANNEL).max_length)] * len(products)
        made = generator.generate(products, n=n, hints=hints)
        self.made = {product.id: some for product, some in zip(products, made, strict=True)}

    def generate(
        self,
        products: Sequence[Product],
        *,
        n: int,
        hints: Sequence[Hints] | None = None,  # noqa: ARG002
        seed: int = 0,  # noqa: ARG002
    ) -> list[list[Candidate]]:
        return [self.made[product.id][:n] for product in products]


def write(
    products: Sequence[Product], replayed: Replayed, scorers: Sequence[Scorer] = ()
) -> dict[str, list[str]]:
    """The title of each product by each of WAYS; "" where there is none."""
    return {
        way: [_title(product, replayed, count, scorers) for product in products]
        for way, count in WAYS.items()
    }


def _title(product: Product, generator: Replayed, count: int, scorers: Sequence[Scorer]) -> str:
    """What the ranking chooses of so many; more where none of them is true and allowed."""
    made: TitleResult | Reject | None = None
    for more in range(count, MOST + 1):
        pipeline = Pipeline(
            generator, get_channel(CHANNEL), candidates=more, infer=False, scorers=scorers
        )
        (made,) = pipeline.run([product])
        if isinstance(made, TitleResult) and made.generator == generator.name:
            return made.title
    return made.title if isinstance(made, TitleResult) else ""


def measure(feed: Path, limit: int, generator: Generator) -> dict[str, list[float]]:
    """Per product ROUGE-L, per query nDCG@10 ("found first"...) of each way."""
    sellers = read_products(feed)
    judgments = feed.with_suffix(".judgments.csv")
    if not judgments.exists() and len(sellers) > limit:
        sellers = random.Random(0).sample(sellers, limit)
    products = list(infer_types([without_title(product)[0] for product in sellers]))
    replayed = Replayed(generator, products, MOST)
    titles = write(products, replayed)
    references = [product.title for product in sellers]
    found = {
        way: [one.rougeL for one in overlaps(some, references)] for way, some in titles.items()
    }
    if judgments.exists():
        graded, ids = read_judgments(judgments), [product.id for product in sellers]
        demand = Demand([Term(query, 1.0) for query in graded], brands=brands_of(products))
        known = write(products, replayed, [DemandScorer(demand)])
        for name, written in (("found", titles), ("sought", known)):
            for way, some in written.items():
                scores = find_scores(ids, some, graded)
                found[f"{name} {way}"] = [scores[query][0] for query in sorted(scores)]
    return found


def summary(found: dict[str, dict[str, list[float]]]) -> dict[str, Any]:
    """Means and differences over all products, and over all queries."""
    report: dict[str, Any] = {}
    for measured, prefix in MEASURED.items():
        samples = {
            way: mean_of([value for one in found.values() for value in one.get(prefix + way, [])])
            for way in WAYS
        }
        if samples["first"].value is None:
            continue
        report[measured] = {
            "units": len(samples["first"].numerator),
            "values": {way: _with_interval(sample) for way, sample in samples.items()},
            "differences": {
                f"{better} less {worse}": _difference(samples[better], samples[worse])
                for better, worse in COMPARED
            },
        }
    return report


def _with_interval(sample: Sample) -> list[float]:
    return [round(value, 4) for value in (sample.value or 0.0, *(interval(sample) or ()))]


def _difference(ours: Sample, theirs: Sample) -> list[float]:
    gap = (ours.value or 0.0) - (theirs.value or 0.0)
    return [round(value, 4) for value in (gap, *(difference_interval(ours, theirs) or ()))]


def learn(mixture: Path, sets: set[str], generator: Generator) -> None:
    """Weights as `fit-ranking` learns them, a title being liked by its ROUGE-L to the seller's."""
    opinions: dict[str, list[Opinion]] = {}
    channel = get_channel(CHANNEL)
    for place, (product, title) in enumerate(_dev(mixture, sets)):
        (typed,) = infer_types([product])
        grounder = Grounder(typed)
        made = Replayed(generator, [typed], MOST).made[typed.id]
        for count in (5, MOST):
            told = [(one, grounder.ground(one.text)) for one in made[:count]]
            true = [(one, grounding) for one, grounding in told if grounding.supported]
            ranked = rank(typed, [(one.text, grounding) for one, grounding in true], channel,
                          [one.log_probability for one, _ in true])  # fmt: skip
            near = overlaps([true[one.place][0].text for one in ranked], [title] * len(ranked))
            opinions[f"{place} of {count}"] = [
                Opinion(one.scores, close.rougeL) for one, close in zip(ranked, near, strict=True)
            ]
    fitted = fit(opinions)
    for name, trial in fitted.trials.items():
        print(f"{name}: {trial.accuracy:.3f} {trial.interval}, better by {trial.better}")
    print("learnt", learn_weights(opinions), "beside", dict(WEIGHTS))


def _dev(mixture: Path, sets: set[str]) -> Iterator[tuple[Product, str]]:
    with mixture.open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            if row["split"] == "dev" and row["set"] in sets:
                yield Product.from_json(row["product"]), row["title"]


def show(report: dict[str, Any]) -> None:
    print("| | " + " | ".join((*WAYS, *(f"{a} less {b}" for a, b in COMPARED))) + " |")
    print("|---|" + "---:|" * (len(WAYS) + len(COMPARED)))
    for name, one in report.items():
        values = [f"{value[0]:.3f}" for value in one["values"].values()]
        gaps = [
            f"{gap:+.4f} ({low:+.4f} … {high:+.4f})"
            for gap, low, high in one["differences"].values()
        ]
        units = f"{one['units']:,} {'queries' if name.startswith('nDCG') else 'products'}"
        print(f"| {name}, {units} | {' | '.join(values + gaps)} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--feeds", type=Path)
    parser.add_argument("--mixture", type=Path)
    parser.add_argument("--limit", type=int, default=300, help="products a set without judgments")
    parser.add_argument("--generator", default="compact")
    parser.add_argument("--keep", type=Path, help="folder of candidates that were written before")
    parser.add_argument("--show", action="store_true", help="print what was measured last")
    options = parser.parse_args()
    feeds = sorted(options.feeds.glob("*.jsonl")) if options.feeds else []
    if options.mixture and feeds:
        learn(options.mixture, {feed.stem for feed in feeds}, create(options.generator))
        return
    if feeds:
        found = {}
        for feed in feeds:
            generator = create(options.generator)
            if options.keep:
                generator = Kept(generator, options.keep)
            found[feed.stem] = measure(feed, options.limit, generator)
            print(f"{feed.stem}: {len(found[feed.stem]['first'])} products", flush=True)
        RESULTS.write_text(json.dumps(summary(found), indent=1) + "\n", encoding="utf-8")
    elif not options.show:
        parser.error("say where benchmarks/datasets.py wrote the feeds: --feeds FOLDER")
    show(json.loads(RESULTS.read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
