"""Appeal: pairs of tests, what is learnt from them, and the model that ships."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from titlewright.errors import SettingsError
from titlewright.generators.saved import save_whole
from titlewright.records import Candidate, Product
from titlewright.scorers.appeal.features import factors, pieces
from titlewright.scorers.appeal.model import AppealModel
from titlewright.scorers.appeal.scorer import AppealScorer
from titlewright.scorers.appeal.trials import Arm, Pair, difference, pairs, stories

PLAIN = "Cotton shirt in two colours"
NUMBERED = "12 shirts that feel like nothing"


def test_pieces_stay_within_words() -> None:
    assert list(pieces("A bc")) == [" a", "a ", " a ", " b", "bc", "c ", " bc", "bc ", " bc "]
    assert list(pieces("")) == []


def test_factors_are_named_figures() -> None:
    found = factors('Why YOU need "this" in 2 words?')
    assert found["a digit"] == found["a question mark"] == found["quotation marks"] == 1
    assert found["words in capitals"] == 1
    assert found["begins with “why”"] == found["“this”"] == 1
    assert found["begins with “this”"] == 0


def test_arms_of_one_text_count_as_one_and_rare_ones_not() -> None:
    arms = [Arm("t", "A  b", 500, 10), Arm("t", "A b", 500, 30), Arm("t", "C", 1000, 10),
            Arm("t", "D", 99, 50), Arm("u", "alone", 1000, 10)]  # fmt: skip
    (pair,) = pairs(arms)
    assert (pair.first, pair.second) == ("A b", "C")
    assert pair.z == pytest.approx(difference(1000, 40, 1000, 10))
    assert pair.z > 4


@pytest.mark.parametrize(("impressions", "clicks"), [(10, 11), (10, -1), (-5, 0)])
def test_counts_that_cant_be_are_refused(impressions: int, clicks: int) -> None:
    with pytest.raises(SettingsError, match=r"Test 't': .* can't be"):
        Arm("t", "A", impressions, clicks)


def test_wordings_that_nobody_clicked_make_no_pair() -> None:
    assert difference(500, 0, 500, 0) is None
    assert list(pairs([Arm("t", "A", 500, 0), Arm("t", "B", 500, 0)])) == []


def test_tests_that_share_a_text_or_its_beginning_are_one_story() -> None:
    found = [
        Pair("1", "What a cat did next to me", "other", 1.0),
        Pair("2", "what a cat did to you", "third", 1.0),
        Pair("3", "Fourth", "third", 1.0),
        Pair("4", "nothing in common", "at all", 1.0),
    ]
    first, second, third, fourth = stories(found)
    assert first == second == third != fourth


def synthetic(tests: int = 120) -> list[Pair]:
    """Tests in which the wording with "secret" wins, mostly."""
    rng = random.Random(0)
    words = [f"{a}{b}" for a in ("lam", "chai", "tab", "mir", "cur") for b in ("p", "r", "le", "n")]
    found = []
    for number in range(tests):
        one, other = (" ".join(rng.sample(words, 4)) for _ in range(2))
        sign = 1 if rng.random() < 0.9 else -1
        found.append(Pair(str(number), f"secret {one}", other, sign * rng.uniform(3, 6)))
    return found


@pytest.fixture(scope="module")
def learnt() -> AppealModel:
    pytest.importorskip("sklearn", reason="needs the extra train")
    from titlewright.scorers.appeal.training import learn

    rng = np.random.default_rng(0)
    found = synthetic()
    texts = {text for pair in found for text in (pair.first, pair.second)}
    embedded = {text: rng.normal(size=1152).astype(np.float32) for text in sorted(texts)}
    return learn(found, embedded)


def test_it_learns_what_wins_and_how_often(learnt: AppealModel) -> None:
    preference = learnt.prefer("secret lampp chairn", "lampp chairn")
    assert 0.75 < preference.probability < 0.98
    assert preference.sure


def test_swapping_two_wordings_turns_the_probability(learnt: AppealModel) -> None:
    one, other = "secret tables", "mirrors curle"
    assert learnt.prefer(one, other).probability == pytest.approx(
        1 - learnt.prefer(other, one).probability
    )


def test_it_abstains_where_it_cant_tell(learnt: AppealModel) -> None:
    same = learnt.prefer("tabp mirn", "tabp mirn")
    assert (same.probability, same.sure) == (0.5, False)


def test_a_saved_model_says_the_same(learnt: AppealModel, tmp_path: Path) -> None:
    save_whole(learnt, tmp_path)
    texts = ["secret lamps", NUMBERED, ""]
    assert AppealModel.load(tmp_path).strengths(texts) == pytest.approx(
        learnt.strengths(texts), abs=0.02
    )


def test_winners_may_all_be_told_first() -> None:
    pytest.importorskip("sklearn", reason="needs the extra train")
    from titlewright.scorers.appeal.training import learn

    found = [replace(pair, z=abs(pair.z)) for pair in synthetic()]
    texts = {text for pair in found for text in (pair.first, pair.second)}
    model = learn(found, dict.fromkeys(texts, np.zeros(1152, np.float32)))
    assert model.prefer("secret lampp", "lampp").probability > 0.9


def test_too_few_tests_are_refused() -> None:
    pytest.importorskip("sklearn", reason="needs the extra train")
    from titlewright.scorers.appeal.training import learn

    with pytest.raises(SettingsError, match="There are 20 stories and 20 decided pairs"):
        learn(synthetic(20), {})
    undecided = [replace(pair, z=0.5) for pair in synthetic(60)]
    with pytest.raises(SettingsError, match="0 decided pairs"):
        learn(undecided, {})


def test_the_shipped_model_scores_titles_one_by_one() -> None:
    scorer, product = AppealScorer.load(), Product(id="1", locale="en")
    together = scorer.score(product, [Candidate(PLAIN, "me"), Candidate(NUMBERED, "me")])
    alone = scorer.score(product, [Candidate(NUMBERED, "me")])
    assert together[1] == alone[0]
    assert all(0 < score.value < 1 and score.name == "appeal" for score in together)
    assert all(len(score.reasons) == 2 for score in together)


def test_other_languages_get_no_opinion() -> None:
    (score,) = AppealScorer.load().score(Product(id="1"), [Candidate("纯棉圆领短袖T恤 男士", "me")])
    assert (score.value, score.reasons) == (0.5, ("learnt from English wordings only",))
