"""What is asked for holds whatever the weights are: these networks have learnt nothing."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from titlewright.generators.compact.generator import CompactGenerator
from titlewright.generators.compact.reading import read
from titlewright.generators.writing.backing import Backing
from titlewright.generators.writing.wishes import Lane, Wishes
from titlewright.records import Example, Hints, Product


@pytest.fixture(scope="module")
def model(base: Path) -> CompactGenerator:
    return CompactGenerator.load(base)


@pytest.mark.parametrize("limit", [12, 30, 75])
def test_no_title_is_longer_than_allowed(
    model: CompactGenerator, examples: list[Example], limit: int
) -> None:
    products = [example.product for example in examples[:8]]
    made = model.generate(products, n=5, hints=[Hints(max_length=limit)] * 8)
    assert all(made)
    assert all(len(title.text) <= limit for titles in made for title in titles)


def test_a_limit_in_bytes_is_kept_in_bytes(model: CompactGenerator) -> None:
    product = Product(
        id="1", description="高品质机械手表, 精准计时功能, 不锈钢表壳, 防水, 送礼佳品"
    )
    hints = Hints(max_length=20, unit="gb18030")
    (titles,) = model.generate([product], n=5, hints=[hints])
    assert titles
    assert all(len(title.text.encode("gb18030")) <= 20 for title in titles)


def test_a_wished_length_is_come_close_to(model: CompactGenerator, examples: list[Example]) -> None:
    hints = Hints(target_length=40, max_length=60)
    for titles in model.generate([e.product for e in examples[:8]], n=3, hints=[hints] * 8):
        assert 28 <= len(titles[0].text) <= 40
        assert all(len(title.text) <= 40 for title in titles)


def test_words_to_avoid_are_avoided_and_stated_ones_preferred(
    model: CompactGenerator, examples: list[Example]
) -> None:
    hints = Hints(prefer=("pieces", "platinum"), avoid=("day", "nordvik"), max_length=80)
    for titles in model.generate([e.product for e in examples[:8]], n=4, hints=[hints] * 8):
        assert "pieces" in titles[0].text.lower()
        for title in titles:
            lower = title.text.lower()
            assert "platinum" not in lower
            assert "day" not in lower.split()
            assert "nordvik" not in lower


def test_no_word_comes_twice(model: CompactGenerator, examples: list[Example]) -> None:
    for titles in model.generate([e.product for e in examples[:8]], n=5):
        for title in titles:
            words = [word for word in re.findall(r"[a-z'-]+", title.text.lower()) if len(word) > 4]
            assert len(words) == len(set(words))


def test_the_likeliest_comes_first_and_all_differ(
    model: CompactGenerator, examples: list[Example]
) -> None:
    (titles,) = model.generate([examples[0].product], n=20)
    assert len({title.text for title in titles}) == len(titles) > 5
    assert all((title.log_probability or 1) <= 0 for title in titles)


def test_a_product_s_titles_do_not_depend_on_its_neighbours(
    model: CompactGenerator, examples: list[Example]
) -> None:
    products = [example.product for example in examples[:6]]
    together = model.generate(products, n=5, seed=3)
    alone = [model.generate([product], n=5, seed=3)[0] for product in products]
    assert [[t.text for t in titles] for titles in together] == [
        [t.text for t in titles] for titles in alone
    ]


def test_a_product_that_says_nothing_gets_no_title(model: CompactGenerator) -> None:
    assert model.generate([Product(id="1")], n=3) == [[]]


def test_a_compound_comes_before_its_first_part_where_both_are_as_likely(
    model: CompactGenerator,
) -> None:
    """They begin at the same piece, so that the network can't tell them apart."""
    product = Product(id="1", description="Battery Li-Ion")
    reading = read(product, Hints(), model.pieces)
    wishes = Wishes(reading, Hints(), model.vocabulary, Backing(product))
    size = len(model.vocabulary)
    whole, part = (size + reading.index[word] for word in ("li-ion", "li"))
    for scores in ([-1.00002, -1.0], [-1.0, -1.00002]):
        found = wishes.options(
            Lane(), np.array([part, whole]), np.array(scores), np.zeros(size + 9), most=8
        )
        assert [option.id for option in found] == [whole, part]
