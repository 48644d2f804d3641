"""Numbers of a title: the same quantity in any notation, measuring the same thing."""

import pytest
from grounding_helpers import kinds, stating, unsupported

from titlewright.grounding import ground


@pytest.mark.parametrize(
    ("description", "title"),
    [
        ("Hex bolt 9/16 in", "Hex Bolt 0.5625 inch"),
        ("Hex bolt 0.5625 inch", "Hex Bolt 9/16 in"),
        ('1-9/16" socket', "1 9/16 in Socket"),
        ('1 9/16" socket', "1.5625 inch socket"),
        ("½ inch pipe", "1/2 in pipe"),
        ("Bottle 0.5 L", "Bottle 500 ml"),
        ("Bottle 500ml", "Bottle 0.5L"),
        ("Flour 1,5 kg", "Flour 1.5 kg"),
        ("Flour 1500 g", "Flour 1,5 kg"),
        ("Coffee 2 lb", "Coffee 32 oz"),
        ("15.6 inch laptop", "39.6 cm laptop"),
        ("Frame 10 cm x 20 cm", "Frame 10 x 20 cm"),
        ("Frame 10x20cm", "Frame 100 x 200 mm"),
        ("1 TB drive", "1000 GB drive"),
        ("Cola, pack of 12", "Cola 12-Pack"),
        ("Cola 12-pack", "Cola, pack of 12"),
        ("Cola 12 pcs", "Cola twelve-pack"),
        ("Socks, one pair", "Socks 1 pair"),
        ("1,000 pieces puzzle", "1000-piece puzzle"),
        ("Bag with two zip compartments", "Bag with 2 zip compartments"),
        ("Soda 16 fl oz", "Soda 473 ml"),
    ],
)
def test_the_same_quantity_in_another_unit_or_notation(description, title):
    assert unsupported(stating(description), title) == []


def test_a_converted_quantity_is_evidence_of_its_own_kind():
    assert kinds(stating("Bottle 0.5 L"), "Bottle 500 ml")["500 ml"] == "same quantity"
    assert kinds(stating("Bottle 500 ml"), "Bottle 500 ml")["500 ml"] == "exact"


@pytest.mark.parametrize(
    ("description", "title"),
    [
        ("Bolt 9/16 in", "Bolt 1-9/16 in"),
        ("Bolt 1-9/16 in", "Bolt 9/16 in"),
        ("Bolt 1\u20119/16 in", "Bolt 9/16 in"),
        ("Coffee 32 oz", "Coffee 23 oz"),
        ("Bag 5 kg", "Bag 5 lb"),
        ("Jar 12 oz", "Jar 12 g"),
        ("Bottle 500 ml", "Bottle 550 ml"),
        ("Cola 12-pack", "Cola 24-pack"),
        ("Cola, pack of 12", "Cola 12 oz"),
        ("Processor with 4 cores", "Processor with 4 GB"),
        ("Speaker 20 W", "Speaker 20 V"),
        ("Drive 1 TB", "Drive 2 TB"),
        ("Shirt", "Shirt 3 pieces"),
    ],
)
def test_another_quantity_backs_nothing(description, title):
    assert unsupported(stating(description), title) != []


@pytest.mark.parametrize(
    ("description", "moved"),
    [
        ("16 GB RAM, 512 GB SSD", "512 GB RAM, 16 GB SSD"),
        ("4 cores, 8 GB RAM", "8 cores, 4 GB RAM"),
        ("Weight 5 kg, length 10 cm", "Weight 10 kg, length 5 cm"),
        ("Width 40 cm, height 60 cm", "Width 60 cm, height 40 cm"),
        ("4 ports, 2 antennas", "2 ports, 4 antennas"),
    ],
)
def test_a_number_belongs_to_what_it_measures(description, moved):
    assert unsupported(stating(description), description) == []
    assert unsupported(stating(description), moved) != []


def test_the_name_of_an_attribute_says_what_its_number_measures():
    product = stating(
        "Laptop", attributes={"internal memory": "16384", "weight (kg)": "1.5", "bundle": "3"}
    )
    assert unsupported(product, "Laptop 16 GB") == []
    assert unsupported(product, "Laptop 1500 g") == []
    assert unsupported(product, "Laptop 3 kg") == ["3 kg"]


def test_the_reason_says_what_the_source_states_instead():
    (item,) = ground(stating("Coffee 32 oz"), "23 oz").evidence
    assert item.reason == "the source states 32 oz"
    (item,) = ground(stating("Coffee"), "23 oz").evidence
    assert item.reason == "no such quantity in the source"


@pytest.mark.parametrize("digits", [20, 400, 5000])
def test_endless_numbers_are_read_as_they_stand(digits):
    number = "9" * digits
    assert unsupported(stating(f"Mug {number}"), f"Mug {number}") == []
    assert unsupported(stating("Mug 1"), f"Mug {number}/{number} kg") != []
