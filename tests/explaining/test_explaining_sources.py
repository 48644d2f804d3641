"""Where spans stand: every place is looked up, and only what stands there is literal."""

from __future__ import annotations

from dataclasses import replace

import pytest
from explaining_helpers import BOOTS, explained, made

from titlewright.channels import get_channel
from titlewright.examples import example_products
from titlewright.explaining import RankingSettings, explain
from titlewright.explaining.sources import backings, excerpt, field_text
from titlewright.generators.template import TemplateGenerator
from titlewright.pipeline import Pipeline
from titlewright.product_types import infer_types
from titlewright.records import Evidence, Inference, Product, Span, TitleResult


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("brand", "Fjell"),
        ("attributes.color", "brown"),
        ("attribute name: color", "color"),
        ("category.1", "Hiking"),
        ("category.2", None),
        ("category.x", None),
        ("attributes.sole", None),
        ("attribute name: sole", None),
        ("inferred", None),
        ("", None),
    ],
)
def test_fields_are_read_as_evidence_names_them(field: str, text: str | None) -> None:
    assert field_text(BOOTS, field) == text


def test_every_span_stands_where_it_says_with_the_words_around_it() -> None:
    found = explained().backings
    assert len(found) >= 6
    for one in found:
        assert one.literal
        text = field_text(BOOTS, one.field)
        assert text is not None
        around = one.before.lstrip("…") + one.source_text + one.after.rstrip("…")
        assert around in text


def test_in_another_product_nothing_is_literal_that_does_not_stand_there() -> None:
    other = replace(BOOTS, description="x" + BOOTS.description, title="", brand="Fell",
                    attributes={})  # fmt: skip
    found = backings(made().evidence, other)
    assert not any(one.literal for one in found if one.field != "category.1")


def test_what_is_inferred_is_not_literal() -> None:
    product = Product(
        id="1",
        description="Grippy sole, brown leather",
        inferred=(Inference("boots", 0.9, "inferred: boots"),),
    )
    (span,) = [b for b in explained(["Brown Leather Boots"], product).backings if b.text == "Boots"]
    assert (span.field, span.literal, span.confidence) == ("inferred", False, 0.9)


def test_a_source_that_is_empty_is_no_source() -> None:
    nothing = Evidence("x", Span(0, 1), "exact", "brand", Span(0, 0), "")
    assert not backings([nothing], BOOTS)[0].literal


@pytest.mark.parametrize(
    ("text", "word", "around", "shown"),
    [
        ("a soft red woollen scarf for men", "woollen", 10, "soft red woollen scarf for"),
        ("woollen scarf", "woollen", 10, "woollen scarf"),
        ("上海八佰伴专柜撤柜镂空无袖条纹", "镂空", 3, "柜撤柜镂空无袖条"),
    ],
)
def test_excerpts_are_cut_between_words(text: str, word: str, around: int, shown: str) -> None:
    at = text.index(word)
    start, end = excerpt(text, at, at + len(word), around)
    assert text[start:end].strip() == shown


def test_every_span_of_the_example_feed_is_literal_or_inferred() -> None:
    """By the template, which says more than a model does."""
    channel = get_channel("google")
    products = infer_types(example_products())
    results = Pipeline(TemplateGenerator(), channel).run(products)
    spans = 0
    for product, result in zip(products, results, strict=True):
        if isinstance(result, TitleResult):
            for one in explain(result, product, RankingSettings(channel)).backings:
                spans += 1
                assert one.literal or one.field == "inferred", (product.id, one)
    assert spans > 100
