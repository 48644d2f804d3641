"""Words edited and letters changed."""

import pytest

from titlewright.rewriting import edited_words, letters_changed


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("red wool hat", "red wool hat", 0),
        ("red wool hat", "Red Wool, Hat!", 0),  # capitals and marks are no words
        ("red wool hat", "Fjell red wool hat", 1),
        ("red red wool hat", "red wool hat", 1),
        ("wool hat Fjell", "Fjell wool hat", 1),  # moved
        ("red wool hat", "blue wool hat", 1),  # replaced
        ("", "red wool hat", 3),
        ("红色羊毛帽子", "羊毛帽子", 1),
    ],
)
def test_words(before: str, after: str, words: int) -> None:
    assert edited_words(before, after) == words
    assert edited_words(after, before) == words


def test_letters_are_a_share_of_the_longer_title() -> None:
    assert letters_changed("hat", "hat") == 0
    assert letters_changed("", "hat") == 1
    assert letters_changed("hats", "hat") == 0.25
