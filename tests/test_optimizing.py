"""Products in, better titles out: what always holds, and what a result says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from titlewright import optimize
from titlewright.channels import check, get_channel
from titlewright.errors import RecordError
from titlewright.generators.outcomes import Failure, Outcome
from titlewright.generators.template import TemplateGenerator
from titlewright.grounding import Grounder
from titlewright.learning.words.keeping import LearntHints
from titlewright.optimizing import SELLER, Optimizer
from titlewright.records import Candidate, Hints, Product, Reject, TitleResult, Usage
from titlewright.rewriting import Budget, edited_words
from titlewright.rewriting.search import Freedom, State
from titlewright.text.words import atoms

MUG = Product(
    id="m1",
    title="Kilnworks Stoneware Mug, Blue, 350 ml",
    brand="Kilnworks",
    description="Stoneware mug with a lid.",
    attributes={"colour": "blue", "size": "350 ml"},
)
BEER = Product(
    id="b1",
    title="雪花清爽啤酒500ml*12瓶",
    brand="雪花",
    attributes={"系列": "清爽", "商品主体": "啤酒", "包装规格": "500ml*12瓶"},
)
OPTIMIZERS = {
    (channel, freedom): Optimizer(TemplateGenerator(), get_channel(channel), edits=freedom)
    for channel in ("google", "amazon", "taobao")
    for freedom in ("small", "free")
}  # type: ignore[var-annotated]


def one(product: Product, optimizer: Optimizer) -> TitleResult:
    (made,) = optimizer.run([product])
    assert isinstance(made, TitleResult)
    return made


ENGLISH = [
    *("Kilnworks", "stoneware", "mug", "Mug", "BLUE", "red", "with lid", "350 ml", "2 pack", ","),
    *("FREE SHIPPING", "best quality", "w/", "men women boys girls", "350", "!!", "-", "for"),
]
CHINESE = [
    "雪花",
    "清爽",
    "啤酒",
    "500ml*12瓶",
    "包邮",
    "爆款",
    "【整箱】",
    "罐装",
    "500",
    "，",
    "12瓶",
    "经典",
]
TITLES = st.one_of(
    st.lists(st.sampled_from(ENGLISH), min_size=1, max_size=14).map(" ".join),
    st.lists(st.sampled_from(CHINESE), min_size=1, max_size=14).map("".join),
    st.text(max_size=60),
)


@settings(max_examples=80)
@example("mug 350 for - 350 red w/", MUG, ("amazon", "free"))  # the mug is blue, and its title anew
@given(TITLES, st.sampled_from([MUG, BEER]), st.sampled_from(sorted(OPTIMIZERS)))
def test_what_always_holds(title: str, product: Product, which: tuple[str, Freedom]) -> None:
    optimizer = OPTIMIZERS[which]
    product = replace(product, title=title)
    (made,) = optimizer.run([product])
    if isinstance(made, Reject):
        assert made.problem
        return
    assert not [v for v in check(optimizer.channel, made.title, product) if v.severity == "error"]
    assert Grounder(product).ground(made.title).supported
    assert_new_words_are_stated(made.title, product)
    if made.title == title:
        assert (made.generator, made.repairs) == (SELLER, ())
    else:
        assert made.repairs
    assert_the_second_time_changes_nothing(optimizer, product, made)


def assert_new_words_are_stated(title: str, product: Product) -> None:
    said = {atom.norm for atom in atoms(product.title)}
    rest = Grounder(product, use_title=False).ground(title)
    for item in rest.unsupported:
        whole = item.text.casefold() in product.title.casefold()
        assert (
            whole or any(atom.norm in said for atom in atoms(item.text)) or not item.text.isascii()
        )


def assert_the_second_time_changes_nothing(
    optimizer: Optimizer, product: Product, made: TitleResult
) -> None:
    """Where the budget ended the search, a second run goes on from there."""
    if any(warning.rule == "optimize.budget" for warning in made.warnings):
        return
    again = one(replace(product, title=made.title), optimizer)
    assert again.title == made.title


@given(TITLES)
@settings(max_examples=40)
def test_the_budget_is_kept(title: str) -> None:
    optimizer = OPTIMIZERS["google", "small"]
    product = replace(MUG, title=title)
    _, base = optimizer._begin(product)
    (made,) = optimizer.run([product])
    if isinstance(base, State) and isinstance(made, TitleResult):
        assert edited_words(base.text, made.title) <= Budget("small").words(base.text)


def test_a_good_title_is_untouched() -> None:
    for product in (MUG, BEER):
        for channel in ("google", "taobao"):
            made = one(product, OPTIMIZERS[channel, "free"])
            assert (made.title, made.generator, made.repairs) == (product.title, SELLER, ())


def test_a_result_says_what_was_done() -> None:
    made = one(replace(MUG, title="blue mug mug"), OPTIMIZERS["google", "small"])
    assert made.previous_title == "blue mug mug"
    assert made.generator == "optimize"
    assert not made.model_made
    assert 'dropped the repeated "mug"' in made.repairs
    assert sum(part.value for part in made.contributions) == pytest.approx(made.score)
    assert made.evidence


def test_a_title_does_not_depend_on_the_batch() -> None:
    optimizer = OPTIMIZERS["google", "small"]
    products = [replace(MUG, title=title) for title in ("mug", "HOT SALE mug lid", MUG.title)]
    together = [made.title for made in optimizer.run(products) if isinstance(made, TitleResult)]
    assert together == [one(product, optimizer).title for product in products]


def test_no_title_is_a_reject_unless_edits_are_free() -> None:
    bare = replace(MUG, title="")
    (made,) = OPTIMIZERS["google", "small"].run([bare], [7])
    assert isinstance(made, Reject)
    assert (made.row, made.field) == (7, "title")
    assert "no title to improve" in made.problem
    assert one(bare, OPTIMIZERS["google", "free"]).title


def test_words_to_avoid_go_and_words_to_prefer_come() -> None:
    optimizer = Optimizer(
        TemplateGenerator(), get_channel("google"), hints=Hints(prefer=("lid",), avoid=("blue",))
    )
    made = one(MUG, optimizer)
    assert "Lid" in made.title
    assert "blue" not in made.title.casefold()


def test_what_is_searched_for_goes_in_where_it_is_true() -> None:
    optimizer = Optimizer(
        TemplateGenerator(), get_channel("google"), demanded=lambda _: ("mug with lid", "gold mug")
    )
    made = one(MUG, optimizer)
    assert "Lid" in made.title
    assert "gold" not in made.title
    assert any(w.rule == "optimize.words-not-backed" for w in made.warnings)


class Writes:
    """A generator whose titles a model wrote."""

    name = "writes"
    model_made = True

    def __init__(self) -> None:
        self.asked: list[str] = []

    def generate(
        self,
        products: Sequence[Product],
        *,
        n: int,  # noqa: ARG002 - the contract's
        hints: object = None,  # noqa: ARG002
        seed: int = 0,  # noqa: ARG002
    ) -> list[list[Candidate]]:
        self.asked += [product.id for product in products]
        return [
            [Candidate("Kilnworks Stoneware Mug with Lid, Blue, 350 ml", self.name)]
            for _ in products
        ]


def test_the_model_is_asked_only_about_titles_that_are_wrong() -> None:
    writer = Writes()
    optimizer = Optimizer(writer, get_channel("google"), edits="free")
    good, bad = optimizer.run([MUG, replace(MUG, id="bad", title="lid lid lid")])
    assert writer.asked == ["bad"]
    assert isinstance(good, TitleResult)
    assert isinstance(bad, TitleResult)
    assert (bad.generator, bad.model_made, good.model_made) == ("writes", True, False)


class Fails(Writes):
    """One over a server that is down."""

    def about(self) -> dict[str, str]:
        return {}

    def begin(self, run: str, spent: float) -> None:
        pass

    def report(self, products: Sequence[Product], **_asked: object) -> list[Outcome]:
        failure = Failure("The LLM gave no answer.", "Try again.")
        return [Outcome((), failure, Usage(10, 0, 0.1)) for _ in products]


def test_a_title_that_a_server_owes_is_tried_again() -> None:
    optimizer = Optimizer(Fails(), get_channel("google"), edits="free")
    good, bad = optimizer.run([MUG, replace(MUG, id="bad", title="lid lid lid")])
    assert isinstance(good, TitleResult)
    assert isinstance(bad, Reject)
    assert (bad.again, bad.usage) == (True, Usage(10, 0, 0.1))


def test_from_python() -> None:
    made = optimize({"title": "Wool Hat", "brand": "Fjell", "description": "A wool hat"})
    assert made.title == "Fjell Wool Hat"
    first, second = optimize([{"title": "Wool Hat", "brand": "Fjell"}, {"description": "A mug"}])
    assert first.title == "Fjell Wool Hat"
    assert isinstance(second, Reject)
    with pytest.raises(RecordError, match="no title to improve"):
        optimize("A wool hat")


def test_what_an_attribute_denies_stays_out_of_a_title_written_anew() -> None:
    product = replace(MUG, title="mug 350 for - 350 red w/")
    assert "red" not in one(product, OPTIMIZERS["amazon", "free"]).title.casefold()


def test_words_learnt_to_avoid_yield_where_nothing_else_is_left() -> None:
    learnt = LearntHints({"": Hints(avoid=("wool", "red"))})
    optimizer = Optimizer(TemplateGenerator(), get_channel("google"), learnt=learnt)
    bare = Product(id="b", title="Red Wool", description="Red wool.", attributes={"colour": "red"})
    assert one(bare, optimizer).title == "Red Wool"
    hat = Product(id="h", title="Red Wool Hat", description="A red hat.", brand="Fjell")
    assert one(hat, optimizer).title == "Fjell Hat"
