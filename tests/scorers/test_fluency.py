from __future__ import annotations

import copy
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import toy_compact
from titlewright.errors import GeneratorError
from titlewright.generators.ngram.generator import NgramGenerator
from titlewright.generators.saved import save_whole, write_model_json
from titlewright.records import Candidate, Product
from titlewright.scorers.fluency import FluencyScorer

PRODUCT = Product(id="1")
FLUENT = "Nordvik NV-100 Steel Water Bottle - Red"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> NgramGenerator:
    generator = NgramGenerator.start()
    generator.fit(
        toy_compact.examples(), dev=[], settings=generator.recommended,
        folder=tmp_path_factory.mktemp("run"), on_step=lambda _step: None,
    )  # fmt: skip
    return generator


@pytest.fixture(scope="module")
def scorer(model: NgramGenerator) -> FluencyScorer:
    return FluencyScorer.of(model)


def candidates(*texts: str) -> list[Candidate]:
    return [Candidate(text, "test") for text in texts]


def test_jumbled_words_are_less_fluent(scorer: FluencyScorer) -> None:
    good, bad, none = scorer.score(
        PRODUCT, candidates(FLUENT, "Bottle Red Steel - NV-100 Water", "")
    )
    assert good.name == "fluency"
    assert good.value >= 0.2 > bad.value == none.value == 0


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("Bottle Nordvik NV-100 Wool Hat - Red", "“Bottle”"),
        ("Nordvik NV-100 Wool Hat -", "ending on “-”"),
        ("Nordvik NV-100 Wool Bottle - Red", "“Bottle” after “Wool”"),
    ],
)
def test_the_least_usual_junction_is_named(scorer: FluencyScorer, title: str, reason: str) -> None:
    (score,) = scorer.score(PRODUCT, candidates(title))
    assert reason in score.reasons[0]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(max_size=40), max_size=4))
def test_any_text_has_a_score_of_its_own(scorer: FluencyScorer, texts: list[str]) -> None:
    given_ = candidates(*texts)
    before = copy.deepcopy(given_)
    scores = scorer.score(PRODUCT, given_)
    assert all(0 <= score.value <= 1 and score.reasons for score in scores)
    assert scores[::-1] == scorer.score(PRODUCT, given_[::-1])
    assert given_ == before


def test_it_is_loaded_from_an_ngram_model_alone(
    model: NgramGenerator, scorer: FluencyScorer, tmp_path: Path
) -> None:
    save_whole(model, tmp_path / "model")
    loaded = FluencyScorer.load(tmp_path / "model")
    assert loaded.score(PRODUCT, candidates(FLUENT)) == scorer.score(PRODUCT, candidates(FLUENT))
    (tmp_path / "other").mkdir()
    write_model_json(tmp_path / "other", "template")
    with pytest.raises(GeneratorError, match="family 'template'"):
        FluencyScorer.load(tmp_path / "other")
