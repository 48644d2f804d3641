"""How titles come out of a repair: readable, changed as little as needed, never cut in a word."""

from __future__ import annotations

import pytest

from titlewright.channels import get_channel, length, repair
from titlewright.channels.seams import cut
from titlewright.records import Product


def repaired(channel: str, title: str, **product: object) -> str:
    result = repair(get_channel(channel), title, Product("1", **product) if product else None)  # type: ignore[arg-type]
    assert result.remaining == ()
    return result.text


@pytest.mark.parametrize(
    "title",
    [
        "Columbia Men's Newton Ridge Hiking Boots, Black, Size 10",
        "nike shoes with",  # style alone is no reason to touch it
        "Bottle (500 ml) - Blue",
    ],
)
def test_a_title_that_is_allowed_stays_as_it_is(title: str) -> None:
    result = repair(get_channel("amazon"), title)
    assert (result.text, result.changes, result.remaining) == (title, (), ())


@pytest.mark.parametrize(
    ("channel", "title", "expected"),
    [
        ("amazon", "FREE SHIPPING! Nike Air Shoes", "Nike Air Shoes"),
        ("amazon", "Nike Air Shoes - 50% OFF", "Nike Air Shoes"),
        ("amazon", "Nike Shoes (Free Gift), Blue", "Nike Shoes, Blue"),
        ("amazon", "Nike Shoes with Free Shipping", "Nike Shoes"),
        ("amazon", "Nike Shoes or visit www.shop.com", "Nike Shoes"),
        ("amazon", "Nike_Air Shoes", "Nike Air Shoes"),
        ("amazon", "Baby Boy Hat, Baby Boy Cap, Baby Boy Suit", "Baby Boy Hat, Baby Boy Cap, Suit"),
        ("amazon", "Snow Boots, Winter Boots, Warm Boots, Red", "Snow Boots, Winter Boots, Red"),
        ("amazon", "Nike GORGEOUSLY Soft Shoes", "Nike Gorgeously Soft Shoes"),
        ("ebay", "Rubber™ Seal 1½ inch m²", "Rubber Seal 1 1/2 inch m2"),
        ("ebay", "Lamp ♥ New ♥", "Lamp New"),
        (
            "etsy",
            "Cup & Mug & Pot 50% Linen 50% Wool",
            "Cup & Mug and Pot 50% Linen 50 percent Wool",
        ),
        ("etsy", "Mug\x1b2", "Mug 2"),
        ("etsy", "cafe\u0301 sign 🔥 €5", "café sign"),
        ("google", "Nike Shoes ★★★ was $99 now $49", "Nike Shoes"),
        ("google", "LEATHER WALLET FOR MEN", "Leather Wallet for Men"),
        ("google", "Lamp   Blue", "Lamp Blue"),
        ("google", "<b>Nike</b> Shoes &amp; Socks", "Nike Shoes & Socks"),
        ("walmart", "Diary 2024 with Pen", "Diary with Pen"),
        ("walmart", "Lamp 耐克 Blue", "Lamp Blue"),
        ("walmart", "Foil 10*20 cm", "Foil 10x20 cm"),
        ("walmart", "Labels 800张*12 Rolls", "Labels 800 12 Rolls"),
        ("wechat-shop", "√手机Ⅲ代", "手机III代"),
        ("rakuten", "★ 水筒 ＡＢＣ５００ｍｌ", "水筒 ABC500ml"),
        ("microsoft", '"Nike Shoes"', "Nike Shoes"),
        ("taobao", "小米\t手环", "小米手环"),
    ],
)
def test_repairs(channel: str, title: str, expected: str) -> None:
    assert repaired(channel, title) == expected


def test_once_each_speaks_the_products_language() -> None:
    assert repaired("etsy", "Salz & Pfeffer & Öl", locale="de-DE") == "Salz & Pfeffer und Öl"


def test_changes_say_in_words_what_was_done() -> None:
    result = repair(get_channel("amazon"), "Free Shipping Nike Shoes!")
    assert result.changes == ('Removed "Free Shipping".', 'Removed or rewrote "!".')
    assert len(result.rules) == len(result.changes)
    assert all(rule.startswith("amazon.") for rule in result.rules)


def test_the_brand_keeps_its_capitals_and_marks() -> None:
    assert repaired("google", "YAHOO! LEATHER WALLET", brand="YAHOO!") == "YAHOO! Leather Wallet"


# What can't be repaired


@pytest.mark.parametrize(
    ("channel", "title", "rule"),
    [
        ("amazon", "FREE SHIPPING!", "empty"),
        ("amazon", "", "empty"),
        ("amazon", "x" * 76, "length"),
        ("allegro", "Buty", "short"),
        ("allegro", f"Buty Nike {'a' * 31}", "long-word"),
        ("wechat-shop", "iPhone 15", "words"),
        ("tiktok-shop", "Fake Nike Shoes for Men Black", "counterfeit"),
    ],
)
def test_what_remains_is_said(channel: str, title: str, rule: str) -> None:
    result = repair(get_channel(channel), title)
    assert f"{channel}.{rule}" in {violation.rule for violation in result.remaining}


def test_one_long_word_is_left_whole() -> None:
    assert repair(get_channel("amazon"), "x" * 76).text == "x" * 76


# Shortening

RUNNING_SHOES = (
    "Nike Pegasus 39 Lace-Up Running Shoes, Breathable and Light, Navy Blue, Size 10"
    " - For Every Day"
)
NIKE = Product(
    "1",
    brand="Nike",
    category=("Apparel", "Running Shoes"),
    attributes={"model": "Pegasus 39", "color": "Navy Blue", "size": "10", "closure": "Lace-Up"},
    locale="en-US",
)


@pytest.mark.parametrize(
    ("channel", "dropped", "expected"),
    [
        ("walmart", (), RUNNING_SHOES),
        ("ebay", (" - For Every Day",), ""),
        ("amazon", (", Breathable and Light",), ""),
        ("google-ads", (), "Nike Pegasus 39 Running Shoes"),
    ],
)
def test_the_least_valuable_goes_first(
    channel: str, dropped: tuple[str, ...], expected: str
) -> None:
    for piece in dropped:
        expected = RUNNING_SHOES.replace(piece, "")
    result = repair(get_channel(channel), RUNNING_SHOES, NIKE)
    assert result.text == expected
    assert result.remaining == ()


@pytest.mark.parametrize(
    ("title", "never"),
    [
        ("Bottle with a long name that says very much about steel and water of 500 ml", " 500"),
        ("Stoneware Dinnerware for the whole family and for many guests Set of 16", "Set of"),
        ("Sweets made for all of those who like it light and still very good Sugar Free", "Sugar"),
        ("A harness that is made for strong dogs and for the large ones which are No Pull", "Pull"),
    ],
)
def test_what_means_something_else_apart_is_not_parted(title: str, never: str) -> None:
    for most in range(20, 80, 3):
        text = shortened(title, most)
        assert not text.endswith(never)
        assert not text.endswith((" with", " for", " and", " of", ",", "-"))


def shortened(title: str, most: int, **product: object) -> str:
    from dataclasses import replace

    channel = replace(get_channel("amazon"), name=f"short-{most}", max_length=most)
    result = repair(channel, title, Product("1", **product))  # type: ignore[arg-type]
    assert length(channel, result.text) <= most
    return result.text


def test_a_case_never_becomes_the_phone_it_is_for() -> None:
    title = "Slim Protective Shockproof Phone Case with Stand for Apple iPhone 15 Pro Max, Black"
    for most in range(12, 80, 4):
        assert "Case" in shortened(title, most, locale="en-US")


def test_a_clause_does_not_go_over_to_the_wrong_thing() -> None:
    title = "Ceramic Coffee Mug, Bamboo Tray with Handles, Cotton Napkins"
    assert shortened(title, 30, locale="en-US") == "Ceramic Coffee Mug"


def test_brackets_go_as_a_whole() -> None:
    assert shortened("Steel Water Bottle (Leak Proof, Insulated)", 25) == "Steel Water Bottle"


def test_chinese_is_cut_between_words() -> None:
    title = "小米手环8NFC版智能运动防水心率监测睡眠监测男女通用情侣款手表带"
    text = repaired("taobao", title, brand="小米", category=("智能设备", "手环"))
    assert text == "小米手环8NFC版智能运动防水心率监测睡眠监测男女通用情侣款"


def test_a_chinese_number_keeps_its_measure() -> None:
    title = "大容量不锈钢保温杯男女学生户外运动便携水壶车载泡茶杯子 500毫升 大号加厚款"
    for most in range(10, 76, 4):
        assert not shortened(title, most, locale="zh-CN").endswith("500")


def test_japanese_is_cut_where_the_script_changes() -> None:
    text = repaired("google-ads", "ステンレス製の水筒 保温保冷 大容量ボトル 500ml", locale="ja-JP")
    assert text in ("ステンレス製の水筒 500ml", "ステンレス製の水筒 保温保冷")


def test_thai_is_cut_at_spaces_only() -> None:
    title = "กระเป๋าสะพายข้างผู้หญิง แฟชั่นเกาหลี หนังแท้คุณภาพดี สีดำ ขนาดใหญ่พิเศษสุดๆ ทนทาน"
    assert set(shortened(title, 40, locale="th").split()) <= set(title.split())


# Seams


@pytest.mark.parametrize(
    ("title", "piece", "expected"),
    [
        ("Mug (free), blue", "free", "Mug, blue"),
        ("Shoes with Box", "Box", "Shoes"),
        ("Shoes with Box, Blue", "Box", "Shoes, Blue"),
        ("Red, Green and Blue", "Green", "Red and Blue"),
        ("A - B - C", "B", "A - C"),
        ("A, B (C)", "B", "A (C)"),
        ("【包邮】保温杯", "包邮", "保温杯"),
        ("保温杯、水杯、茶杯", "水杯", "保温杯、茶杯"),
        ("乐创（lecon)冰柜", "lecon", "乐创冰柜"),
        ("Sale: Shoes", "Sale", "Shoes"),
        ("Shoes [X", "X", "Shoes"),
        ("Nike! Shoes", "!", "Nike Shoes"),
        ("Hello", "Hello", ""),
        ("Plug In Lamp", "Lamp", "Plug"),
        ("C++ Book", "Book", "C++"),
    ],
)
def test_cut_closes_the_seam(title: str, piece: str, expected: str) -> None:
    start = title.index(piece)
    assert cut(title, start, start + len(piece)) == expected
