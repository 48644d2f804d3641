"""Plain factors on titles as shops write them, in English and Chinese."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from titlewright.channels import get_channel
from titlewright.records import Candidate, Product
from titlewright.scorers.factors import (
    BrandPosition,
    Concreteness,
    Factor,
    Length,
    Numbers,
    Readability,
    Sentiment,
    TypePosition,
    plain_factors,
)

NOTHING = Product(id="1")
ALL = plain_factors(get_channel("google"))


def value(factor: Factor, title: str, product: Product = NOTHING) -> float:
    return factor.judge(product, title).value


def reasons(factor: Factor, title: str, product: Product = NOTHING) -> str:
    return "; ".join(factor.judge(product, title).reasons)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("Blue Cotton T-Shirt for Men", "Casual Everyday Essential for Men"),
        ("Steel Water Bottle", "Amazing Perfect Water Bottle"),
        ("男士纯棉T恤 蓝色", "男士时尚百搭新款"),
        ("304不锈钢保温杯 500ml", "高端大气送礼首选"),
    ],
)
def test_what_can_be_seen_is_concrete_and_praise_is_not(better: str, worse: str) -> None:
    assert value(Concreteness(), better) > value(Concreteness(), worse)


def test_concreteness_is_a_share_in_which_praise_counts_twice() -> None:
    assert value(Concreteness(), "Steel Mug Lightweight") == pytest.approx(2 / 3)
    assert value(Concreteness(), "Steel Mug Amazing") == pytest.approx(2 / 4)
    assert "empty praise: “Amazing”" in reasons(Concreteness(), "Steel Mug Amazing")


def test_brand_and_codes_are_on_neither_side_of_concreteness() -> None:
    sony = Product(id="1", brand="Sony")
    assert value(Concreteness(), "Sony WH-1000XM5 Headphones", sony) == 1
    assert value(Concreteness(), "Headphones") == 1


def test_sizes_count_in_capitals_only() -> None:
    """“media” is a Spanish size and “full” a bed's: in running text they are other words."""
    assert value(Concreteness(), "media full of") == 0
    assert value(Concreteness(), "Linen XL") == 1


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Water Bottle", 0.0),
        ("Water Bottle 500 ml", 0.5),
        ("Water Bottle 500 ml, Pack of 2", 0.75),
        ("Water Bottle 500 ml 500ml", 0.5),  # said twice
        ("Monitor 27 inch 4K", 0.75),
        ("保温杯 500ml", 0.5),
        ("中性笔 0.5mm 12支", 0.75),
        ("Summer Dress 2023", 0.0),
        ("Toner CF283A", 0.0),
    ],
)
def test_each_measure_leaves_half_of_what_is_missing(title: str, expected: float) -> None:
    assert value(Numbers(), title) == pytest.approx(expected)


def test_a_number_without_a_unit_counts_half_and_is_named() -> None:
    assert value(Numbers(), "Candle 40") == pytest.approx(1 - 0.5**0.5)
    assert "without its unit: “40”" in reasons(Numbers(), "Candle 40")


def test_how_early_the_brand_stands() -> None:
    product = Product(id="1", brand="SheaMoisture")
    factor = BrandPosition()
    assert value(factor, "SheaMoisture Conditioner", product) == 1
    assert value(factor, "Shea Moisture Conditioner", product) == 1
    assert value(factor, "Conditioner by SheaMoisture", product) == pytest.approx(1 - 15 / 40)
    assert value(factor, "Conditioner", product) == 0
    assert value(factor, "Conditioner") == 0.5
    assert "“SheaMoisture” isn't" in reasons(factor, "Conditioner", product)


def test_how_early_a_title_says_what_the_product_is() -> None:
    factor = TypePosition()
    mug = Product(id="1", attributes={"product type": "coffee mug"})
    assert value(factor, "Mugs with Lid", mug) == 1
    assert value(factor, "Nordvik Mug with Lid", mug) == pytest.approx(1 - 8 / 40)
    assert value(factor, "Nordvik NV-100", mug) == 0
    assert value(factor, "Nordvik NV-100") == 0.5
    assert value(factor, "连衣裙 碎花") > value(factor, "碎花 收腰 显瘦 连衣裙")


def test_places_in_chinese_are_columns() -> None:
    product = Product(id="1", brand="雪花")
    assert value(BrandPosition(), "经典啤酒 雪花", product) == pytest.approx(1 - 9 / 40)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Blue cotton shirt", 0.5),
        ("Soft cotton shirt", 0.5 + 0.5 / 4),
        ("Gorgeous cotton shirt", 0.5 + 1 / 4),
        ("Scratchy cotton shirt", 0.5 - 0.5 / 4),
        ("Shirt that is not scratchy", 0.5 + 0.25 / 4),
        ("Not great shirt for the beach", 0.5 - 0.25 / 4),
        ("Odor control bags for the kitchen", 0.5 + 0.25 / 4),
        ("Anti-aging cream for the face", 0.5 + 0.25 / 4),
        ("Weiche Decke aus Baumwolle für das Bett", 0.5),
        ("纯棉T恤", 0.5),
        ("柔软纯棉T恤", 0.5 + 0.5 / 4),
        ("毛衣 不起球", 0.5 + 0.25 / 4),
        ("去黑眼圈眼霜", 0.5 + 0.25 / 4),
        ("絕美連衣裙", 0.5 + 1 / 4),
        ("劣质充电器", 0.5 - 1 / 4),
    ],
)
def test_the_feeling_of_words(title: str, expected: float) -> None:
    assert value(Sentiment(), title) == pytest.approx(expected)


def test_sentiment_names_its_words_and_its_languages() -> None:
    assert reasons(Sentiment(), "Soft shirt for itchy skin") == (
        "pleasant: “Soft”; unpleasant: “itchy”"
    )
    assert "English and Chinese only" in reasons(Sentiment(), "Weiche Decke für das Bett")


def test_length_against_what_the_channel_shows() -> None:
    factor = Length(get_channel("google"))  # shows 70
    assert value(factor, "Nordvik Mug") == pytest.approx(11 / 35)
    assert value(factor, "Nordvik Insulated Steel Water Bottle, Red") == 1
    long = "Nordvik Insulated Steel Water Bottle with Straw Lid, Carry Loop, Brush and Bag, Red"
    assert value(factor, long) == pytest.approx(1 - 0.3 * (len(long) - 70) / 70)
    assert "is cut off" in reasons(factor, long)
    assert value(factor, " ".join(f"part{number}" for number in range(60))) == pytest.approx(0.6)


def test_praise_and_repeats_fill_no_title() -> None:
    factor = Length(get_channel("google"))
    assert value(factor, "Amazing Mug") == pytest.approx(4 / 35)
    assert value(factor, "Steel Mug Steel Mug") < value(factor, "Steel Mug Large Cup")
    assert "repeats and praise" in reasons(factor, "Amazing Mug")


def test_length_is_in_the_channels_unit() -> None:
    taobao = Length(get_channel("taobao"))  # 60 bytes of GB 18030
    assert value(taobao, "纯棉短袖T恤") == pytest.approx(11 / 30)


@pytest.mark.parametrize(
    ("better", "worse", "reason"),
    [
        ("Steel Mug, 500 ml", "STEEL MUG, 500 ml", "capitals: “STEEL”"),
        ("Steel Mug", "StEeL Mug", "capitals: “StEeL”"),
        ("Steel Mug - Red", "*** Steel Mug *** (!) Red", "marks"),
        ("Desk Lamp", "Multifunctional Uncharacteristically Lamp", "long words"),
        (
            "Pillow Cover for Sofa, Linen",
            "Christmas Throw Pillow Cover Merry Printing Sofa Bed Home Decor Case",
            "11 words in a row",
        ),
        (
            "纯棉短袖T恤 男士 夏季",
            "秋冬季户外雪地靴女中筒棉靴加绒棉鞋短靴子学生保暖加厚平底",
            "words in a row",
        ),
    ],
)
def test_what_is_hard_to_read(better: str, worse: str, reason: str) -> None:
    assert value(Readability(), better) > value(Readability(), worse)
    assert reason in reasons(Readability(), worse)


def test_names_with_capitals_of_their_own_are_easily_read() -> None:
    for title in ("Apple iPhone 15 Case", "DKNY Bag", "USB Cable for MacBook", "小米手机"):
        product = Product(id="1", brand="DKNY")
        assert reasons(Readability(), title, product) == "easily read", title


@pytest.mark.parametrize("factor", ALL, ids=lambda factor: factor.name)
def test_an_empty_title_is_no_error(factor: Factor) -> None:
    (score,) = factor.score(NOTHING, [Candidate("", "me")])
    assert 0 <= score.value <= 0.5
    assert score.reasons


@given(
    st.lists(st.text(max_size=60), max_size=4),
    st.builds(
        Product,
        id=st.just("1"),
        brand=st.text(max_size=12),
        description=st.text(max_size=30),
        locale=st.sampled_from(["", "en-US", "zh-CN", "de"]),
    ),
)
def test_any_text_has_a_score_of_its_own(titles: list[str], product: Product) -> None:
    candidates = [Candidate(title, "me") for title in titles]
    before = copy.deepcopy(candidates)
    for factor in ALL:
        scores = factor.score(product, candidates)
        assert all(0 <= score.value <= 1 for score in scores)
        assert all(score.reasons and score.name == factor.name for score in scores)
        assert factor.score(product, candidates[::-1]) == scores[::-1]
        assert [factor.score(product, [one])[0] for one in candidates] == scores
    assert candidates == before


def test_their_names_are_different() -> None:
    assert len({factor.name for factor in ALL}) == len(ALL) == 7
