"""The template generator: the product's own facts, in a sensible order, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from titlewright.examples import example_products
from titlewright.generators.avoiding import avoided
from titlewright.generators.facts import own_brand, read_facts
from titlewright.generators.phrases import product_phrase
from titlewright.generators.template import TemplateGenerator
from titlewright.records import Hints, Product
from titlewright.text.width import display_width
from titlewright.text.words import atoms, same_word


def titles(product: Product, n: int = 5, **hints: object) -> list[str]:
    (made,) = TemplateGenerator().generate([product], n=n, hints=[Hints(**hints)])  # type: ignore[arg-type]
    return [candidate.text for candidate in made]


def shoe(**changes: object) -> Product:
    stated: dict[str, object] = {
        "id": "1",
        "description": "Waterproof hiking boots with a grippy sole. They keep your feet dry.",
        "brand": "Fjell",
        "attributes": {"colour": "brown", "size": "EU 42", "gender": "Men", "model": "Ridge 200"},
    }
    return Product(**stated | changes)  # type: ignore[arg-type]


def test_brand_model_audience_and_type_come_in_this_order() -> None:
    first = titles(shoe())[0]
    places = [first.find(word) for word in ("Fjell", "Ridge 200", "Men", "Hiking Boots", "EU 42")]
    assert -1 not in places
    assert places == sorted(places)


def test_the_channel_decides_what_follows_the_type() -> None:
    usual = titles(shoe(), order=("brand", "product_type", "size", "color"))[0]
    turned = titles(shoe(), order=("brand", "product_type", "color", "size"))[0]
    assert usual.find("42") < usual.lower().find("brown")
    assert turned.find("42") > turned.lower().find("brown")


def test_nothing_is_said_twice() -> None:
    product = shoe(title="Fjell Ridge 200 brown hiking boots")
    for title in titles(product):
        for word in ("fjell", "ridge", "brown", "boots"):
            assert title.lower().count(word) <= 1, title


def test_only_words_of_the_product_are_used() -> None:
    for product in example_products():
        stated = " ".join(
            (product.title, product.description, product.brand, *product.category,
             *product.attributes.values())
        )  # fmt: skip
        known = [atom.norm for atom in atoms(stated)]
        for title in titles(product):
            for atom in atoms(title):
                assert any(same_word(atom.norm, word) for word in known) or atom.norm == "pack", (
                    f"{atom.text!r} of {title!r} is not the product's"
                )


@pytest.mark.parametrize("placeholder", ["Generic", "N/A", "无品牌", "unbranded", "-"])
def test_a_placeholder_is_no_brand(placeholder: str) -> None:
    product = shoe(brand=placeholder)
    assert own_brand(product) in {"", "-"}
    assert not any(title.startswith(placeholder) for title in titles(product) if placeholder != "-")


def test_brand_and_model_keep_their_spelling() -> None:
    product = shoe(brand="adiFIT", attributes={"model": "xR-9 pro"})
    assert titles(product)[0].startswith("adiFIT xR-9 pro")


@pytest.mark.parametrize(("style", "limit"), [("short", 60), ("headline", 30)])
def test_styles_are_short(style: str, limit: int) -> None:
    assert len(titles(shoe(), style=style)[0]) <= limit


def test_facts_are_added_only_where_they_fit() -> None:
    assert len(titles(shoe(), max_length=40)[0]) <= 40
    assert len(titles(shoe(title="Hiking boots"), max_length=40)[0]) <= 40


def test_a_preferred_feature_comes_before_others() -> None:
    attributes = {"features": "breathable lining", "material": "leather", "color": "brown"}
    product = shoe(attributes=attributes)
    plain = [t.lower() for t in titles(product, n=2)]
    told = [t.lower() for t in titles(product, n=2, prefer=("breathable",))]
    assert any("breathable" in title for title in told)
    assert told[-1].find("breathable") <= plain[-1].find("breathable")


def test_avoided_words_are_left_out_and_the_rest_is_said() -> None:
    made = titles(shoe(), avoid=("waterproof", "Brown"))
    assert made
    for title in made:
        assert not avoided(title, ("waterproof", "brown"))
        assert "Fjell" in title


def test_avoided_words_are_whole_words() -> None:
    assert avoided("Tailored suit", ("red",)) == ""
    assert avoided("A RED suit", ("red",)) == "RED"
    assert avoided("Red-hot chili", ("red hot", "red")) == "Red"
    assert avoided("高品质机械手表", ("机械",)) == "机械"
    assert avoided("anything", ("", " ")) == ""


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("These are PU leather stiletto sandals, made to last.", "PU leather stiletto sandals"),
        ("Discover our stainless steel water bottle with a straw.", "stainless steel water bottle"),
        ("Everything you need for a good night.", None),
        ("", None),
    ],
)
def test_the_words_for_the_product_are_found_in_running_text(text: str, phrase: str | None) -> None:
    found = product_phrase(text)
    assert (found.phrase if found else None) == phrase


@pytest.mark.parametrize(
    ("attributes", "slot", "value"),
    [
        ({"colour": "navy; white"}, "color", "navy"),
        ({"Color": "N/A"}, "color", ""),
        ({"size": "10"}, "size", ""),
        ({"颜色": "红色"}, "color", "红色"),
        ({"quantity per pack": "3"}, "quantity", "3-Pack"),
        ({"material": "See https://example.com/material"}, "material", ""),
    ],
)
def test_attributes_find_their_place(attributes: Mapping[str, str], slot: str, value: str) -> None:
    assert read_facts(Product(id="1", attributes=attributes)).slot(slot) == value


def test_chinese_titles_join_what_is_stated_without_praise() -> None:
    product = Product(id="1", description="这是一款高品质的机械手表，具有精准的计时功能。")
    assert titles(product)[0] == "机械手表 精准计时功能"
    for title in titles(product):
        assert "高品质" not in title
        assert "这是" not in title


def test_chinese_titles_begin_with_the_brand_and_hold_the_measures() -> None:
    product = Product(
        id="1", brand="海鸥", description="本款真皮男士钱包，采用头层牛皮。",
        attributes={"颜色": "黑色", "规格": "12cm"},
    )  # fmt: skip
    first = titles(product)[0]
    assert first.startswith("海鸥")
    assert "黑色" in first
    assert "12cm" in first
    assert "钱包" in first


def test_chinese_titles_keep_to_their_width() -> None:
    product = Product(
        id="1", brand="海鸥", description="这是一款机械手表，具有精准计时功能，采用蓝宝石镜面。",
        attributes={"颜色": "黑色", "规格": "直径40毫米", "风格": "商务"},
    )  # fmt: skip
    for title in titles(product, max_length=24):
        assert display_width(title) <= 24
