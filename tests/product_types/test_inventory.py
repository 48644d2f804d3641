"""The types there are: names, kinds, Google's categories, and finding them in a text."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from titlewright.product_types.inventory import DATA, inventory, normal_form


def named(text: str) -> list[str]:
    return [mention.type for mention in inventory().mentions(text)]


@pytest.mark.parametrize(
    ("text", "types"),
    [
        ("Laptop Bags for 15-inch notebooks", ["laptop bag"]),
        ("Men's T-Shirts and TROUSERS", ["t-shirt", "pants"]),
        ("A sleeve for your ultrabook", ["laptop"]),
        ("two dresses, three watches", ["dress", "watch"]),
        ("uninterruptible power supply (UPS)", ["uninterruptible power supply"]),
        ("Topaz and shirtless", []),
        ("", []),
    ],
)
def test_types_are_found_by_their_longest_name(text: str, types: list[str]) -> None:
    assert named(text) == types


def test_a_mention_says_where_the_name_stands() -> None:
    text = "Soft maxi dresses"
    (mention,) = inventory().mentions(text)
    assert text[mention.start : mention.end] == "maxi dresses"


def test_lineages_lead_from_the_special_to_the_general() -> None:
    lineage = inventory().lineage
    assert lineage("maxi dress") == ("maxi dress", "dress")
    assert lineage("toner cartridge") == ("toner cartridge", "print cartridge")
    assert lineage("memory card") == ("memory card",)  # no kind of card game


def test_every_kind_is_a_type_and_no_lineage_goes_round() -> None:
    types = inventory()
    for name, kind in types.types.items():
        assert not kind.kind_of or kind.kind_of in types.types
        lineage = types.lineage(name)
        assert len(lineage) == len(set(lineage))


def test_no_two_types_share_a_name() -> None:
    owners: dict[str, str] = {}
    for kind in inventory().types.values():
        for name in (kind.name, *kind.other_names):
            assert owners.setdefault(normal_form(name), kind.name) == kind.name, name


def test_types_are_tied_to_google_categories() -> None:
    types = inventory().types
    assert types["laptop"].category == ("Electronics", "Computers", "Laptops")
    assert types["pencil skirt"].category == types["skirt"].category  # that of its kinds' name
    listed = tomllib.loads((DATA / "types.toml").read_text(encoding="utf-8"))["types"]
    assert sum(bool(types[name].category) for name in listed) > 0.6 * len(listed)
    assert sum(bool(kind.category) for kind in types.values()) > 900  # the lexicon's nouns too


@given(st.text(max_size=60))
def test_any_text_can_be_searched(text: str) -> None:
    for mention in inventory().mentions(text):
        assert 0 <= mention.start < mention.end <= len(text)
