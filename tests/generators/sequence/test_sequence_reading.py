"""Units, numbers of a product's own, and the vocabulary that is learnt."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import toy_compact
from titlewright.generators.sequence.reading import FIELDS, MOST_READ, read, units
from titlewright.generators.sequence.vocabulary import UNKNOWN, learn
from titlewright.generators.writing.units import split
from titlewright.generators.writing.vocabulary import PAD, Vocabulary
from titlewright.records import Example, Hints, Product


def learnt(examples: list[Example], most: int = 1000) -> Vocabulary:
    return learn(
        examples,
        lambda example: [unit.text for unit in units(example.product, example.hints)],
        lambda example: split(example.title),
        most=most,
    )


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return learnt(toy_compact.examples())


def test_what_only_one_product_has_stays_unknown(vocabulary: Vocabulary) -> None:
    assert "nordvik" in vocabulary.index
    assert not any(word.startswith("NV-") for word in vocabulary.words)
    assert vocabulary.words[UNKNOWN] == "[UNKNOWN]"


def test_words_are_kept_as_titles_write_them(vocabulary: Vocabulary) -> None:
    assert vocabulary.words[vocabulary.index["sage"]] == "Sage"  # "sage" in descriptions
    assert vocabulary.words[vocabulary.index["every"]] == "every"  # only there


def test_the_vocabulary_is_no_larger_than_asked_and_holds_the_commonest() -> None:
    small = learnt(toy_compact.examples(), most=5)
    assert len(small) == UNKNOWN + 1 + 5
    assert "a" in small.index


def test_a_saved_vocabulary_reads_back_the_same(vocabulary: Vocabulary, tmp_path: Path) -> None:
    vocabulary.save(tmp_path / "words.txt")
    assert Vocabulary.load(tmp_path / "words.txt").words == vocabulary.words


def test_unknown_words_get_numbers_of_the_product_s_own(vocabulary: Vocabulary) -> None:
    product = Product(
        id="1", brand="Nordvik", title="QX-9 Hat", description="The qx-9 and the QX-10"
    )
    reading = read(product, Hints(), vocabulary, copying=True)
    assert reading.words == ["QX-9", "The", "and", "QX-10"]
    size = len(vocabulary)
    places = [at for at, number in enumerate(reading.copies) if number == size]
    assert [reading.ids[at] for at in places] == [UNKNOWN, UNKNOWN]
    brand = reading.fields.index(FIELDS.index("brand"))
    assert reading.copies[brand] == reading.ids[brand] == vocabulary.index["nordvik"]


def test_without_copying_there_are_none(vocabulary: Vocabulary) -> None:
    reading = read(Product(id="1", title="QX-9"), Hints(), vocabulary, copying=False)
    assert reading.words == []
    assert set(reading.copies) == {PAD}


def test_what_is_asked_for_is_read_and_never_copied(vocabulary: Vocabulary) -> None:
    hints = Hints(prefer=("waterproof",), avoid=("cheap",), target_length=47, audience="women")
    found = units(Product(id="1", brand="Acme"), hints)
    assert [unit.text for unit in found if unit.field == "request"] == [
        "style=marketplace",
        "audience=women",
        "length=40",
    ]
    reading = read(Product(id="1", brand="Acme"), hints, vocabulary, copying=True)
    assert reading.words == ["Acme"]
    assert reading.copies[:-1] == [PAD] * 5


def test_a_long_product_keeps_its_brand_and_loses_its_description_s_end() -> None:
    product = replace(toy_compact.example(0).product, description="word " * 900, title="t " * 900)
    found = units(product, Hints())
    assert len(found) == MOST_READ
    assert found[1].text == "Nordvik"
    assert {unit.field for unit in found} >= {"brand", "title", "attribute", "description"}


@settings(max_examples=60)
@given(st.text(max_size=600), st.dictionaries(st.text(max_size=8), st.text(max_size=60)))
def test_any_product_is_read(text: str, attributes: dict[str, str]) -> None:
    vocabulary = learnt(toy_compact.examples(range(8)))
    reading = read(
        Product(id="1", description=text, attributes=attributes), Hints(), vocabulary, copying=True
    )
    assert len(reading.ids) == len(reading.fields) == len(reading.copies) <= MOST_READ
    assert all(number < len(vocabulary) for number in reading.ids)
    assert all(number < len(vocabulary) + len(reading.words) for number in reading.copies)
