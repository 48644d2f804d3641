"""Sets of rows that belong together, and stable keys that bring similar texts together."""

import random

from hypothesis import given
from hypothesis import strategies as st

from titlewright.text.near_duplicates import DisjointSets, band_keys, groups_of_equal, word_hash

pairs = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=40)


@given(pairs)
def test_sets_are_the_connected_rows(united: list[tuple[int, int]]) -> None:
    sets = DisjointSets()
    neighbours: dict[int, set[int]] = {}
    for one, other in united:
        sets.unite(one, other)
        neighbours.setdefault(one, set()).add(other)
        neighbours.setdefault(other, set()).add(one)
    found = list(sets.sets())
    for members in found:
        assert members == sorted(set(members))
        assert {sets.root(member) for member in members} == {members[0]}
        assert all(neighbours[member] <= set(members) for member in members)
    alone = {row for row in neighbours if neighbours[row] == {row}}
    assert {row for members in found for row in members} == neighbours.keys() - alone


def test_similar_texts_meet_in_a_band_and_others_dont() -> None:
    rng = random.Random(1)
    texts = [[rng.getrandbits(32) for _ in range(20)] for _ in range(200)]
    twins = [[*text[:18], rng.getrandbits(32)] for text in texts]  # Jaccard 18/21
    keys = band_keys(texts + twins, [0] * 400)
    met = {tuple(group.tolist()) for band in keys for group in groups_of_equal(band)}
    assert sum((row, row + 200) in met for row in range(200)) >= 195
    assert all(group[-1] == group[0] + 200 for group in met)


def test_other_identities_never_meet_and_keys_are_stable() -> None:
    words = [word_hash(word) for word in ("steel", "mug", "blue")]
    keys = band_keys([words, words, words], [1, 1, 2])
    assert (keys[:, 0] == keys[:, 1]).all()
    assert not (keys[:, 0] == keys[:, 2]).any()
    assert word_hash("steel") == 2392842643  # CRC-32
    assert band_keys([[]], [0]).shape == (8, 1)
