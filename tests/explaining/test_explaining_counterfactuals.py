"""What would change the choice: what is told must come true when the pipeline chooses again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from explaining_helpers import BOOTS, TITLES, explained, made

from titlewright.channels import get_channel
from titlewright.explaining import RankingSettings
from titlewright.explaining.counterfactuals import counterfactuals
from titlewright.explaining.records import GATED
from titlewright.records import Hints, Product, TitleResult

SETTINGS = RankingSettings(get_channel("google"))
TWO = ("Fjell Hiking Boots, Waterproof", "Fjell Hiking Boots, Leather")


def told(result: TitleResult, product: Product = BOOTS) -> dict[tuple[str, ...], int]:
    """The place without these words."""
    return {one.words: one.place for one in counterfactuals(result, product, SETTINGS).words}


@pytest.mark.parametrize("titles", [TITLES, TWO])
def test_the_pipeline_chooses_as_it_was_told(titles: tuple[str, ...]) -> None:
    result = made(titles)
    others = [one.text for one in result.alternatives if one.score is not None]
    singles = [one for one in counterfactuals(result, BOOTS, SETTINGS).words if len(one.words) == 1]
    assert singles
    for one in singles:
        assert one.title != result.title
        again = made([one.title, *others])
        assert (again.title == one.title) == (one.place == 1)
        assert again.title == one.first


def test_a_word_that_decides_is_told() -> None:
    """Completeness is worth what the words of the present title and attributes are."""
    result = made(["Fjell Hiking Boots, Brown", "Fjell Hiking Boots, Leather"])
    assert result.title == "Fjell Hiking Boots, Brown"
    places = told(result)
    assert places[("Brown",)] == 2
    assert places[("Fjell",)] == 2


def test_pairs_are_tried_only_where_no_word_decides() -> None:
    close = counterfactuals(made(TWO), BOOTS, SETTINGS)
    assert any(one.changes for one in close.words if len(one.words) == 1)
    assert not close.pairs_tried
    far = counterfactuals(made([TITLES[0], "Hiking Sole"]), BOOTS, SETTINGS)
    assert far.pairs_tried
    assert all(one.changes for one in far.words if len(one.words) == 2)


def test_what_is_left_must_still_be_true() -> None:
    product = replace(BOOTS, description="Jacket of faux leather", title="", attributes={})
    result = made(["Fjell Faux Leather Jacket", "Fjell Jacket"], product)
    found = {one.words: one for one in counterfactuals(result, product, SETTINGS).words}
    faux = found[("Faux",)]
    assert (faux.place, faux.gate) == (GATED, "truth")
    assert "Leather" in faux.problem


def test_a_title_that_another_candidate_is_already_stands_at_its_place() -> None:
    result = made(["Fjell Men Hiking Boots", "Fjell Hiking Boots"])
    found = {one.words: one for one in counterfactuals(result, BOOTS, SETTINGS).words}
    assert found[("Men",)].twin
    assert (found[("Men",)].place, found[("Men",)].first) == (1, "Fjell Hiking Boots")


def test_one_written_word_goes_as_one() -> None:
    product = replace(BOOTS, description="9-core processor for men, WorkCentre 3210/3220")
    words = told(made(["Fjell WorkCentre 9-Core Processor", "Fjell Processor"], product), product)
    assert ("9-Core",) in words
    assert ("WorkCentre",) in words


def test_chinese_words_go_one_by_one() -> None:
    product = Product(id="1", description="男士防水登山靴，棕色真皮", brand="山峰", locale="zh-CN")
    words = told(made(["山峰男士防水登山靴 棕色", "山峰登山靴"], product), product)
    assert ("防水",) in words
    assert ("男士",) in words


def test_how_likely_a_model_finds_it_is_held() -> None:
    """A title that only its model's word makes first keeps that word."""
    result = made([TITLES[2], TITLES[0]], likely=[-1.0, -40.0])
    assert result.title == TITLES[2]
    assert told(result)[("Hiking",)] == 1


def test_nothing_is_told_that_does_not_come_to_the_same_scores() -> None:
    asked = made(hints=Hints(prefer=("waterproof",)))
    assert counterfactuals(asked, BOOTS, SETTINGS).unknown == "not repeated"
    settings = replace(SETTINGS, hints=Hints(prefer=("waterproof",)))
    assert counterfactuals(asked, BOOTS, settings).unknown == ""
    other = replace(BOOTS, attributes={"color": "brown", "size": "43", "model": "X-9"})
    assert counterfactuals(made(), other, SETTINGS).unknown == "not repeated"


def test_without_others_or_their_scores_nothing_is_told() -> None:
    assert counterfactuals(made(TITLES[:1]), BOOTS, SETTINGS).unknown == "alone"
    result = made(likely=[-1.0, -2.0, -3.0, -4.0])
    old = replace(
        result, alternatives=tuple(replace(one, scores=()) for one in result.alternatives)
    )
    assert counterfactuals(old, BOOTS, SETTINGS).unknown == "no scores"


def test_the_same_comes_out_each_time() -> None:
    assert explained() == explained()
