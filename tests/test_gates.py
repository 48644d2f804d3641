"""What the gates let through, what they change on the way, and why they refuse."""

from titlewright.channels import get_channel
from titlewright.gates import Passed, Refused, pass_gates
from titlewright.grounding import Grounder
from titlewright.records import Product

HAT = Product(id="1", description="A red hat knitted from merino wool.", brand="Fjell")
GOOGLE = get_channel("google")


def passed(text: str, **options: object) -> Passed | Refused:
    return pass_gates(text, Grounder(HAT), GOOGLE, **options)  # type: ignore[arg-type]


def test_a_true_and_allowed_title_stays_as_it_is() -> None:
    found = passed("Fjell Red Wool Hat")
    assert isinstance(found, Passed)
    assert (found.text, found.changes) == ("Fjell Red Wool Hat", ())


def test_what_is_false_or_forbidden_is_taken_out_and_named() -> None:
    found = passed("Fjell Waterproof Wool Hat FREE SHIPPING")
    assert isinstance(found, Passed)
    assert found.text == "Fjell Wool Hat"
    assert any("Waterproof" in change for change in found.changes)


def test_nothing_left_is_refused() -> None:
    assert isinstance(passed("Waterproof Gloves"), Refused)


def test_a_word_to_avoid_is_refused_by_name() -> None:
    found = passed("Fjell Wool Hat", avoid=("wool",))
    assert isinstance(found, Refused)
    assert "Wool" in found.reason


def test_a_number_that_a_repair_parts_from_its_unit_goes_too() -> None:
    """Cut to 150 characters, "100 x 200 mm" would leave a bare number that nothing states."""
    long = "Fjell hat " + " ".join(f"merino{number} wool" for number in range(15))
    product = Product(id="1", title=f"{long} size 100 x 200 mm red", brand="Fjell")
    found = pass_gates(product.title, Grounder(product), GOOGLE)
    assert isinstance(found, Passed)
    assert Grounder(product).ground(found.text).supported
