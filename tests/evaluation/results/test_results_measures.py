"""What is measured of one product, and how measures of many are tallied."""

import random
from pathlib import Path

import numpy as np
import pytest
from results_helpers import MADE, MUGS, write_lines

from titlewright.channels import get_channel
from titlewright.evaluation.bootstrap import Sample, interval
from titlewright.evaluation.results.key_facts import key_facts
from titlewright.evaluation.results.measuring import Measurer, measures, query_of
from titlewright.evaluation.results.reading import Made, read_results
from titlewright.evaluation.results.tallies import BeforeAfter, Distribution, Part
from titlewright.generators.facts import read_facts
from titlewright.generators.saying import says
from titlewright.records import Product


@pytest.fixture
def made(tmp_path: Path) -> list[Made]:
    read = read_results(write_lines(tmp_path / "r.jsonl", MADE))
    return [item for item in read if isinstance(item, Made)]


def test_both_titles_are_measured_by_the_same_yardsticks(made: list[Made]) -> None:
    measurer = Measurer(get_channel("google"))
    mug, bottle, towel = measurer.beside(made, MUGS, [True, True, False])
    before = mug.before
    assert before is not None
    assert {"google.promotion", "google.all-capitals"} & {v.rule for v in before.violations or ()}
    assert "BUY" in " ".join(before.alone)
    assert mug.after.alone == ()
    assert mug.after.violations == ()
    assert before.named == {"product type"}
    assert mug.after.named == {"brand", "product type", "color"}
    assert mug.category == ("Home", "Mugs")
    assert bottle.before is not None
    assert bottle.before.named == bottle.after.named == {"brand", "product type"}
    assert towel.before is None
    assert towel.after.units is None  # not drawn for truth
    parts = measures(mug, 70)
    assert parts["key facts"] == (Part(1, 3), Part(3, 3))
    assert parts["past useful"] == (Part(False), Part(False))
    assert parts["names brand"] == (Part(False), Part(True))
    assert measures(towel, None)["length"] == (None, Part(len("Bolt Cotton Beach Towel")))


def test_without_its_product_only_the_result_is_told(made: list[Made]) -> None:
    alone = Measurer(get_channel("google")).alone(made[0])
    assert alone.before is not None
    assert alone.before.violations is None
    assert set(measures(alone, None)) == {
        "length", "over limit", "with errors", "errors", "warnings"
    }  # fmt: skip
    assert measures(alone, None)["errors"][0] is None


def test_a_query_is_made_of_the_products_own_facts() -> None:
    assert query_of(read_facts(MUGS[0])) == "Acme MUG Blue"
    assert query_of(read_facts(Product("1", description="x", brand="Acme"))) == ""


def test_key_facts_are_stated_ones_in_order() -> None:
    facts = key_facts(read_facts(MUGS[1]))
    assert [fact.name for fact in facts] == ["brand", "product type", "color"]


@pytest.mark.parametrize(
    ("title", "fact", "named"),
    [
        ("Fish Pan with Lid", "HP", False),
        ("HP LaserJet Printers", "printer", True),
        ("兰蔻面部精华肌底液", "面部精华", True),
        ("兰蔻面部肌底液", "口红", False),
        ("USB Cable 3 m Black", "USB Cable 3 m", True),
        ("USB Cable", "USB Cable 3 m", False),  # half of its words
        ("Mug", "", False),
    ],
)
def test_whether_a_title_names_a_fact(title: str, fact: str, named: bool) -> None:
    assert says(title, fact) is named


def test_a_tally_is_the_bootstrap_over_its_products() -> None:
    draw = random.Random(3)
    products = [(draw.randint(0, 3), draw.randint(1, 9)) for _ in range(300)]
    tally = BeforeAfter()
    for above, below in products:
        tally.add(Part(above, below), Part(0, below))
    figures = tally.figures()
    kept = Sample(
        np.array([a for a, _ in products], float), np.array([b for _, b in products], float)
    )
    low, high = interval(kept) or (0, 0)
    assert figures["before"]["value"] == pytest.approx(kept.value, abs=1e-5)
    assert figures["before"]["products"] == 300
    assert figures["before"]["low"] == pytest.approx(low, abs=0.02)
    assert figures["before"]["high"] == pytest.approx(high, abs=0.02)
    assert figures["after"]["value"] == 0
    assert figures["difference"]["high"] < 0


def test_the_change_is_over_products_with_both_titles() -> None:
    tally = BeforeAfter()
    tally.add(Part(1), Part(0))
    tally.add(None, Part(1))
    tally.add(None, None)
    figures = tally.figures()
    assert figures["after"]["products"] == 2
    assert figures["after"]["value"] == 0.5
    assert figures["difference"] == {"value": -1, "low": -1, "high": -1, "products": 1}
    assert BeforeAfter().figures() == {"before": None, "after": None, "difference": None}


def test_a_distribution_has_quantiles_and_bands() -> None:
    scores = Distribution()
    for value in [0.2, 0.5, 0.74, 0.75, 0.9, 1.0, 1.0, 1.0, 1.0, 1.0]:
        scores.add(value)
    told = scores.figures()
    assert told["bands"] == [0.1, 0.2, 0.1, 0.6]
    assert (told["p10"], told["median"], told["p90"]) == (0.2, 0.9, 1.0)
    assert told["mean"] == pytest.approx(0.809)
    assert Distribution().figures()["mean"] is None
