"""From a result, and where it is known its product, to an explanation."""

from __future__ import annotations

from titlewright.explaining.counterfactuals import (
    Counterfactuals,
    RankingSettings,
    counterfactuals,
)
from titlewright.explaining.records import Explanation
from titlewright.explaining.rivals import fallen, parts, rivals, without_qualities
from titlewright.explaining.rules import touched
from titlewright.explaining.sources import backings, cited_fields
from titlewright.records import Product, TitleResult


def explain(
    result: TitleResult,
    product: Product | None = None,
    settings: RankingSettings | None = None,
) -> Explanation:
    """Everything that led to a title.

    `product` is what the pipeline saw (`infer_types` makes it of a feed's product) and `settings`
    what it ranked by. Without them evidence has no source around it, and what would change the
    choice isn't told.
    """
    found = backings(result.evidence, product)
    if product is None or settings is None:
        changed = Counterfactuals(unknown="no product" if rivals(result) else "alone")
    else:
        changed = counterfactuals(result, product, settings)
    return Explanation(
        row=result.row,
        product_id=result.product_id,
        channel=result.channel,
        title=result.title,
        previous_title=result.previous_title,
        generator=result.generator,
        score=result.score,
        backings=found,
        fields=cited_fields(found, product),
        rules=touched(result, settings.channel if settings else None),
        parts=parts(result),
        rivals=rivals(result),
        fallen=fallen(result),
        words=changed.words,
        qualities=without_qualities(result),
        unknown=changed.unknown,
        pairs_tried=changed.pairs_tried,
        checked=product is not None,
    )
