"""Every measure of a set of titles, as a ratio of sums over products (or queries).

What is measured, and how, is written beside each name in MEASURES; None stands for a measure that
doesn't apply, such as findability without judgments.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from titlewright.channels import Channel, check
from titlewright.evaluation.bootstrap import Sample, mean_of
from titlewright.evaluation.findability import Judgments, find_scores
from titlewright.evaluation.overlap import overlaps
from titlewright.evaluation.stated import fold
from titlewright.evaluation.truth import FACT_ERRORS, Truth
from titlewright.records import Product, Violation
from titlewright.text.diversity import distinct, self_bleu

Check = Callable[[Channel, str, Product], Sequence[Violation]]

MEASURES: dict[str, str] = {
    "ndcg10": "nDCG@10 of BM25 over titles alone, mean over queries, [0, 1]",
    "mrr": "reciprocal rank of the first relevant product, mean over queries, [0, 1]",
    "rouge1": "ROUGE-1 F1 against the seller's title, stemmed, a reject counting 0, [0, 1]",
    "rougeL": "ROUGE-L F1 likewise, [0, 1]",
    "chrf": "chrF likewise, mean of title scores, [0, 100]",
    "unsupported_rate": "content units without evidence over all content units, [0, 1]",
    "unstated_rate": "likewise, an inferred type that the seller's title confirms being none",
    "fact_errors_per_1000": "wrong brands, models, numbers and units per 1,000 published titles",
    "brand_errors_per_1000": "other products' brands per 1,000 published titles",
    "model_errors_per_1000": "unstated model codes per 1,000 published titles",
    "number_errors_per_1000": "unstated numbers per 1,000 published titles",
    "unit_errors_per_1000": "stated numbers with another unit per 1,000 published titles",
    "violations_per_1000": "error-level violations of the channel per 1,000 published titles",
    "rejected_share": "products without a published title over all products, [0, 1]",
    "brand_kept": "titles that hold the product's brand, of products that have one, [0, 1]",
    "distinct1": "different words over all words of a product's candidates, [0, 1]",
    "distinct2": "different word pairs over all word pairs of a product's candidates, [0, 1]",
    "self_bleu": "BLEU of each candidate against the others, [0, 100], lower is more varied",
    "titles_per_second": "products through the pipeline per second of wall-clock time",
    "leaks_removed": "products whose seller title was cut out of the generator's input",
}
LOWER_IS_BETTER = frozenset(
    name for name in MEASURES if name.endswith("per_1000") or name in ("unsupported_rate",
    "unstated_rate", "rejected_share", "self_bleu")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Titles:
    """What one system wrote: a title a product, None where it has none to publish.

    `candidates` are all the titles it proposed for a product, where it proposes several.
    """

    published: Sequence[str | None]
    candidates: Sequence[Sequence[str]] = field(default_factory=tuple)


def measure_titles(
    products: Sequence[Product],
    references: Sequence[str],
    titles: Titles,
    truths: Sequence[Truth | None],
    channel: Channel,
    judgments: Judgments | None,
    *,
    check_title: Check = check,
) -> dict[str, Sample]:
    """One sample for each measure that can be computed from titles alone.

    `products` hold what the seller states besides the title; `references` are the sellers'
    titles, "" where there is none. All sequences are in product order.
    """
    published = titles.published
    samples = _overlap_samples(published, references)
    samples |= _truth_samples(truths)
    samples["violations_per_1000"] = _per_thousand(
        [
            None
            if title is None
            else sum(found.severity == "error" for found in check_title(channel, title, product))
            for product, title in zip(products, published, strict=True)
        ]
    )
    samples["rejected_share"] = mean_of([float(title is None) for title in published])
    samples["brand_kept"] = mean_of(
        [
            float(fold(product.brand) in fold(title)) if product.brand and title else None
            for product, title in zip(products, published, strict=True)
        ]
    )
    if titles.candidates:
        samples["distinct1"] = mean_of([distinct(texts, 1) for texts in titles.candidates])
        samples["distinct2"] = mean_of([distinct(texts, 2) for texts in titles.candidates])
        samples["self_bleu"] = mean_of([self_bleu(texts) for texts in titles.candidates])
    if judgments is not None:
        found = find_scores(
            [product.id for product in products], [title or "" for title in published], judgments
        )
        samples["ndcg10"] = mean_of([score for score, _ in found.values()])
        samples["mrr"] = mean_of([rank for _, rank in found.values()])
    return samples


def _overlap_samples(
    published: Sequence[str | None], references: Sequence[str]
) -> dict[str, Sample]:
    """Rejected products count 0: a system can't gain by keeping silent on the hard ones."""
    scored = overlaps([title or "" for title in published], references)
    return {
        name: mean_of(
            [
                getattr(score, name) if reference else None
                for score, reference in zip(scored, references, strict=True)
            ]
        )
        for name in ("rouge1", "rougeL", "chrf")
    }


def _truth_samples(truths: Sequence[Truth | None]) -> dict[str, Sample]:
    import numpy as np

    samples = {
        "unsupported_rate": Sample(
            np.array([float(truth.unsupported) if truth else 0.0 for truth in truths]),
            np.array([float(truth.units) if truth else 0.0 for truth in truths]),
        ),
        "unstated_rate": Sample(
            np.array([float(truth.unstated) if truth else 0.0 for truth in truths]),
            np.array([float(truth.units) if truth else 0.0 for truth in truths]),
        ),
        "fact_errors_per_1000": _per_thousand(
            [None if truth is None else truth.errors.total() for truth in truths]
        ),
    }
    for kind in FACT_ERRORS:
        samples[f"{kind}_errors_per_1000"] = _per_thousand(
            [None if truth is None else truth.errors[kind] for truth in truths]
        )
    return samples


def _per_thousand(counts: Sequence[int | None]) -> Sample:
    sample = mean_of([None if count is None else float(count) for count in counts])
    return Sample(sample.numerator, sample.denominator, scale=1000.0)
