"""Does the loop raise the click rate, round after round, and what does it without its parts?

    python benchmarks/loop.py [--feed livostyle] [--generator compact] [--seeds 5]
    python benchmarks/loop.py --show          what was measured last, as Markdown
    python benchmarks/loop.py --plot FILE     the same as a PNG, with matplotlib

80 products of a feed of benchmarks/datasets.py, titles of at most 40 characters. Simulated shoppers
like 6 words and dislike 6, by 0.3 to 0.9 in log odds, drawn anew for each seed among words that at
least 8 of the products state; a typical click rate is 4 %. Each round is 10,000 impressions on six
titles a product, chosen by Thompson sampling with a floor of 30 %. Round 0 knows nothing.

written   the true click rate of the titles that `generate` writes
shown     the true click rate of what was shown
without   the same with the loop cut: the policy goes on learning, generators are told nothing
true      found words whose effect has the right sign, and all that were found, in all rounds
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from datasets import READERS, data_folder
from titlewright.channels import get_channel
from titlewright.evaluation.loop import Round, run_loop
from titlewright.evaluation.planted.splits import share_of
from titlewright.generators import Generator, create
from titlewright.grounding.function_words import is_function_word
from titlewright.learning.policies import create_policy
from titlewright.learning.simulation import Shop, Taste
from titlewright.learning.store import EventStore
from titlewright.learning.words.design import NOT
from titlewright.learning.words.keeping import LearntHints
from titlewright.pipeline import Pipeline
from titlewright.records import Hints, Product, Reject, TitleResult
from titlewright.text.words import atoms

RESULTS = Path(__file__).parent / "results" / "loop.json"
PRODUCTS, ROUNDS, IMPRESSIONS, LENGTH = 80, 4, 10_000, 40
LIKED = DISLIKED = 6
FEWEST = 8  # products that state a word


def products_of(feed: str) -> list[Product]:
    sources = sorted(READERS[feed](data_folder()), key=lambda one: share_of(one.product.id))
    return [one.product for one in sources[:PRODUCTS]]


def draw_taste(products: Iterable[Product], rng: np.random.Generator) -> dict[str, float]:
    """Words that products state in title and attributes, and what shoppers make of them."""
    told = Counter(
        word
        for product in products
        for word in {
            atom.norm
            for text in (product.title, *product.attributes.values())
            for atom in atoms(text)
            if atom.text.isalpha() and not is_function_word(atom.norm, "en")
        }
    )
    some = sorted(word for word, count in told.items() if FEWEST <= count <= PRODUCTS // 2)
    drawn = rng.choice(some, LIKED + DISLIKED, replace=False)
    signs = [1] * LIKED + [-1] * DISLIKED
    return {str(word): sign * float(rng.uniform(0.3, 0.9))
            for word, sign in zip(drawn, signs, strict=True)}  # fmt: skip


class Remembering:
    """A pipeline for what was learnt; what it wrote for the same hints isn't written again."""

    def __init__(self, generator: Generator) -> None:
        self.generator = generator
        self.channel = get_channel("google")
        self.known: dict[str, list[TitleResult | Reject]] = {}

    def __call__(self, learnt: LearntHints | None) -> Remembering:
        self.learnt = learnt
        return self

    def run(self, products: list[Product]) -> list[TitleResult | Reject]:
        key = json.dumps(self.learnt.to_json() if self.learnt else None)
        if key not in self.known:
            pipeline = Pipeline(self.generator, self.channel, candidates=8,
                                hints=Hints(max_length=LENGTH), learnt=self.learnt)  # fmt: skip
            self.known[key] = pipeline.run(products)
        return self.known[key]


def rounds(
    products: list[Product], make: Remembering, seed: int, *, asking: bool
) -> tuple[dict[str, float], list[Round]]:
    rng = np.random.default_rng(seed)
    taste = draw_taste(products, rng)
    with tempfile.TemporaryDirectory() as folder, EventStore(Path(folder) / "events") as store:
        loop = run_loop(
            products,
            make,
            Shop(Taste(base=-3.2, words=taste), rng),
            store,
            create_policy("thompson", floor=0.3),
            rng,
            impressions=IMPRESSIONS,
            offered=6,
            asking=asking,
        )
        return taste, list(islice(loop, ROUNDS))


def right(told: list[Round], taste: dict[str, float]) -> list[int]:
    """[found with the right sign, found] over rounds."""
    found = [one for round_ in told if round_.words for one in round_.words.effects if one.found]
    truths = [
        sum(-taste.get(word.removeprefix(NOT), 0.0) if word.startswith(NOT)
            else taste.get(word, 0.0) for word in one.feature)
        for one in found
    ]  # fmt: skip
    return [sum(one.lift * truth > 0 for one, truth in zip(found, truths, strict=True)), len(found)]


def measure(feed: str, generator: str, seeds: int) -> dict[str, Any]:
    products, make = products_of(feed), Remembering(create(generator))
    runs = []
    for seed in range(seeds):
        taste, told = rounds(products, make, seed, asking=True)
        _, alone = rounds(products, make, seed, asking=False)
        runs.append({
            "written": [one.written for one in told],
            "shown": [one.shown for one in told],
            "without": [one.shown for one in alone],
            "true": right(told, taste),
            "taste": {word: round(value, 2) for word, value in taste.items()},
            "prefer": told[-1].hints.prefer, "avoid": told[-1].hints.avoid,
        })  # fmt: skip
        print(seed, runs[-1], flush=True)
    return {"products": len(products), "impressions": IMPRESSIONS, "runs": runs}


def interval(values: np.ndarray) -> str:
    """Mean and 95 % interval over seeds, of rates as a percentage."""
    error = 1.96 * values.std(ddof=1) / np.sqrt(len(values))
    return f"{values.mean():.2%} ± {error:.2%}"


def show(report: dict[str, Any]) -> None:
    for name, one in report.items():
        runs = one["runs"]
        print(f"{name}, {one['products']} products, {len(runs)} tastes, simulated\n")
        print("| round | written by `generate` | shown | shown with the loop cut |")
        print("|---:|---:|---:|---:|")
        tables = {what: np.array([run[what] for run in runs])
                  for what in ("written", "shown", "without")}  # fmt: skip
        for at in range(ROUNDS):
            print(f"| {at} | " + " | ".join(interval(some[:, at]) for some in tables.values())
                  + " |")  # fmt: skip
        gain = tables["written"][:, -1] / tables["written"][:, 0] - 1
        beside = tables["shown"][:, -1] / tables["without"][:, -1] - 1
        rising = int((np.diff(tables["shown"], axis=1) > 0).all(1).sum())
        kept = int((np.diff(tables["written"], axis=1) >= 0).all(1).sum())
        true, found = np.sum([run["true"] for run in runs], axis=0)
        print(
            f"\nAfter {ROUNDS - 1} rounds of learning `generate` writes titles that are clicked "
            f"{interval(gain)} more; what is shown is clicked {interval(beside)} more than with "
            f"the loop cut. What is shown got better in every round with {rising} of {len(runs)} "
            f"tastes, and what is written never got worse with {kept}. Of {found} effects found in "
            f"all rounds {true} have the right sign.\n"
        )


def plot(report: dict[str, Any], path: Path) -> None:
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, len(report), figsize=(5 * len(report), 3.5), squeeze=False)
    for axis, (title, one) in zip(axes[0], report.items(), strict=True):
        for name in ("written", "shown", "without"):
            told = 100 * np.array([run[name] for run in one["runs"]])
            axis.errorbar(range(ROUNDS), told.mean(0), 1.96 * told.std(0) / np.sqrt(len(told)),
                          label=name, capsize=3)  # fmt: skip
        axis.set(title=title, xlabel="round", ylabel="click rate, %", xticks=range(ROUNDS))
        axis.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=150)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--feed", default="livostyle")
    parser.add_argument("--generator", default="compact")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--plot", type=Path)
    options = parser.parse_args()
    report = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    if not (options.show or options.plot):
        name = f"{options.generator} on {options.feed}"
        report[name] = measure(options.feed, options.generator, options.seeds)
        RESULTS.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    if options.plot:
        plot(report, options.plot)
    show(report)


if __name__ == "__main__":
    main()
