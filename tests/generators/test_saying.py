"""Whether a title says a fact already."""

from titlewright.generators.saying import all_said, any_said, names_another


def test_words_and_their_inflections_count() -> None:
    assert all_said("leather boots", "Brown Boot, Leather")
    assert not all_said("leather boots", "Brown Boot")
    assert any_said("leather boots", "Brown Boot")
    assert not any_said("leather boots", "Hat")


def test_a_fact_without_words_is_never_said() -> None:
    assert not all_said("", "Brown Boot")


def test_another_value_of_the_same_kind() -> None:
    assert names_another("color", "Brown Boot")
    assert not names_another("color", "Leather Boot")
    assert not names_another("size", "Brown Boot")
