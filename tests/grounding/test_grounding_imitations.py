"""Materials that a text only imitates: the bare material is not backed, the whole wording is."""

import pytest
from grounding_helpers import stating, unsupported

from titlewright.grounding import ground
from titlewright.grounding.imitations import material_mentions


@pytest.mark.parametrize(
    ("locale", "description", "title"),
    [
        ("", "Faux leather jacket", "Leather jacket"),
        ("", "Faux brown leather jacket", "Leather jacket"),
        ("", "Bag made of vegan leather", "Leather bag"),
        ("", "Leather-look bag", "Leather bag"),
        ("", "PU leather bag", "Genuine leather bag"),
        ("", "Oak finish table", "Oak table"),
        ("", "Wood-effect tiles", "Wood tiles"),
        ("", "Gold plated ring", "Gold ring"),
        ("", "Gold and silver plated ring", "Gold ring"),
        ("", "18k gold-plated ring", "18k gold ring"),
        ("", "Gold tone ring", "Gold ring"),
        ("", "Cotton-blend shirt", "Cotton shirt"),
        ("", "Leather scented candle", "Leather candle"),
        ("", "Jacket with faux fur trim", "Fur jacket"),
        ("fr", "Sac en cuir synthétique", "Sac en cuir"),
        ("fr", "Sac en simili cuir", "Sac en cuir"),
        ("es", "Bolso de piel sintética", "Bolso de piel"),
        ("de", "Tasche in Leder-Optik", "Tasche aus Leder"),
        ("zh", "仿皮手提包", "皮手提包"),
        ("ja", "フェイクレザーのバッグ", "レザーバッグ"),
        ("ja", "合成皮革のバッグ", "皮革 バッグ"),
    ],
)
def test_an_imitation_backs_its_whole_wording_and_not_the_bare_material(locale, description, title):
    product = stating(description, locale=locale)
    assert unsupported(product, description) == []
    assert unsupported(product, title) != []


@pytest.mark.parametrize(
    ("description", "title"),
    [
        ("Leather jacket with faux fur collar", "Leather jacket"),
        ("Lamp with oak finish. The base is solid oak.", "Oak lamp"),
        ("Gold plated sterling silver ring", "Sterling silver ring"),
        ("Lamp with brushed brass finish", "Brass lamp"),  # what such lamps are called
        ("Gold color sandals", "Gold sandals"),  # a colour here, no metal
        ("Jacket lined with fleece, leather trim", "Jacket with leather trim"),
        ("Shirt. Material: cotton Style: casual", "Cotton shirt"),  # the next label, no qualifier
        ("Wool coat, synthetic lining", "Wool coat"),
    ],
)
def test_a_real_material_stays_backed(description, title):
    assert unsupported(stating(description), title) == []


def test_the_colour_attribute_may_be_named_bare():
    product = stating("Ring", attributes={"colour": "Gold tone"})
    assert unsupported(product, "Gold ring") == []


def test_the_evidence_points_to_the_real_material():
    text = "Oak finish lamp. The base is solid oak."
    item = ground(stating(text), "Oak").evidence[0]
    assert item.source_text == "solid oak"
    assert text[item.source.start : item.source.end] == "solid oak"


def test_a_real_material_that_is_denied_is_no_way_out():
    product = stating("Faux leather bag. No animals, so not leather.")
    assert unsupported(product, "Leather bag") == ["Leather"]


def test_the_reason_quotes_the_source():
    (item,) = ground(stating("A faux leather jacket"), "Leather jacket").unsupported
    assert item.reason == 'the source says "faux leather jacket"'


def test_mentions_of_materials():
    text = "Faux suede bag with oak wood handle"
    found = [(text[m.span.start : m.span.end], m.imitated) for m in material_mentions(text)]
    assert found == [("suede", True), ("oak wood", False)]
