"""Each kind of problem: found where it is, with the edit that mends it, and let pass where not."""

from __future__ import annotations

import pytest

from titlewright.channels import get_channel
from titlewright.records import Hints, Product
from titlewright.rewriting import Case, Problem, diagnose
from titlewright.rewriting.tones import Tone

NO_HINTS = Hints()
GOOGLE = get_channel("google")


def product(title: str, **fields: object) -> Product:
    return Product(id="1", title=title, **fields)  # type: ignore[arg-type]


def problems(
    item: Product,
    hints: Hints = NO_HINTS,
    channel: str = "google",
    tone: Tone | None = None,
    demanded: tuple[str, ...] = (),
) -> dict[str, Problem]:
    case = Case.of(item, get_channel(channel), hints, tone=tone, demanded=demanded)
    return {problem.name: problem for problem in diagnose(case, item.title)}


MUG = {"description": "Stoneware mug that holds 350 ml.", "brand": "Kilnworks"}


@pytest.mark.parametrize(
    ("title", "fields", "name", "mended"),
    [
        ("Stoneware Mug", MUG, "missing brand", "Kilnworks Stoneware Mug"),
        ("Stoneware Mug Kilnworks", MUG, "late brand", "Kilnworks Stoneware Mug"),
        ("Stoneware Mug by Kilnworks", MUG, "late brand", "Kilnworks Stoneware Mug"),
        ("Mug Mug Stoneware", MUG, "repetition", "Mug Stoneware"),
        ("Navy Blue & Navy Blue Mug", MUG, "repetition", "Navy Blue Mug"),
        ("Kilnworks Mug HOT SALE", MUG, "promotion", "Kilnworks Mug"),
        ("kilnworks stoneware mug", MUG, "no capitals", "Kilnworks Stoneware Mug"),
        ("STONEWARE COFFEE MUG", MUG, "shouting", "Stoneware Coffee Mug"),
        ("Mug w/ Lid 350 ML", MUG, "form", "Mug with Lid 350 ml"),
        (
            "Mug for Men Women Boys Girls",
            MUG,
            "stuffing",
            "Mug",
        ),
        (
            "Kilnworks Mug",
            {"brand": "Kilnworks", "attributes": {"colour": "blue"}},
            "missing color",
            "Kilnworks Mug, Blue",
        ),
        (
            "Kilnworks 13A",
            {"brand": "Kilnworks", "attributes": {"product type": "mug"}},
            "missing type",
            "Kilnworks 13A Mug",
        ),
        (
            "雪花清爽啤酒",
            {"brand": "雪花", "attributes": {"规格": "500ml"}},
            "missing size",
            "雪花清爽啤酒500ml",
        ),
        (
            "苏菲超熟睡420卫生巾",
            {"brand": "苏菲", "attributes": {"长度": "420mm"}},
            "missing size",
            "苏菲超熟睡420mm卫生巾",
        ),
        ("清爽啤酒 500ml 雪花", {"brand": "雪花"}, "late brand", "雪花清爽啤酒 500ml"),
        ("雪花啤酒包邮", {"brand": "雪花"}, "promotion", "雪花啤酒"),
    ],
)
def test_found_with_its_edit(title: str, fields: dict[str, object], name: str, mended: str) -> None:
    channel = "taobao" if not title.isascii() else "google"
    found = problems(product(title, **fields), channel=channel)
    assert name in found
    assert mended in [edit.text for edit in found[name].edits]


@pytest.mark.parametrize(
    ("title", "fields"),
    [
        ("Kilnworks Stoneware Mug, 350 ml", MUG),
        ("2 Pack Kilnworks Mug", MUG),  # how many may stand before the brand
        ("Refurbished Kilnworks Mug", MUG),
        ("Lid for Kilnworks Mug", MUG),  # the brand of what it fits
        ("Wishful by W Printed Kurta", {"brand": "W"}),
        ("Shea Moisture Shampoo", {"brand": "SheaMoisture"}),
        ("Steel Bowl with Steel Lid", {"brand": ""}),  # twice at some distance may be meant
        ("Kilnworks Red Mug", {"brand": "Kilnworks", "attributes": {"colour": "crimson"}}),
        ("Kilnworks Juice 500 ml", {"brand": "Kilnworks", "attributes": {"size": "0.5 L"}}),
        ("Kilnworks Mug", {"brand": "Kilnworks", "attributes": {"gender": "Unisex"}}),
        ("HOKA ONE ONE 跑步鞋", {"brand": "HOKA"}),
        ("Dior/迪奥淡香水50ml", {"brand": "迪奥"}),
    ],
)
def test_let_pass(title: str, fields: dict[str, object]) -> None:
    channel = "google" if title.isascii() else "taobao"
    found = problems(product(title, **fields), channel=channel)
    assert [one for one in found.values() if one.severity != "note"] == []


def test_a_colour_that_only_an_attribute_contradicts_goes() -> None:
    found = problems(product("Fjell Navy Hat", brand="Fjell", attributes={"colour": "black"}))
    assert found["contradiction"].severity == "error"
    assert found["contradiction"].edits[0].text == "Fjell Hat"


def test_where_the_product_disagrees_with_itself_the_seller_is_told() -> None:
    item = product(
        "Fjell Navy Hat",
        brand="Fjell",
        description="A hat that keeps its shape in rain and snow all winter long, in navy.",
        attributes={"colour": "black"},
    )
    found = problems(item)
    assert found["contradiction"].edits == ()


def test_words_asked_for_are_added_only_where_they_are_true() -> None:
    item = product("Fjell Hat", brand="Fjell", description="Wool hat")
    found = problems(item, Hints(prefer=("wool", "waterproof")))
    assert found["missing words"].edits[0].text == "Fjell Wool Hat"
    assert "waterproof" in found["words not backed"].reason
    assert found["words not backed"].edits == ()


def test_searched_words_stand_before_the_type_where_the_product_words_it_so() -> None:
    item = product("Acme Mouse", brand="Acme", description="A wireless mouse with a cable, black.")
    assert problems(item, demanded=("wireless mouse",))["missing words"].edits[0].text == (
        "Acme Wireless Mouse"
    )
    assert problems(item, demanded=("cable",))["missing words"].edits[0].text == "Acme Mouse, Cable"


def test_words_to_avoid_are_errors() -> None:
    found = problems(product("Fjell Vegan Hat", brand="Fjell"), Hints(avoid=("vegan",)))
    assert found["word to avoid"].severity == "error"
    assert found["word to avoid"].edits[0].text == "Fjell Hat"


def test_broken_rules_come_first_with_the_repair() -> None:
    item = product("Kilnworks Mug FREE SHIPPING", **MUG)
    case = Case.of(item, GOOGLE, Hints())
    first = diagnose(case, item.title)[0]
    assert (first.severity, first.edits[0].text) == ("error", "Kilnworks Mug")


def test_a_plain_tone_has_no_praise() -> None:
    item = product("Kilnworks Amazing Mug", **MUG)
    assert problems(item)["praise"].severity == "note"
    assert problems(item, tone="plain")["praise"].edits[0].text == "Kilnworks Mug"


def test_a_tone_asks_only_for_what_is_stated() -> None:
    item = product("Fjell Bag", brand="Fjell", description="Bag of full-grain leather.")
    assert problems(item, tone="premium")["missing words"].reason == (
        '"leather" (premium tone) is missing'
    )
    assert "missing words" not in problems(item, tone="playful")


def test_a_line_of_the_brand_ends_with_the_clause() -> None:
    found = problems(product("Leather Belt by Hidebound, Brown", brand="Hidebound"))
    assert found["late brand"].edits[0].text == "Hidebound Leather Belt, Brown"
