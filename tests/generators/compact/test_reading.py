from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from titlewright.generators.compact.pieces import Pieces
from titlewright.generators.compact.reading import MAX_PIECES, MAX_UNITS, Reading, read
from titlewright.generators.writing.targets import decode, encode
from titlewright.generators.writing.units import join
from titlewright.generators.writing.vocabulary import Vocabulary
from titlewright.records import Example, Hints, Product


@pytest.fixture(scope="module")
def pieces(base: Path) -> Pieces:
    return Pieces(base / "tokenizer.json")


@pytest.fixture(scope="module")
def words(base: Path) -> Vocabulary:
    return Vocabulary.load(base / "words.txt")


def check(reading: Reading) -> None:
    assert 0 < len(reading.pieces) == len(reading.fields) <= MAX_PIECES
    assert len(reading.starts) == len(reading.groups) == len(reading.before) <= MAX_UNITS
    assert all(0 <= start < len(reading.pieces) for start in reading.starts)
    assert all(0 <= group < len(reading.words) for group in reading.groups)
    assert [reading.groups[first] for first in reading.first] == list(range(len(reading.words)))


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=600), st.dictionaries(st.text(max_size=8), st.text(max_size=60)))
def test_any_product_is_read(pieces: Pieces, text: str, attributes: dict[str, str]) -> None:
    check(read(Product(id="1", description=text, attributes=attributes), Hints(), pieces))


def test_a_long_product_keeps_its_brand_and_loses_its_description_s_end(pieces: Pieces) -> None:
    reading = read(Product(id="1", brand="Acme", description="word " * 900), Hints(), pieces)
    check(reading)
    assert "acme" in reading.index


def test_what_was_asked_for_is_no_fact(pieces: Pieces) -> None:
    reading = read(Product(id="1", brand="Acme"), Hints(prefer=("waterproof",)), pieces)
    assert "waterproof" not in reading.index


def test_article_numbers_are_not_pointed_at(pieces: Pieces) -> None:
    reading = read(Product(id="1", description="UPC 764302226468 mug"), Hints(), pieces)
    assert "764302226468" not in reading.index


def test_a_title_is_learnt_without_what_the_product_does_not_show(
    pieces: Pieces, words: Vocabulary, examples: list[Example]
) -> None:
    product = examples[0].product
    reading = read(product, Hints(), pieces)
    title = f"{product.brand} Titanium NV-100, Water Bottle (9999)"
    ids, kept = encode(title, reading, words)
    assert join(decode(ids, reading.words, words)) == "Nordvik NV-100, water bottle"
    assert kept == pytest.approx(4 / 6)
