"""What each kind of rule finds, and what it leaves alone."""

from __future__ import annotations

import pytest

from titlewright.channels import check, get_channel
from titlewright.records import Product, Span


def found(channel: str, title: str, **product: object) -> list[tuple[str, str]]:
    """(rule without its channel, offending text) of every violation that isn't style."""
    violations = check(get_channel(channel), title, Product("1", **product) if product else None)  # type: ignore[arg-type]
    return [
        (
            violation.rule.removeprefix(f"{channel}."),
            title[slice(*violation.span)] if violation.span else "",
        )
        for violation in violations
    ]


@pytest.mark.parametrize(
    ("title", "rule", "text"),
    [
        ("Nike Shoes!", "never-characters", "!"),
        ("Nike_Shoes", "never-characters", "_"),
        ("Nike * Shoes", "decorative-characters", "*"),
        ("Free Shipping Nike Shoes", "promotion", "Free Shipping"),
        ("Nike FREE-SHIPPING Shoes", "promotion", "FREE-SHIPPING"),
        ("Schuhe Versandkostenfrei", "promotion", "Versandkostenfrei"),
        ("Shoes 100% Quality Guaranteed", "promotion", "100% Quality Guaranteed"),
        ("Shoes 50% Off", "discount", "50% Off"),
        ("Clearance! Nike Shoes", "discount", "Clearance!"),
        ("FSA/HSA Eligible Glasses", "restricted-phrase", "FSA/HSA Eligible"),
        ("Shoes from www.shop.com", "contact", "www.shop.com"),
        ("Shoes Ask me@shop.com", "contact", "me@shop.com"),
        ("Shoes Call (555) 123-4567", "contact", "(555) 123-4567"),
        ("Shoes Now 49 EUR", "price", "Now 49 EUR"),
        ("Shoes In Stock", "availability", "In Stock"),
        ("Refurbished Phone", "condition", "Refurbished"),
        ("<b>Nike</b> Shoes", "html", "<b>"),
        ("Nike  Shoes", "white-space", "  "),
        ("Nike Shoes Best Seller", "subjective", "Best Seller"),
        ("Nike AMAZINGLY Light Shoes", "capitals", "AMAZINGLY"),
        ("Nike running Shoes", "title-case", "running"),
        ("Nike Socks Two-Pack", "number-words", "Two-Pack"),
        ("Bottle 12 Ounces", "unit-words", "12 Ounces"),
        ("Eco-Friendly Bottle", "restricted-claims", "Eco-Friendly"),
        ("Nike Shoes ★", "non-language-characters", "★"),
    ],
)
def test_amazon_finds(title: str, rule: str, text: str) -> None:
    assert (rule, text) in found("amazon", title, locale="en-US")


@pytest.mark.parametrize(
    "title",
    [
        "Style #4301 Steel Bolt, <10 lb",
        "Oil Painting 10*20 cm, Ages 5~8",
        "Yard Sale Sign with Stand",
        "Columbia Hiking Boots",
        "AT&T Phone Case, USB-C, HDMI, 4K",
        "Filter 123-456-78901 for WH-1000XM5",
        "Frame 8 in x 10 in x 2 in",
        "Bottle with Lid for the Car and the Gym, 500 ml",
        "Nike Men's Air Max, R&D Lab Coat 3.5 mm",
    ],
)
def test_amazon_leaves_alone(title: str) -> None:
    assert found("amazon", title, locale="en-US") == []


@pytest.mark.parametrize(
    ("title", "brand"),
    [
        ("Yahoo! Mug", "Yahoo!"),
        ("Booking.com Travel Pillow", "Booking.com"),
        ("Free Shipping Records Vinyl", "Free Shipping Records"),
        ("BEST SELLER Cap", "BEST SELLER"),
        ("iittala Glass", "iittala"),
    ],
)
def test_a_brand_may_break_rules_inside_its_own_name(title: str, brand: str) -> None:
    assert found("amazon", title, brand=brand, locale="en-US") == []
    assert found("amazon", title, locale="en-US") != []


def test_the_same_word_twice_is_allowed_thrice_is_not() -> None:
    assert found("amazon", "Baby Boy Shirt, Baby Boy Pants") == []
    assert found("amazon", "Baby Boy Shirt, Baby Boy Pants, baBy Hat") == [
        ("repeated-word", "baBy")
    ]


def test_function_words_units_and_numbers_may_repeat() -> None:
    assert found("amazon", "Lid for Pot and for Pan and for Wok and 5 cm x 5 cm x 5 cm") == []


def test_part_of_a_brand_in_another_sense_is_no_repetition() -> None:
    title = "Old Navy Navy Blue Shirt with Navy Collar"
    assert found("amazon", title, brand="Old Navy") == []
    assert ("repeated-word", "Navy") in found("amazon", title)


def test_a_brand_is_not_exempt_from_repetition() -> None:
    assert ("repeated-word", "Nike") in found("amazon", "Nike Shoes Nike Air Nike", brand="Nike")


def test_seventy_five_characters_are_allowed_and_one_more_is_not() -> None:
    channel = get_channel("amazon")
    assert check(channel, "Aa" * 37 + "B") == []
    (violation,) = check(channel, "Aa" * 38)
    assert violation.rule == "amazon.length"
    assert violation.span == Span(75, 76)
    assert violation.message == "The title has 76 characters; Amazon allows 75, spaces included."
    assert violation.source_url.startswith("https://sellercentral.amazon.com/help/")


def test_the_span_of_a_length_is_in_code_points_whatever_the_unit() -> None:
    (violation,) = check(get_channel("taobao"), "保" * 31)
    assert violation.span == Span(30, 31)


@pytest.mark.parametrize("channel", ["google", "walmart"])
def test_a_title_in_capitals_is_an_error_one_word_a_warning(channel: str) -> None:
    loud = check(get_channel(channel), "LEATHER WALLET FOR MEN")
    assert {item.severity for item in loud if item.rule.endswith("all-capitals")} == {"error"}
    one = check(get_channel(channel), "Leather Wallet for Men with SECRET Pocket")
    assert [(item.rule, item.severity) for item in one] == [(f"{channel}.capitals", "warning")]


def test_brand_and_model_may_be_in_capitals() -> None:
    product = {"brand": "NIKON", "attributes": {"model": "COOLPIX AERO"}}
    assert found("google", "NIKON COOLPIX AERO Camera", **product) == []


def test_the_sellers_name_is_found_where_the_feed_names_it() -> None:
    seller = {"store": "ShoeHeaven"}
    assert ("company-name", "ShoeHeaven") in found("google", "ShoeHeaven Boots", attributes=seller)
    assert found("google", "ShoeHeaven Boots", attributes=seller, brand="ShoeHeaven") == []


@pytest.mark.parametrize("mark", ["🔥", "€", "^", "`", "½", "Ⅲ"])
def test_etsys_charset(mark: str) -> None:
    assert ("charset", mark) in found("etsy", f"Mug {mark}")


def test_etsy_allows_marks_once() -> None:
    assert found("etsy", "Salt & Pepper: 50% Off-White + Red™") == []
    assert found("etsy", "Salt & Pepper & Oil") == [("once-each", "&")]


@pytest.mark.parametrize("mark", ["™", "♥", "½", "²", "₂"])
def test_ebays_special_characters(mark: str) -> None:
    assert ("special-characters", mark) in found("ebay", f"Seal {mark}")


def test_ebay_allows_degrees_and_ordinary_accents() -> None:
    assert found("ebay", "Café Sign 90° Angle – Größe M") == []


@pytest.mark.parametrize(
    ("title", "rule"),
    [
        ("Diary 2024", "year"),
        ("Lamp from Target", "retailer-name"),
        ("Lamp Walmart", "retailer-name"),
        ("Lamp Discontinued", "irrelevant"),
        ("耐克 Shoes", "non-english"),
        ("Lamp $$", "special-characters"),
        ("Lamp Hot Sale", "promotion"),
    ],
)
def test_walmart_finds(title: str, rule: str) -> None:
    assert rule in {name for name, _ in found("walmart", title)}


@pytest.mark.parametrize(
    "title",
    [
        "Brake Pad for 2019 Ford F-150",
        "Amazon Echo Stand",
        "Paper Target 50 Count",
        "Puzzle 2000 Pieces",
        "LED Bulb 2024 Lumens",
    ],
)
def test_walmart_leaves_alone(title: str) -> None:
    assert found("walmart", title) == []


def test_walmart_allows_the_retailer_that_is_the_brand() -> None:
    assert found("walmart", "Costco Tote Bag", brand="Costco") == []


def test_allegros_least_lengths() -> None:
    assert {rule for rule, _ in found("allegro", "Buty Nike")} == {"short", "words"}
    assert found("allegro", "Buty Nike Air Max") == []
    assert ("long-word", "a" * 31) in found("allegro", f"Buty Nike {'a' * 31}")


def test_wechat_asks_for_chinese_characters() -> None:
    assert found("wechat-shop", "iPhone 15") == [("words", "")]
    assert found("wechat-shop", "√手机") == [("charset", "√")]
    assert found("wechat-shop", "iPhone 15 手机") == []


@pytest.mark.parametrize("title", ["", "  ", "\n"])
@pytest.mark.parametrize("channel", ["amazon", "zalando"])
def test_an_empty_title_is_an_error_everywhere(channel: str, title: str) -> None:
    assert ("empty", "") in found(channel, title)


# Laws


@pytest.mark.parametrize(
    ("title", "rule"),
    [
        ("国家级保温杯", "absolute-statutory"),
        ("最好的保温杯", "absolute-superlative"),
        ("销量第一保温杯", "absolute-first"),
        ("全网NO.1保温杯", "absolute-first"),
        ("顶级保温杯", "absolute-rank"),
        ("100%有效防蚊", "guaranteed-share"),
        ("国宴专供茶叶", "authority"),
        ("治疗关节炎护膝", "medical"),
        ("增强免疫力酸奶", "health-food"),
        ("美白面霜", "special-cosmetics"),
        ("开光手链", "superstition"),
    ],
)
def test_chinas_advertising_law(title: str, rule: str) -> None:
    (violation, *_) = [
        item for item in check(get_channel("taobao"), title) if item.rule == f"law.cn.{rule}"
    ]
    assert violation.severity == "warning"
    assert "条" in violation.message
    assert "Art." in violation.message


@pytest.mark.parametrize(
    "title",
    ["第一步学步鞋", "宝宝第一次餐椅", "最大尺寸书架", "置物架最大承重100kg", "最近", "最后一课",
     "防晒衣", "100%纯棉四件套", "医用口罩", "招财猫摆件", "万能胶"],
)  # fmt: skip
def test_what_only_looks_like_an_absolute_term(title: str) -> None:
    assert check(get_channel("taobao"), title) == []


def test_a_brand_that_holds_an_absolute_term() -> None:
    assert found("taobao", "永久自行车永久", brand="永久") == []
    assert found("taobao", "至尊保温杯", brand="至尊") == []


@pytest.mark.parametrize(
    ("locale", "title", "rule"),
    [
        ("en-US", "Tea Cures Cancer", "law.us.disease"),
        ("en-US", "Flag Made in USA", "law.us.made-in-usa"),
        ("en-US", "Biodegradable Bags", "law.us.environmental"),
        ("de-DE", "Umweltfreundlich Tasche", "law.eu.generic-environmental"),
        ("fr-FR", "Sac neutre en carbone", "law.eu.climate-neutral"),
        ("de-DE", "Tee 5 kg abnehmen", "law.eu.weight-loss"),
        ("en-GB", "Detox Tea", "law.uk.health"),
        ("ja-JP", "治るクリーム", "law.jp.effect"),
        ("ja-JP", "日本一の枕", "law.jp.superiority"),
    ],
)
def test_laws_by_locale(locale: str, title: str, rule: str) -> None:
    violations = check(get_channel("google"), title, Product("1", locale=locale))
    assert rule in {item.rule for item in violations if item.severity == "warning"}


def test_a_qualified_origin_is_no_unqualified_claim() -> None:
    assert found("amazon", "Flag Made in USA with Imported Materials", locale="en-US") == []
