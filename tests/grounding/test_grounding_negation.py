"""What the source says is not so backs nothing, and what it says is without backs "without"."""

import pytest
from grounding_helpers import stating, unsupported


@pytest.mark.parametrize(
    ("description", "title", "wrong"),
    [
        ("Jacket, not waterproof", "Waterproof jacket", "Waterproof"),
        ("This jacket isn't waterproof", "Waterproof jacket", "Waterproof"),
        ("Toy car without batteries", "Toy car with batteries", "batteries"),
        ("Toy car, batteries not included", "Toy car with batteries", "batteries"),
        ("Toy car. Batteries sold separately.", "Toy car batteries", "batteries"),
        ("BPA-free bottle", "BPA bottle", "BPA"),
        ("Bottle free of BPA", "BPA bottle", "BPA"),
        ("Gum with no added sugar", "Gum with added sugar", "sugar"),
        ("Sugar free gum", "Sugar gum", "Sugar"),
        ("Non-magnetic tray", "Magnetic tray", "Magnetic"),
        ("Non-stick pan", "Stick pan", "Stick"),
        ("Bottle free from BPA", "BPA bottle", "BPA"),
        ("Juice, no added sugar", "Added sugar juice", "sugar"),
    ],
)
def test_what_is_denied_backs_nothing(description, title, wrong):
    assert wrong in unsupported(stating(description), title)


@pytest.mark.parametrize(
    ("description", "title"),
    [
        ("BPA-free bottle", "BPA-Free Bottle"),
        ("BPA free bottle", "Bottle, free of BPA"),
        ("Bottle without BPA", "BPA-free bottle"),
        ("Jacket without hood", "Jacket without Hood"),
        ("Sugar free gum", "Sugar-Free Gum"),
        ("Non-stick pan", "Nonstick Pan"),
        ("Non slip mat", "Non-Slip Mat"),
        ("Nonstick pan", "Non-stick pan"),
        ("Juice, no sugar added", "Juice, no added sugar"),
        ("Sleeveless shirt", "Shirt without sleeves"),
        ("Shirt without sleeves", "Sleeveless shirt"),
    ],
)
def test_what_is_denied_backs_its_denial(description, title):
    assert unsupported(stating(description), title) == []


@pytest.mark.parametrize(
    ("description", "title", "wrong"),
    [
        ("Bottle with BPA", "BPA-free bottle", "BPA"),
        ("Jacket with hood", "Jacket without hood", "hood"),
        ("Gum with sugar", "Sugar-free gum", "Sugar"),
        ("Pan with a stick", "Non-stick pan", "stick"),
    ],
)
def test_a_denial_needs_a_denial(description, title, wrong):
    assert wrong in unsupported(stating(description), title)


@pytest.mark.parametrize(
    ("description", "title"),
    [
        ("Not only light but also waterproof jacket", "Light jacket"),
        ("Jacket without hood. Waterproof.", "Waterproof jacket"),
        ("Jacket, not heavy but waterproof", "Waterproof jacket"),
        ("Wireless mouse, batteries not included", "Wireless mouse"),
        ("Don't miss this red mug", "Red mug"),
        ("This bag is not only for holiday", "Holiday bag"),
    ],
)
def test_a_negation_reaches_no_further_than_its_phrase(description, title):
    assert unsupported(stating(description), title) == []


def test_one_affirmation_is_enough():
    product = stating("Older models are not waterproof. This jacket is waterproof.")
    assert unsupported(product, "Waterproof jacket") == []


@pytest.mark.parametrize("value", ["no", "No", "false", "not included", "nein", "否", "なし"])
def test_an_attribute_that_says_no_denies_its_name(value):
    product = stating("Toy", attributes={"waterproof": value})
    assert unsupported(product, "Waterproof toy") == ["Waterproof"]
