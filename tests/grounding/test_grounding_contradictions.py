"""Words that the source has, yet says of something else: passing colours, other makers."""

import pytest
from grounding_helpers import stating, unsupported

from titlewright.grounding import ground

PASSING = "A dress that goes so well with your favourite pair of blue jeans and boots."


def test_a_colour_mentioned_in_passing_is_not_the_products_colour():
    product = stating(PASSING, attributes={"colour": "Red"})
    assert unsupported(product, "Red dress") == []
    assert unsupported(product, "Blue dress") == ["Blue"]
    (item,) = ground(product, "Blue dress").unsupported
    assert item.reason == "the product's colour is Red"


def test_without_a_colour_of_its_own_the_text_has_the_say():
    assert unsupported(stating("A blue dress for summer"), "Blue dress") == []


@pytest.mark.parametrize("colour", ["Multicolour", "assorted", "Blue/White"])
def test_an_attribute_that_leaves_it_open_contradicts_nothing(colour):
    assert unsupported(stating(PASSING, attributes={"colour": colour}), "Blue dress") == []


def test_a_colour_of_a_detail_is_not_the_products_colour():
    product = stating("Shirt with a small navy logo", attributes={"color": "White"})
    assert unsupported(product, "Navy shirt") == ["Navy"]


def test_a_material_mentioned_in_passing_is_not_the_products_material():
    product = stating(
        "These boots look great with any outfit you own, even next to a leather jacket.",
        attributes={"material": "Rubber"},
    )
    assert unsupported(product, "Rubber boots") == []
    assert unsupported(product, "Leather boots") == ["Leather"]


def test_another_audience_than_the_attributes_is_not_backed():
    product = stating(
        "A shirt that will make a perfect present from the women in his life.",
        attributes={"gender": "Men"},
    )
    assert unsupported(product, "Shirt for men") == []
    assert "Women's" in unsupported(product, "Women's shirt")


def test_a_brand_that_it_only_fits_is_not_its_brand():
    product = stating("Blade compatible with Gillette Fusion razors", brand="Dorco")
    assert unsupported(product, "Dorco Blade for Gillette Fusion") == []
    assert unsupported(product, "Gillette Blade") == ["Gillette"]


def test_what_an_accessory_fits_may_be_named_before_it():
    product = stating("Silicone case, compatible with AirPods Pro", brand="Acme")
    assert unsupported(product, "AirPods Pro Silicone Case") == []


def test_a_chinese_brand_that_it_only_fits_is_not_its_brand():
    product = stating("适用于华为手机的钢化膜片", brand="绿联")
    assert unsupported(product, "绿联钢化膜片 适用于华为") == []
    assert unsupported(product, "华为钢化膜片") != []
