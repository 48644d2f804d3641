"""What is made of an inferred type: evidence of its own kind, better template titles, a switch."""

from dataclasses import replace

from titlewright.channels import get_channel
from titlewright.generators import create
from titlewright.grounding import ground
from titlewright.pipeline import Pipeline
from titlewright.records import Inference, Product, TitleResult

INFERRED = (Inference("toner cartridge", 0.97, "not stated; inferred from its attributes"),)
TONER = Product(
    id="t1",
    brand="Xerox",
    attributes={"model": "006R90321", "print technology": "Laser", "colour": "Black"},
    inferred=INFERRED,
)


def test_inferred_words_are_backed_as_category_with_their_confidence() -> None:
    found = {item.text: item for item in ground(TONER, "Xerox 006R90321 Toner Cartridges").evidence}
    for word, stated in (("Toner", "toner"), ("Cartridges", "cartridge")):
        evidence = found[word]
        assert (evidence.kind, evidence.field) == ("category", "inferred")
        assert (evidence.confidence, evidence.source_text) == (0.97, stated)
        assert evidence.reason == "not stated; inferred from its attributes"
        assert evidence.source is not None
        assert "toner cartridge"[slice(*evidence.source)] == stated
    assert found["Xerox"].kind == "exact"
    assert found["Xerox"].confidence == 1


def test_nothing_else_is_backed_by_an_inference() -> None:
    wrong = ground(TONER, "Xerox 006R90321 Toner Cartridge Waterproof").unsupported
    assert [item.text for item in wrong] == ["Waterproof"]
    without = ground(replace(TONER, inferred=()), "Xerox Toner Cartridge").unsupported
    assert [item.text for item in without] == ["Toner", "Cartridge"]


def test_what_the_text_states_needs_no_inference() -> None:
    stating = replace(TONER, description="A toner cartridge for lasers.")
    assert all(item.kind == "exact" for item in ground(stating, "Toner Cartridge").evidence)


def test_what_the_text_denies_is_not_inferred() -> None:
    denying = replace(TONER, description="This is not a toner. Laser drum.")
    assert "Toner" in [item.text for item in ground(denying, "Xerox Toner").unsupported]


def test_the_template_says_the_inferred_type() -> None:
    (candidates,) = create("template").generate([TONER], n=3)
    assert "Toner Cartridge" in candidates[0].text
    (plain,) = create("template").generate([replace(TONER, inferred=())], n=3)
    assert not any("Cartridge" in candidate.text for candidate in plain)


def test_the_template_words_it_as_the_text_does() -> None:
    product = Product(
        id="1",
        description="Carry your laptop in style. This slim leather laptop bag has two pockets.",
        inferred=(Inference("laptop bag", 0.98),),
    )
    (candidates,) = create("template").generate([product], n=1)
    assert "Slim Leather Laptop Bag" in candidates[0].text


def test_a_type_that_the_seller_states_comes_first() -> None:
    product = replace(TONER, attributes={**TONER.attributes, "product type": "Refill kit"})
    (candidates,) = create("template").generate([product], n=1)
    assert "Refill Kit" in candidates[0].text
    assert "Cartridge" not in candidates[0].text


def test_the_pipeline_infers_and_can_be_told_not_to() -> None:
    magenta = Product(
        id="u1",
        description="44250714, D1, 2500p, magenta",
        brand="OKI",
        attributes={
            "model": "44250714",
            "type": "Original",
            "printing colours": "magenta",
            "print technology": "Laser printing",
            "compatibility": "MC160 MFP C110 C130n",
            "colour": "yes",
        },
    )
    google = get_channel("google")
    (with_type,) = Pipeline(create("template"), google).run([magenta])
    (without,) = Pipeline(create("template"), google, infer=False).run([magenta])
    assert isinstance(with_type, TitleResult)
    assert isinstance(without, TitleResult)
    assert "Cartridge" in with_type.title
    assert "Cartridge" not in without.title
    found = [item for item in with_type.evidence if item.field == "inferred"]
    assert {item.kind for item in found} == {"category"}
    assert all(item.to_json()["confidence"] < 1 for item in found)
