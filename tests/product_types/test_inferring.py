"""Inferring what a product is: right where it is plain, silent where it isn't, and quick."""

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from titlewright.product_types import infer_types
from titlewright.product_types.classifier import Answer, Classifier
from titlewright.product_types.inferring import MODEL, NAMED, UNNAMED, choose, shipped
from titlewright.product_types.inventory import inventory
from titlewright.product_types.stated import CLUES, clues, stated_types
from titlewright.records import Inference, Product

# An item of Open Icecat (Open Content License), its title and the word in it left out.
TONER = Product(
    id="3920564",
    description="6 per box, for CopyCentre C65 Digital Copier",
    brand="Xerox",
    attributes={
        "model": "006R90321",
        "type": "Original",
        "printing colours": "Black",
        "print technology": "Laser printing",
        "compatibility": "CopyCentre C65",
        "quantity per pack": "6",
        "black toner page yield": "23000",
    },
)
# Nothing in this item of Open Icecat says "toner"; so do thousands of feeds of spare parts.
UNSAID = Product(
    id="u1",
    description="44250714, D1, 2500p, magenta",
    brand="OKI",
    attributes={
        "model": "44250714",
        "type": "Original",
        "printing colours": "magenta",
        "print technology": "Laser printing",
        "compatibility": "MC160 MFP C110 C130n",
        "colour toner page yield": "2500",
        "colour": "yes",
    },
)
CARTRIDGES = ("toner cartridge", "print cartridge")
CRYPTIC = Product(id="c1", description="A fine thing that you will love.", brand="Zorblax")


def inferred(product: Product) -> list[str]:
    (filled,) = infer_types([product])
    return [inference.text for inference in filled.inferred]


def test_a_type_that_nothing_states_is_inferred_with_confidence_and_reason() -> None:
    (filled,) = infer_types([UNSAID])
    (inference,) = filled.inferred
    assert inference.text in CARTRIDGES
    assert UNNAMED <= inference.confidence <= 1
    assert inference.reason == "not stated; inferred from its brand, attributes and description"
    assert replace(filled, inferred=()) == UNSAID


def test_the_type_or_what_it_is_a_kind_of_is_named() -> None:
    (name,) = inferred(TONER)
    assert name in CARTRIDGES


def test_of_several_types_that_a_text_names_the_one_that_it_is() -> None:
    running = Product(
        id="s1",
        description="A pair of black running sports shoes, lace-up detail, mesh upper, cushioned "
        "footbed. Wear them with shorts and socks.",
        brand="Puma",
        attributes={"gender": "Men", "colour": "Black"},
    )
    (filled,) = infer_types([running])
    (inference,) = filled.inferred
    assert "shoes" in inference.text
    assert inference.reason == "of the types that the product names, the one that it is"


def test_nothing_is_said_of_what_it_cannot_tell() -> None:
    assert inferred(CRYPTIC) == []
    assert inferred(Product(id="empty")) == []


def test_products_in_other_languages_are_left_alone() -> None:
    german = Product(id="d1", description="Ein leichtes Hemd aus Baumwolle für den Sommer.")
    assert inferred(german) == []
    assert inferred(replace(UNSAID, locale="de-DE")) == []
    assert inferred(replace(UNSAID, locale="en-GB")) != []


def test_what_was_inferred_before_is_kept() -> None:
    known = replace(UNSAID, inferred=(Inference("ultrabook", 0.99, "the seller's own model"),))
    assert infer_types([known]) == [known]


def test_an_answer_does_not_depend_on_its_neighbours() -> None:
    together = infer_types([CRYPTIC, UNSAID, Product(id="empty"), TONER])
    assert [infer_types([product])[0] for product in (UNSAID, TONER)] == [together[1], together[3]]


def test_the_most_specific_sure_answer_is_chosen() -> None:
    path = [Answer("maxi dress", 0.7, False), Answer("dress", 0.96, True)]
    assert choose(path) == path[1]
    assert choose(path, unnamed=0.6) == path[0]
    assert choose(path, named=0.99) is None
    assert choose([Answer("dress", 0.93, False)]) is None


def test_paths_go_up_and_probabilities_are_of_this_world() -> None:
    (path,) = shipped().answers([TONER])
    names = [answer.type for answer in path]
    assert tuple(names) == inventory().lineage(names[0])[: len(names)]
    assert all(0 <= answer.confidence <= 1 for answer in path)


def test_saving_and_loading_gives_the_same_answers(tmp_path: Path) -> None:
    classifier = shipped()
    classifier.save(tmp_path / "model.npz")
    again = Classifier.load(tmp_path / "model.npz")
    assert again.answers([UNSAID, TONER]) == classifier.answers([UNSAID, TONER])


def test_clues_tell_the_thing_from_what_it_is_for() -> None:
    product = Product(
        id="1", description="This sleeve bag is made for a laptop.", category=("Bags", "Wallets")
    )
    found = clues(product)
    assert all(len(vector) == CLUES for vector in found.values())
    assert found["bag"][5] == 1.0  # the first that is named
    assert found["laptop"][8] == 1.0  # always after "for"
    assert found["wallet"][3] == 1.0  # the category's last node
    assert found["bag"][4] == 1.0  # another node


def test_a_brand_that_is_a_type_states_nothing() -> None:
    shirt = Product(id="1", description="Pepe Jeans presents its classic.", brand="Pepe Jeans")
    assert "jeans" not in stated_types(shirt)


@settings(max_examples=30, deadline=None)
@given(
    description=st.text(max_size=80),
    brand=st.text(max_size=12),
    attributes=st.dictionaries(st.text(max_size=8), st.text(min_size=1, max_size=12), max_size=3),
)
def test_any_product_can_be_asked(description: str, brand: str, attributes: dict[str, str]) -> None:
    product = Product(id="1", description=description, brand=brand, attributes=attributes)
    (filled,) = infer_types([product])
    assert all(NAMED <= one.confidence <= 1 for one in filled.inferred)
    assert replace(filled, inferred=()) == product


def test_the_model_is_small_and_its_probabilities_add_up() -> None:
    assert MODEL.stat().st_size < 8_000_000
    classifier = shipped()
    assert set(classifier.types) <= set(inventory().types)
    assert np.all(np.isfinite(classifier.output))


def test_it_loads_and_answers_in_time() -> None:
    """Under 0.3 s and thousands a second on a quiet machine; here with room for a busy one."""
    code = (
        "import sys, time\n"
        "import numpy\n"
        "from titlewright.records import Product\n"
        "from titlewright.product_types import infer_types\n"
        "assert 'titlewright.product_types.classifier' not in sys.modules\n"
        "start = time.process_time()\n"
        "infer_types([Product(id='1', description='A red cotton shirt for men.')])\n"
        "print(time.process_time() - start, 'torch' in sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    seconds, torch = run.stdout.split()
    assert float(seconds) < 1.0
    assert torch == "False"
    products = [replace(UNSAID, id=str(number), brand=f"B{number}") for number in range(1000)]
    shipped().answers(products[:10])
    started = time.process_time()
    shipped().answers(products)
    assert time.process_time() - started < 1.0


@pytest.mark.skipif(not os.environ.get("TITLEWRIGHT_DATA"), reason="TITLEWRIGHT_DATA is not set")
def test_precision_on_real_products() -> None:
    sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
    from datasets import data_folder
    from product_type_examples import labelled

    items = [item for item in labelled("icecat", data_folder()) if item.split == "test"][:600]
    types = inventory()
    right = named = 0
    filled = infer_types([item.product for item in items])
    for item, product in zip(items, filled, strict=True):
        for inference in product.inferred if item.types else ():
            named += 1
            right += any(
                inference.text in types.lineage(name) or name in types.lineage(inference.text)
                for name in item.types
            )
    assert named > 200
    assert right / named > 0.96
