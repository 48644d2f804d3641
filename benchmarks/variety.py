"""How much the titles of a `vae` differ as its dial turns, beside another generator's.

The products are the test part of a prepared folder, present titles taken out.

    python benchmarks/variety.py PREPARED --vae MODEL [--beside MODEL] [--limit 48]

draws          the share of four greedy titles, each at a z drawn from the prior, that are different
titles         how many of five that are asked for come
distinct-2,    of these, see `titlewright.text.diversity`
self-BLEU
first, best    ROUGE-L of the first title, and of the closest of the five
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from titlewright.generators import Generator, create
from titlewright.generators.overlap import rouge_l
from titlewright.generators.sequence.vae import VAEGenerator
from titlewright.neural.randomness import apart
from titlewright.records import Example
from titlewright.text.diversity import distinct, self_bleu
from titlewright.training.prepare import read_examples

CANDIDATES = 5
DIALS = (0.0, 0.5, 1.0, 2.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("prepared", type=Path)
    parser.add_argument("--vae", type=Path, required=True)
    parser.add_argument("--beside")
    parser.add_argument("--limit", type=int, default=48)
    asked = parser.parse_args()
    test = list(islice(read_examples(asked.prepared, "test"), asked.limit))
    print("| model | variety | KL | draws | titles | distinct-2 | self-BLEU | first | best |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    if asked.beside:
        print(f"| {asked.beside} | – | – | – | {_searched(create(asked.beside), test)} |")
    for dial in DIALS:
        model = VAEGenerator.load(asked.vae, variety=dial)
        print(f"| vae | {dial:g} | {_drawn(model, test, dial)} | {_searched(model, test)} |")


def _drawn(model: VAEGenerator, test: Sequence[Example], dial: float) -> str:
    task = model._variational()
    with apart(0):
        return f"{task.divergence(test):.2f} | {task.distinct(test, dial):.2f}"


def _searched(model: Generator, test: Sequence[Example]) -> str:
    products = [replace(example.product, title="") for example in test]
    made = [[one.text for one in titles] for titles in model.generate(products, n=CANDIDATES)]
    pairs = [(titles or [""], example.title) for titles, example in zip(made, test, strict=True)]
    best = _mean(max(rouge_l([one], [title]) for one in titles) for titles, title in pairs)
    first = rouge_l([titles[0] for titles, _ in pairs], [title for _, title in pairs])
    return (
        f"{_mean(map(len, made)):.1f} | {_mean(distinct(titles, 2) for titles in made):.3f} | "
        f"{_mean(map(self_bleu, made)):.1f} | {first:.3f} | {best:.3f}"
    )


def _mean(values: Iterable[float | None]) -> float:
    known = [value for value in values if value is not None]
    return sum(known) / len(known)


if __name__ == "__main__":
    main()
