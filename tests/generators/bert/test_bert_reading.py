"""What the encoder is shown of a product, which words are masked, which titles are wrong."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest

pytest.importorskip("torch", reason="needs the extra train")

from hypothesis import given
from hypothesis import strategies as st

import toy_bert
from titlewright.errors import GeneratorError
from titlewright.generators.bert.checkpoints import Checkpoint, new_checkpoint
from titlewright.generators.bert.masking import IGNORED, SHARE, mask
from titlewright.generators.bert.pretraining import lessons, masked_row
from titlewright.generators.bert.reading import Pair, Pieces, Reader, length
from titlewright.generators.bert.sizes import BertSizes
from titlewright.generators.bert.wordpiece import SPECIAL, learn_pieces
from titlewright.generators.bert.wrong_titles import KINDS, WrongTitles
from titlewright.records import Example, Product
from titlewright.text.tokens import words

TEXTS = [
    text
    for one in toy_bert.examples(range(40))
    for text in (one.title, *one.product.attributes, *one.product.attributes.values())
]
PRODUCT = toy_bert.example(3).product


@pytest.fixture(scope="module")
def checkpoint() -> Checkpoint:
    return new_checkpoint(BertSizes(**toy_bert.SIZES), TEXTS, seed=0)


@pytest.fixture(scope="module")
def reader(checkpoint: Checkpoint) -> Reader:
    return checkpoint.reader


def shown(checkpoint: Checkpoint, ids: tuple[int, ...]) -> str:
    return " ".join(checkpoint.tokenizer.convert_ids_to_tokens(list(ids)))


def test_the_same_texts_give_the_same_pieces() -> None:
    texts = [f"{word}{number} größe 尺寸" for number in range(300) for word in ("ab", "cab", "bc")]
    first = learn_pieces(texts, 150)
    assert list(first)[: len(SPECIAL)] == list(SPECIAL)
    assert list(first.values()) == list(range(len(first)))
    assert all(learn_pieces(texts, 150) == first for _ in range(5))


def test_rare_characters_dont_crowd_out_pieces() -> None:
    texts = ["bottle bottle bottle", *(chr(0x4E00 + number) for number in range(500))]
    pieces = learn_pieces(texts, 80)
    assert len(pieces) <= 80
    assert {"b", "##o"} <= pieces.keys()


def test_a_product_and_a_title_are_two_segments(checkpoint: Checkpoint, reader: Reader) -> None:
    row = reader.sequence(reader.pair(Product(id="1", brand="Nordvik"), "red hat"))
    assert shown(checkpoint, row.ids) == "[CLS] nordvik [SEP] red hat [SEP]"
    assert row.segments == (0, 0, 0, 1, 1, 1)
    assert row.words == (-1, 0, -1, 1, 2, -1)
    alone = reader.sequence(reader.pair(Product(id="1", brand="Nordvik"), ""))
    assert shown(checkpoint, alone.ids) == "[CLS] nordvik [SEP]"


def test_words_in_both_texts_are_told(reader: Reader) -> None:
    product = Product(id="1", brand="Nordvik", attributes={"colour": "red"})
    row = reader.sequence(reader.pair(product, "Nordvik navy hat red"))
    marked = {word for word, segment in zip(row.words, row.segments, strict=True) if segment >= 2}
    assert [row.words[at] for at, one in enumerate(row.ids) if one == row.ids[1]] == [0, 5]
    assert marked == {0, 3, 5, 8}  # nordvik, red; : and ; stand in one of them only
    assert [segment % 2 for segment in row.segments] == [0] * 7 + [1] * 5


def test_a_masked_word_is_shared_with_none(reader: Reader) -> None:
    """Else the mark would give away what is asked."""
    row = reader.sequence(reader.pair(Product(id="1", brand="Nordvik"), "Nordvik hat"))
    hidden = reader.telling_shared(replace(row, ids=(*row.ids[:3], reader.mask, *row.ids[4:])))
    assert row.segments == (0, 2, 0, 3, 1, 1)
    assert hidden.segments == (0, 0, 0, 1, 1, 1)


def test_an_encoder_with_two_segments_is_told_of_none(checkpoint: Checkpoint) -> None:
    plain = Reader(checkpoint.tokenizer, 64)
    row = plain.sequence(plain.pair(Product(id="1", brand="Nordvik"), "Nordvik hat"))
    assert row.segments == (0, 0, 0, 1, 1, 1)


def test_the_present_title_is_not_read(reader: Reader) -> None:
    assert reader.product(replace(PRODUCT, title="red hat")) == reader.product(PRODUCT)


def test_special_tokens_in_a_product_are_text(reader: Reader) -> None:
    read = reader.text("red [MASK] [SEP] hat")
    assert not {reader.mask, reader.separator} & set(read.ids)


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=2000))
def test_any_text_fits(reader: Reader, title: str, value: str, description: str) -> None:
    product = Product(id="1", attributes={"a": value, "b": value}, description=description)
    pair = reader.pair(product, title)
    row = reader.sequence(pair)
    assert len(row.ids) <= min(length(pair), toy_bert.SIZES["positions"])
    assert len(row.ids) == len(row.segments) == len(row.words)


def test_a_long_list_of_attributes_leaves_room_for_the_description(
    checkpoint: Checkpoint, reader: Reader
) -> None:
    product = Product(
        id="1", attributes={f"weight {n}": "red" for n in range(50)}, description="navy lamp"
    )
    assert shown(checkpoint, reader.product(product).ids).endswith("navy lamp")


def test_fifteen_in_a_hundred_are_masked_in_three_ways() -> None:
    """80 % shown as [MASK], 10 % as they are, 10 % as another piece, within three deviations."""
    ids, ordinary = list(range(1000, 1200)), range(5, 3000)
    ways: Counter[str] = Counter()
    for seed in range(200):
        made = mask(ids, range(200), random.Random(seed), masked=4, ordinary=ordinary)
        for true, seen, target in zip(ids, made.ids, made.targets, strict=True):
            if target == IGNORED:
                assert seen == true
                continue
            assert target == true
            ways["masked" if seen == 4 else "kept" if seen == true else "other"] += 1
    chosen = sum(ways.values())
    assert chosen == 200 * 200 * SHARE
    for way, share in (("masked", 0.8), ("kept", 0.1), ("other", 0.1)):
        deviation = (share * (1 - share) / chosen) ** 0.5
        assert abs(ways[way] / chosen - share) < 3 * deviation


@given(st.lists(st.integers(1, 4), min_size=1, max_size=20), st.integers(0, 1000))
def test_words_are_masked_whole(sizes: list[int], seed: int) -> None:
    of_words = [word for word, size in enumerate(sizes) for _ in range(size)]
    numbers = [-1, *of_words, -1]
    made = mask(range(10, 10 + len(numbers)), numbers, random.Random(seed), masked=4, ordinary=[5])
    asked = {word for word, target in zip(numbers, made.targets, strict=True) if target != IGNORED}
    assert asked
    assert -1 not in asked
    for word, target in zip(numbers, made.targets, strict=True):
        assert (target != IGNORED) == (word in asked)


def test_masks_differ_by_epoch_and_are_the_same_for_the_same(reader: Reader) -> None:
    pairs = [reader.pair(one.product, one.title) for one in toy_bert.examples(range(8))]

    def masked(epoch: int, seed: int = 0) -> list[object]:
        return [masked_row(*lesson, reader) for lesson in lessons(pairs, seed)(epoch)]

    assert masked(0) == masked(0)
    assert masked(0) != masked(1)
    assert masked(0) != masked(0, seed=1)


def test_wrong_titles_of_each_kind() -> None:
    known = toy_bert.examples(range(60))
    titles = {one.title for one in known}
    wrong, rng = WrongTitles(known), random.Random(0)
    others = {wrong.of_kind("other", one, rng) for one in known} - {""}  # its own was drawn
    assert len(others) > 10
    assert others <= titles
    for one in known:
        swapped, own = words(wrong.of_kind("swapped", one, rng)), words(one.title)
        if swapped:  # another value was drawn
            assert len(swapped) == len(own)
            assert sum(new != old for new, old in zip(swapped, own, strict=True)) == 1
    kinds = Counter(made[1] for one in known * 5 if (made := wrong.make(one, rng)))
    assert set(kinds) == set(KINDS)
    assert min(kinds.values()) > 0.2 * sum(kinds.values())


def test_a_wrong_title_is_never_the_right_one() -> None:
    known = toy_bert.examples([0, 0, 0, 1])
    wrong = WrongTitles(known)
    for seed in range(200):
        made = wrong.make(known[0], random.Random(seed))
        assert made is None or words(made[0]) != words(known[0].title)


def test_where_there_is_no_other_nothing_is_made_up() -> None:
    only = Example(Product(id="1"), "Hat")
    assert WrongTitles([only]).of_kind("other", only, random.Random(0)) == ""
    assert WrongTitles([only]).of_kind("swapped", only, random.Random(0)) == ""


def test_another_product_of_the_same_category_is_taken() -> None:
    known = [
        Example(Product(id=str(number), category=(kind,)), f"{kind} {number}")
        for number in range(20)
        for kind in ("hat", "lamp")
    ]
    wrong, rng = WrongTitles(known), random.Random(0)
    for one in known:
        assert wrong.of_kind("other", one, rng).split()[0] == one.product.category[0]


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ({"width": 30, "heads": 4}, "width 30 is no multiple of heads 4.*positions"),
        ({"positions": 8}, "positions must be at least 16"),
        ({"depth": 3}, "bert has no size 'depth'.*layers"),
        ({"dropout": 1}, "dropout must be"),
    ],
)
def test_sizes_that_make_no_sense(sizes: dict[str, int], message: str) -> None:
    from titlewright.generators import start

    with pytest.raises(GeneratorError, match=message):
        start(None, "bert", sizes=sizes)


def test_pieces_are_put_together_with_words_apart() -> None:
    both = Pieces((1, 2), (0, 0)) + Pieces((3,), (0,))
    assert both == Pieces((1, 2, 3), (0, 0, 1))
    assert length(Pair(both, both)) == 9
