"""Words of a title: as they stand, inflected, spelled otherwise, by alias, by category."""

import pytest
from grounding_helpers import kinds, stating, unsupported

from titlewright.grounding import Grounder, ground


@pytest.mark.parametrize(
    ("description", "title"),
    [
        ("Red cotton shirt", "Red Cotton Shirt"),
        ("RED COTTON SHIRT", "red cotton shirt"),
        ("Shoe with rubber soles", "Shoes with Rubber Sole"),
        ("Jacket with two hooded linings", "Hood jacket"),
        ("Wrapped scented candles", "Candle wrap"),
        ("water-proof jacket", "Waterproof Jacket"),
        ("waterproof jacket", "water proof jacket"),
        ("A t shirt", "T-Shirt"),
        ("WiFi router", "Wi-Fi Router"),
        ("Wi-Fi router", "WiFi router"),
        ("Café table", "Cafe table"),
        ("Ｆｕｌｌ ｗｉｄｔｈ mug", "full width mug"),
        ("Mug and spoon", "Mug & Spoon"),
        ("Mug with spoon", "Mug for the spoon"),  # function words state nothing
    ],
)
def test_the_same_words_back_a_title(description, title):
    assert unsupported(stating(description), title) == []


@pytest.mark.parametrize(
    ("description", "title"),
    [
        ("Boots for men", "Men's boots"),
        ("Men's boots", "Boots for Men"),
        ("Ladies dress", "Women's Dress"),
        ("Grey shirt", "Gray Shirt"),
        ("gray shirt", "GREY SHIRT"),
        ("Television stand", "TV Stand"),
        ("TV stand", "Television Stand"),
        ("Hat made of UPF 50+ fabric", "Hat with UV Protection"),
        ("Colour: red", "Color red"),
        ("Fibre cable", "Fiber Cable"),
    ],
)
def test_aliases_back_a_title(description, title):
    assert unsupported(stating(description), title) == []


@pytest.mark.parametrize(
    ("description", "title", "wrong"),
    [
        ("Copper pipe", "Steel pipe", "Steel"),
        ("Red shirt", "Blue shirt", "Blue"),
        ("Boots for men", "Women's boots", "Women's"),
        ("A water resistant watch", "Waterproof watch", "Waterproof"),
        ("Hat with UV protection", "Hat UPF", "UPF"),  # the alias goes one way
        ("Wool scarf", "Woolly mammoth scarf", "mammoth"),
        ("Stainless mug", "Stain mug", "Stain"),
        ("Shirt", "Premium shirt", "Premium"),
    ],
)
def test_other_words_back_nothing(description, title, wrong):
    assert wrong in unsupported(stating(description), title)


def test_the_kind_of_evidence_says_how_it_was_found():
    product = stating(
        "Grey boots for hiking, 0.5 kg", brand="Acme", category=("Apparel", "Footwear")
    )
    assert kinds(product, "Acme Footwear Gray Boot 500 g Deluxe") == {
        "Acme": "exact",
        "Footwear": "category",
        "Gray": "alias",
        "Boot": "inflected",
        "500 g": "same quantity",
        "Deluxe": "none",
    }


@pytest.mark.parametrize("category", [("Apparel", "Shoes"), ("Apparel / Shoes",)])
def test_a_category_word_is_evidence_of_kind_category(category):
    evidence = ground(stating("Runner", category=category), "Runner Shoes").evidence
    assert evidence[1].kind == "category"
    assert evidence[1].field.startswith("category.")


def test_evidence_is_gathered_across_fields():
    product = stating(
        "For running.",
        brand="Acme",
        category=("Shoes",),
        attributes={"colour": "Blue", "size": "42"},
    )
    found = {
        item.text: item.field for item in ground(product, "Acme Blue Running Shoes 42").evidence
    }
    assert found == {
        "Acme": "brand",
        "Blue": "attributes.colour",
        "Running": "description",
        "Shoes": "category.0",
        "42": "attributes.size",
    }


@pytest.mark.parametrize("value", ["yes", "Yes", "true", "ja", "是"])
def test_an_attribute_that_says_yes_states_its_name(value):
    assert unsupported(stating("Watch", attributes={"waterproof": value}), "Waterproof watch") == []


def test_brand_and_model_stand_as_they_are():
    product = stating("Running sneakers", brand="Adidas", attributes={"model": "UB-21"})
    assert unsupported(product, "Adidas UB-21 Sneakers") == []
    assert unsupported(product, "adidas UB21 sneakers") == []
    assert unsupported(product, "Adidos UB-21 Sneakers") == ["Adidos"]


@pytest.mark.parametrize(
    ("stated", "written"),
    [
        ("CF283A", "CF283X"),
        ("CF283A", "CF284A"),
        ("CF283A", "CF283"),
        ("LQ-630", "LQ-603"),
        ("UB-21", "UB-22"),
        ("WH-1000XM4", "WH-1000XM5"),
        ("iPhone 14", "iPhone 15"),
    ],
)
def test_a_model_code_one_character_off_is_another_model(stated, written):
    product = stating(f"The {stated} by Acme")
    assert unsupported(product, f"Acme {stated}") == []
    assert unsupported(product, f"Acme {written}") != []


def test_the_present_title_counts_unless_it_is_left_out():
    product = stating("A mug", title="Blue mug")
    assert Grounder(product).ground("Blue mug").supported
    assert not Grounder(product, use_title=False).ground("Blue mug").supported


def test_the_aliases_of_a_user_count(tmp_path):
    aliases = tmp_path / "aliases.toml"
    aliases.write_text('equal = [["zweihander", "greatsword"]]\n', encoding="utf-8")
    product = stating("A zweihander")
    assert not Grounder(product).ground("Greatsword").supported
    assert Grounder(product, aliases=aliases).ground("Greatsword").supported


def test_missing_evidence_gives_a_reason_and_no_source():
    (item,) = ground(stating("Mug"), "Turquoise").evidence
    assert item.kind == "none"
    assert item.reason == "not in the source"
    assert (item.field, item.source, item.source_text) == ("", None, "")


def test_an_empty_title_needs_no_evidence():
    grounding = ground(stating("Mug"), "")
    assert grounding.supported
    assert grounding.content_units == 0
