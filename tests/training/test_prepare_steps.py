"""The steps of the preparation, each by itself."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from titlewright.records import Product
from titlewright.text.near_duplicates import word_tokens
from titlewright.training.prepare.boilerplate import (
    Recurring,
    sentences,
    talks_of_shop,
    without_boilerplate,
)
from titlewright.training.prepare.families import family_of
from titlewright.training.prepare.options import PrepareOptions
from titlewright.training.prepare.quality import backed_share, flags_of, problem_of
from titlewright.training.prepare.remnants import without_remnants
from titlewright.training.prepare.rows import SourceRow
from titlewright.training.prepare.segmentation import content_words, segment
from titlewright.training.prepare.steps import Counts

TEXT = "A wide bowl of turned ash wood for fruit and bread, oiled by hand."


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (r"Soft cotton\nMachine wash", "Soft cotton Machine wash"),
        (r"Women\'s boots", "Women's boots"),
        (r"A \"good\" one", 'A "good" one'),
        ("Nanotech&Trade; blades&Nbsp;", "Nanotech™ blades"),
        ("Nice .table td {color: #333; padding: 4px} one", "Nice one"),
        ("a:hover {color: red;} Bowl", "Bowl"),
        ("table.x td, .y > p {margin:0} Bowl", "Bowl"),
    ],
)
def test_remnants_of_code_go(text: str, left: str) -> None:
    assert without_remnants(Product("1", description=text)).description == left


@pytest.mark.parametrize(
    "text", [TEXT, "Set {3 pieces}", "R&D; lab", "AC/DC 12\\24", "size: {M, L}", ""]
)
def test_other_text_is_left_alone(text: str) -> None:
    product = Product("1", title=text, description=text, attributes={"a": text})
    assert without_remnants(product) is product


@given(st.text(alphabet="ab{}:;\\n&A ", max_size=30))
def test_taking_remnants_out_again_changes_nothing(text: str) -> None:
    once = without_remnants(Product("1", description=text))
    again = without_remnants(once)
    assert len(again.description) <= len(once.description) <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "One. Two! Three? Four", "Holds 1.5 l. Light", "made of woodOne handle",
        "第一句。第二句！第三句", "a • b • c",
    ],
)  # fmt: skip
def test_sentences_cover_the_text_in_order(text: str) -> None:
    spans = list(sentences(text))
    assert len(spans) > 1
    assert all(start < end for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    assert spans[0][0] == 0
    assert spans[-1][1] == len(text)


@pytest.mark.parametrize(
    ("sentence", "shop"),
    [
        ("Please allow 1-3 cm due to manual measurement.", True),
        ("Returns are subject to our refund policy.", True),
        ("本店支持7天无理由退换货", True),
        ("The crew of a battle ship in the Pacific.", False),
        ("He returns to Gotham and unveils his alter ego.", False),
        ("Monitors heart rate and steps.", False),
        ("这款水杯采用不锈钢制成", False),
    ],
)
def test_talk_of_the_shop(sentence: str, shop: bool) -> None:
    assert talks_of_shop(sentence, word_tokens(sentence)) is shop


def recurring(sentence: str, times: int, title: str = "Ash Bowl", *, families: int = 1000):
    counted = Recurring()
    for index in range(times):
        counted.add(Product(str(index), title=title, description=f"{TEXT} {sentence}"), index)
    return counted.boilerplate(families)


def test_boilerplate_must_recur_among_families() -> None:
    shop = "Please contact us before you leave feedback."
    assert not recurring(shop, 4)
    keys = recurring(shop, 5)
    assert without_boilerplate(f"{TEXT} {shop} Dry soon.", keys) == f"{TEXT} Dry soon."
    variants = Recurring()
    for index in range(50):
        variants.add(Product(str(index), title="Ash Bowl", description=shop), family=1)
    assert not variants.boilerplate(1000)


@pytest.mark.parametrize(
    ("sentence", "goes"),
    [
        ("It wears well from morning to evening and beyond.", True),
        ("It is made of pure cotton from morning to evening.", False),
        ("It measures about 20 by 30 from edge to edge.", False),
        ("It comes in green and in many more besides.", False),
        ("Wears well all day.", False),
    ],
)
def test_other_sentences_go_only_when_they_state_nothing(sentence: str, goes: bool) -> None:
    keys = recurring(sentence, 60)
    assert (without_boilerplate(sentence, keys) == "") is goes


def test_what_titles_speak_of_stays() -> None:
    sentence = "It wears well from morning to evening and beyond."
    assert not recurring(sentence, 60, title="Evening Bowl")


@pytest.mark.parametrize(
    ("title", "problem"),
    [
        ("", "no-title"), ("n/a", "no-title"), ("Test Product", "placeholder"),
        ("Copy of product 3", "placeholder"), ("SKU 12345", "placeholder"),
        ("XK-2400/B", "placeholder"), ("补差价专用链接", "placeholder"), ("12 x 14", "placeholder"),
        ("Bowl", "short-title"), ("Ash bowl from [phone]", "private-title"),
        ("Test Tube Rack", ""), ("Product Design Handbook", ""), ("木质沙拉碗", ""),
        ("LG TV OLED55", ""), ("iPhone 15", ""), ("Sample Spoons, Wood", ""),
        ("New Balance 574", ""),
        ("ash bowl " * 30, "long-title"),
    ],
)  # fmt: skip
def test_titles_are_judged(title: str, problem: str) -> None:
    assert problem_of(Product("1", title=title, description=TEXT), PrepareOptions()) == problem


@pytest.mark.parametrize(
    ("title", "share"),
    [
        ("Turned Ash Bowls", 1.0), ("Turned Oak Bowl", 2 / 3), ("Gorgeous Marvel", 0.0),
        ("Bowl for Bread", 1.0), ("", 0.0),
    ],
)  # fmt: skip
def test_how_much_of_a_title_is_backed(title: str, share: float) -> None:
    assert backed_share(Product("1", title=title, description=TEXT)) == pytest.approx(share)
    assert backed_share(Product("1", title="不锈钢水杯", description="采用不銹鋼製成的水杯")) == 1.0


@pytest.mark.parametrize(
    ("title", "flags"),
    [
        ("Turned Ash Bowl", ()), ("TURNED ASH BOWL", ("capitals",)),
        ("Bowl, Fruit Bowl, Bread Bowl", ("repeats",)),
        ("Schöne Schale aus Holz für Obst und Brot", ("other-language",)),
    ],
)  # fmt: skip
def test_odd_titles_are_flagged(title: str, flags: tuple[str, ...]) -> None:
    product = Product("1", title=title, description=f"{TEXT} {TEXT}")
    assert flags_of(product, "en", backed_share(product)) == flags


def family(title: str, brand: str = "", group: str = "") -> int:
    product = Product("1", title=title, brand=brand, description=TEXT)
    return family_of(SourceRow(0, 1, product, group=group), product)


def test_families() -> None:
    assert family("Ash Bowl Red 500 ml") == family("Ash Bowl, Blue, 750ml")
    assert family("Toner CF283A Black") != family("Toner CF244A Black")
    assert family("Ash Bowl", "Acme") != family("Ash Bowl", "Fjell")
    assert family("Ash Bowl", group="a") == family("Oak Plate", group="a")
    assert family("Ash Bowl", group="a") != family("Ash Bowl", group="b")


def test_segmentation() -> None:
    assert segment("纯棉T恤, 500 ml") == ["纯棉", "t", "恤", "500", "ml"]
    assert content_words("A case for the phone, 12 pieces") == ["case", "phone", "pieces"]


def test_examples_are_the_same_however_rows_are_batched() -> None:
    whole, first, second = Counts(), Counts(), Counts()
    for row in range(100):
        whole.note("leak", 0, row, f"before {row} ana@example.com", f"after {row}")
        half = first if row < 37 else second
        half.note("leak", 0, row, f"before {row} ana@example.com", f"after {row}")
    second.merge(first)
    assert second.rows == whole.rows == {"leak": 100}
    assert second.examples("leak") == whole.examples("leak")
    assert all("[e-mail]" in shown.before for shown in whole.examples("leak"))
