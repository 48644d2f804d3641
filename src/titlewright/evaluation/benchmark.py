"""The benchmark: one generator on one feed, beside the baselines, with intervals.

The seller's title is the reference and never shown to a generator; what the numbers mean is
written in measures.py.
"""

from __future__ import annotations

import random
import shlex
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from titlewright.channels import Channel
from titlewright.errors import FeedError, GeneratorError, SettingsError
from titlewright.evaluation.baselines import first_words
from titlewright.evaluation.bootstrap import Sample, difference_interval, interval
from titlewright.evaluation.findability import read_judgments
from titlewright.evaluation.measures import MEASURES, Titles, measure_titles
from titlewright.evaluation.reading import LINE_FORM, read_products
from titlewright.evaluation.render import render
from titlewright.evaluation.truth import CanGround, confirmed, default_grounder, judge_truth
from titlewright.generators import Generator
from titlewright.product_types import infer_types
from titlewright.records import Product, Reject, TitleResult
from titlewright.text.leak import without_title

__all__ = ["benchmark", "read_products", "render"]

Run = Callable[[Sequence[Product], Sequence[int]], Sequence[TitleResult | Reject]]
PipelineFactory = Callable[..., Run]  # (generator, channel, candidates=, seed=) -> Run
BASELINES = ("seller", "first_12_words", "template")
CHUNK = 64  # products a call: enough for batching, often enough for a progress bar


def default_pipeline(generator: Generator, channel: Channel, *, candidates: int, seed: int) -> Run:
    """The pipeline that `titlewright generate` runs."""
    from titlewright.pipeline import Pipeline

    return Pipeline(generator, channel, candidates=candidates, seed=seed).run


def benchmark(
    feed: Path,
    *,
    generator: Generator,
    channel: Channel,
    judgments: Path | None = None,
    limit: int | None = None,
    seed: int = 0,
    candidates: int = 5,
    template: Generator | None = None,
    beside: Mapping[str, Generator] | None = None,
    pipeline: PipelineFactory = default_pipeline,
    grounder: Callable[[Product], CanGround] = default_grounder,
    progress: Callable[[int, int], None] = lambda done, total: None,  # noqa: ARG005
    command: str = "",
) -> dict[str, Any]:
    """Measure a generator on products with titles: `feed` is what `reading.read_products` reads.

    `judgments` is a CSV of query,id,grade; without it findability is None. `limit` measures a
    seeded sample of so many products. `template` is the generator of the template baseline, the
    shipped one by default; `beside` are further generators to compare with, by the names that they
    shall have in the result. `progress` is told the products done and the total.

    Returns {"products", "measures": {name: value or None}, "intervals": {name: [low, high] or
    None}, "baselines": {name: {measure: value, "intervals": {...}, "differences": {...}}},
    "generator", "channel", "seed", "command"}. Intervals are 95 %; "differences" are those of
    generator less baseline on the same products, so one without 0 is a real difference.

    Raises FeedError for a feed or judgments that can't be read, SettingsError for a limit or a
    number of candidates below 1, GeneratorError where a server failed that may answer later.
    """
    _require_positive(limit=limit, candidates=candidates)
    others = dict(beside or {})
    if taken := {"ours", *BASELINES} & others.keys():
        raise SettingsError(f"{min(taken)} is a baseline of every benchmark: give another name.")
    graded = read_judgments(judgments) if judgments else None
    products = draw(read_products(feed), limit, seed)
    if not products:
        raise FeedError(f"{feed} holds no product. A line looks like {LINE_FORM}")
    masked = [without_title(product) for product in products]
    inputs = [product for product, _ in masked]

    def write(writer: Generator) -> _Written:
        run = pipeline(writer, channel, candidates=candidates, seed=seed)
        return _write(run, inputs, progress)

    ours = write(generator)
    if template is None:
        template = _shipped_template()
    theirs = ours if template.name == generator.name else write(template)
    references = [product.title for product in products]
    written = {"template": theirs} | {name: write(other) for name, other in others.items()}
    systems = {
        "ours": ours.titles,
        "seller": Titles([title or None for title in references]),
        "first_12_words": Titles([first_words(product) or None for product in inputs]),
        **{name: one.titles for name, one in written.items()},
    }
    stated = [
        replace(product, title="", inferred=confirmed(read.inferred, product.title))
        for product, read in zip(products, infer_types(inputs), strict=True)
    ]
    truths = judge_truth(
        stated, {name: titles.published for name, titles in systems.items()}, grounder=grounder
    )
    samples = {
        name: measure_titles(stated, references, titles, truths[name], channel, graded)
        for name, titles in systems.items()
    }
    measures = _values(samples["ours"])
    measures["titles_per_second"] = _rounded(len(products) / ours.seconds)
    measures["leaks_removed"] = sum(leaked for _, leaked in masked)
    baselines = {
        name: _baseline(samples["ours"], samples[name], seed) for name in systems if name != "ours"
    }
    for name, one in written.items():
        baselines[name]["titles_per_second"] = _rounded(len(products) / one.seconds)
    return {
        "products": len(products),
        "measures": {name: measures.get(name) for name in MEASURES},
        "intervals": _intervals(samples["ours"], seed),
        "baselines": baselines,
        "generator": generator.name,
        "channel": channel.name,
        "seed": seed,
        "command": command
        or _command(feed, judgments, generator.name, channel.name, limit, seed, candidates),
    }


@dataclass(frozen=True, slots=True)
class _Written:
    """A system's titles and the seconds they took."""

    titles: Titles
    seconds: float


def draw(products: list[Product], limit: int | None, seed: int) -> list[Product]:
    """A seeded sample of at most `limit` products, in the feed's order."""
    if limit is None or limit >= len(products):
        return products
    chosen = sorted(random.Random(seed).sample(range(len(products)), limit))
    return [products[place] for place in chosen]


def _require_positive(**numbers: int | None) -> None:
    for name, number in numbers.items():
        if number is not None and number < 1:
            raise SettingsError(f"{name} must be 1 or more, not {number}.")


def _shipped_template() -> Generator:
    from titlewright.generators import create

    return create("template")


def _write(run: Run, products: Sequence[Product], progress: Callable[[int, int], None]) -> _Written:
    published: list[str | None] = []
    proposed: list[list[str]] = []
    seconds = 0.0
    for start in range(0, len(products), CHUNK):
        chunk = products[start : start + CHUNK]
        began = time.perf_counter()
        results = run(chunk, range(start + 1, start + 1 + len(chunk)))
        seconds += time.perf_counter() - began
        for result in results:
            if isinstance(result, Reject):
                # a server that didn't answer says nothing of its titles; one that wrote none does
                if result.again and not result.usage.input_tokens:
                    raise GeneratorError(f"Not measured: {result.problem} {result.advice}")
                published.append(None)
                proposed.append([])
            else:
                published.append(result.title)
                proposed.append([result.title, *(other.text for other in result.alternatives)])
        progress(len(published), len(products))
    return _Written(Titles(published, proposed), max(seconds, 1e-9))


def _values(samples: Mapping[str, Sample]) -> dict[str, float | int | None]:
    return {name: _rounded(sample.value) for name, sample in samples.items()}


def _intervals(samples: Mapping[str, Sample], seed: int) -> dict[str, list[float] | None]:
    return {
        name: _bounds(interval(samples[name], seed=seed)) if name in samples else None
        for name in MEASURES
        if name not in ("titles_per_second", "leaks_removed")
    }


def _baseline(
    ours: Mapping[str, Sample], theirs: Mapping[str, Sample], seed: int
) -> dict[str, Any]:
    differences = {
        name: _bounds(difference_interval(ours[name], sample, seed=seed))
        for name, sample in theirs.items()
    }
    values = _values(theirs)
    return {
        **{name: values.get(name) for name in MEASURES if name != "leaks_removed"},
        "intervals": _intervals(theirs, seed),
        "differences": differences,
    }


def _bounds(found: tuple[float, float] | None) -> list[float] | None:
    return None if found is None else [round(bound, 4) for bound in found]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _command(
    feed: Path, judgments: Path | None, generator: str, channel: str, limit: int | None, seed: int,
    candidates: int,
) -> str:  # fmt: skip
    """The command line that makes the same numbers."""
    words = ["titlewright", "benchmark", str(feed)]
    words += ["--judgments", str(judgments)] if judgments else []
    words += ["--generator", generator, "--channel", channel]
    words += ["--limit", str(limit)] if limit else []
    return shlex.join([*words, "--seed", str(seed), "--candidates", str(candidates)])
