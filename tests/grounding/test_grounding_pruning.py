"""Taking unbacked words out of a title and tidying what is left."""

import pytest
from grounding_helpers import stating
from hypothesis import given, settings
from hypothesis import strategies as st

from titlewright.grounding import Grounder
from titlewright.grounding.pruning import prune, tidy
from titlewright.text.words import atoms

WORDS = st.lists(
    st.sampled_from(
        ["red", "mug", "steel", "waterproof", "with", "for", "and", "5 kg", "9 kg", "-", ",", "(",
         ")", "|", "&", "CF283A", "CF283B", "男士", "手表", "不", "防水", "without", "handle"]
    ),
    max_size=10,
).map(" ".join)  # fmt: skip
PRODUCT = stating("A red steel mug without handle, 5 kg, not waterproof, CF283A. 男士手表")


@pytest.mark.parametrize(
    ("title", "left"),
    [
        ("Red Mug", "Red Mug"),
        ("Blue Mug", "Mug"),
        ("Red Mug with Lid", "Red Mug"),
        ("Red Mug, Blue, 5 kg", "Red Mug, 5 kg"),
        ("Red Mug (Deluxe)", "Red Mug"),
        ("Deluxe - Red Mug - 9 kg", "Red Mug"),
        ("Waterproof Steel Mug", "Steel Mug"),
        ("Deluxe", ""),
    ],
)
def test_what_is_left(title, left):
    grounding, _ = prune(title, Grounder(PRODUCT))
    assert grounding.title == left
    assert grounding.supported


def test_every_removal_is_named_with_its_reason():
    _, changes = prune("Blue Mug 9 kg", Grounder(PRODUCT))
    assert changes == (
        'took out "9 kg": the source states 5 kg',
        'took out "Blue": not in the source',
    )


@given(WORDS)
@settings(deadline=None)
def test_a_pruned_title_is_backed_and_says_nothing_new(title):
    grounding, changes = prune(title, Grounder(PRODUCT))
    assert grounding.supported
    assert {word.norm for word in atoms(grounding.title)} <= {word.norm for word in atoms(title)}
    again, more = prune(grounding.title, Grounder(PRODUCT))
    assert (again.title, more) == (grounding.title, ())
    assert bool(changes) == (not Grounder(PRODUCT).ground(title).supported)


@given(WORDS | st.text(max_size=40))
@settings(deadline=None)
def test_tidying_twice_changes_nothing(title):
    assert tidy(tidy(title)) == tidy(title)


@pytest.mark.parametrize(
    ("title", "tidied"),
    [
        ("Mug ( )", "Mug"),
        ("Mug , , red", "Mug, red"),
        ("Mug with and handle", "Mug and handle"),
        ("- Mug for", "Mug"),
        ("Mug  【】 red", "Mug red"),
        ("", ""),
    ],
)
def test_tidy(title, tidied):
    assert tidy(title) == tidied
