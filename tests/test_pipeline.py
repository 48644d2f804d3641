"""From products to titles: what the gates let through, and what is said of the rest."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from titlewright.channels import Channel, check, get_channel
from titlewright.examples import example_products
from titlewright.feeds import Row, open_feed
from titlewright.generators import create
from titlewright.grounding import Grounder
from titlewright.pipeline import Pipeline
from titlewright.records import Candidate, Hints, Product, Reject, TitleResult


class Says:
    """A generator that proposes fixed titles."""

    name = "says"

    def __init__(self, *titles: str, model_made: bool = False) -> None:
        self.titles = titles
        self.model_made = model_made
        self.asked: list[Hints] = []

    def generate(
        self, products: Sequence[Product], *, n: int, hints: Sequence[Hints] | None = None,
        seed: int = 0,  # noqa: ARG002 - the contract's
    ) -> list[list[Candidate]]:  # fmt: skip
        self.asked += hints or []
        return [[Candidate(title, self.name) for title in self.titles[:n]] for _ in products]


HAT = Product(
    id="h1",
    title="Wool hat",
    description="A red hat knitted from merino wool, for men. Not waterproof.",
    brand="Fjell",
)


@pytest.fixture(scope="module")
def google() -> Channel:
    return get_channel("google")


def one(product: Product, generator: Says, channel: Channel, **options: object) -> object:
    (made,) = Pipeline(generator, channel, **options).run([product])  # type: ignore[arg-type]
    return made


def titled(product: Product, generator: Says, channel: Channel, **options: object) -> TitleResult:
    made = one(product, generator, channel, **options)
    assert isinstance(made, TitleResult)
    return made


def test_the_fullest_true_candidate_is_chosen(google: Channel) -> None:
    made = titled(HAT, Says("Hat", "Fjell Red Merino Wool Hat for Men"), google)
    assert made.title == "Fjell Red Merino Wool Hat for Men"
    assert (made.product_id, made.previous_title, made.generator) == ("h1", "Wool hat", "says")
    assert all(item.kind != "none" for item in made.evidence)
    (other,) = made.alternatives
    assert other.text == "Hat"
    assert "against" in other.reason


def test_what_the_product_does_not_state_never_comes_out(google: Channel) -> None:
    made = titled(HAT, Says("Fjell Waterproof Cashmere Wool Hat, 3-Pack"), google)
    for invented in ("waterproof", "cashmere", "3"):
        assert invented not in made.title.lower()
    assert "Wool Hat" in made.title
    assert made.repairs


def test_what_the_channel_forbids_never_comes_out(google: Channel) -> None:
    made = titled(HAT, Says("Fjell WOOL HAT!!! Free Shipping"), google)
    assert "shipping" not in made.title.lower()
    found = check(google, made.title, HAT)
    assert [violation for violation in found if violation.severity == "error"] == []


def test_without_a_good_candidate_the_template_writes(google: Channel) -> None:
    made = titled(HAT, Says("Stainless Steel Kettle", model_made=True), google)
    assert made.title == "Fjell Wool Hat"
    assert made.generator == "template"
    assert not made.model_made


def test_the_sellers_title_is_not_model_made(google: Channel) -> None:
    assert not titled(HAT, Says("Steel Kettle", model_made=True), google).model_made
    assert titled(HAT, Says("Red Wool Hat", model_made=True), google).model_made


def test_a_product_that_says_too_little_is_a_named_reject(google: Channel) -> None:
    made = one(Product(id="x"), Says(), google)
    assert isinstance(made, Reject)
    assert (made.row, made.product_id, made.field) == (1, "x", "description")
    assert made.problem
    assert made.advice


def test_a_reject_names_why_each_candidate_was_lost(google: Channel) -> None:
    made = one(Product(id="x", description="!!!"), Says("Kettle", "!!!"), google)
    assert isinstance(made, Reject)
    assert made.field == "title"
    assert google.title in made.problem


def test_candidates_that_become_the_same_are_kept_once(google: Channel) -> None:
    made = titled(HAT, Says("Red Wool Hat", "Red Wool Hat!!!"), google)
    assert [other.reason for other in made.alternatives] == [
        "the same as another candidate once repaired"
    ]


def test_words_to_avoid_are_kept_out_even_of_the_sellers_title(google: Channel) -> None:
    made = titled(HAT, Says("Red Wool Hat", "Fjell Hat"), google, hints=Hints(avoid=("WOOL",)))
    assert made.title == "Fjell Hat"
    assert "wool" in made.alternatives[0].reason.lower()
    rejected = one(HAT, Says("Red Wool Hat"), google, hints=Hints(avoid=("hat",)))
    assert isinstance(rejected, Reject)


def test_the_generator_is_told_the_channels_order_and_length(google: Channel) -> None:
    says = Says("Hat")
    one(HAT, says, google)
    one(HAT, says, google, hints=Hints(max_length=20, order=("brand",)))
    by_channel, by_user = says.asked
    assert by_channel.order == google.attribute_order
    assert by_channel.max_length == google.max_length
    assert (by_user.order, by_user.max_length) == (("brand",), 20)


def test_rows_are_numbered_from_one_or_as_told(google: Channel) -> None:
    pipeline = Pipeline(Says("Hat"), google)
    assert [item.row for item in pipeline.run([HAT, HAT])] == [1, 2]
    assert [item.row for item in pipeline.run([HAT, HAT], [7, 9])] == [7, 9]
    assert pipeline.run([]) == []


@pytest.mark.parametrize("channel", ["google", "amazon", "ebay", "taobao"])
def test_results_do_not_depend_on_the_batch(channel: str) -> None:
    pipeline = Pipeline(create("template"), get_channel(channel))
    products = example_products()
    rows = range(1, len(products) + 1)
    together = pipeline.run(products)
    apart = [pipeline.run([p], [row])[0] for p, row in zip(products, rows, strict=True)]
    assert together == apart
    for item, product in zip(together, products, strict=True):
        assert isinstance(item, TitleResult)
        assert Grounder(product).ground(item.title).supported
        assert not [v for v in check(pipeline.channel, item.title, product)
                    if v.severity == "error"]  # fmt: skip


_PIPELINE = Pipeline(create("template"), get_channel("amazon"))


@settings(max_examples=60, deadline=None)
@given(
    st.builds(
        Product,
        id=st.just("1"),
        title=st.text(max_size=80),
        description=st.text(max_size=200),
        brand=st.text(max_size=12),
        attributes=st.dictionaries(st.text(max_size=8), st.text(max_size=20), max_size=3),
    )
)
def test_any_text_gives_a_true_and_allowed_title_or_a_reject(product: Product) -> None:
    (made,) = _PIPELINE.run([product])
    if isinstance(made, Reject):
        assert made.problem
        assert made.advice
        return
    assert made.title.strip()
    assert all(item.kind != "none" for item in made.evidence)
    found = check(_PIPELINE.channel, made.title, product)
    assert not [violation for violation in found if violation.severity == "error"]


FEEDS = (
    "icecat/products.jsonl",
    "myntra_catalog/myntra_products_catalog.csv",
    "walmart_free/walmart_products_free_dataset.csv",
    "livostyle/products.parquet",
    "brightdata_samples/lazada-products.csv",
    "brightdata_samples/shein-products.csv",
    "brightdata_samples/shopee-products.csv",
)


@pytest.mark.parametrize("name", FEEDS)
def test_real_products_get_true_and_allowed_titles(data: Path, name: str) -> None:
    """The first rows of each feed; every one is titled or is a reject that says why."""
    if not (data / name).exists():
        pytest.skip(f"{name} is not among the data")
    rows = [row for row in islice(open_feed(data / name), 30) if isinstance(row, Row)]
    products = [row.product for row in rows if row.titled]
    for channel in ("amazon", "google", "ebay", "taobao"):
        rules = get_channel(channel)
        made = Pipeline(create("template"), rules).run(products)
        assert len(made) == len(products)
        for item, product in zip(made, products, strict=True):
            if isinstance(item, Reject):
                assert item.problem
                continue
            assert all(evidence.kind != "none" for evidence in item.evidence), item.title
            found = check(rules, item.title, product)
            assert not [violation for violation in found if violation.severity == "error"]
