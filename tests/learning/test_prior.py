"""The prior of titles: learnt from counts whose truth is known; what prior Thompson makes of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from learning_shop import MUGS, NOBODY, generator, happened, lengths

from titlewright.errors import LearningError
from titlewright.learning.policies import create_policy, from_json
from titlewright.learning.prior import Counts, Prior, fit
from titlewright.learning.records import Title
from titlewright.learning.strengths import with_words
from titlewright.learning.words.effects import learn_words
from titlewright.learning.words.features import Shown

TRUTH = Prior(rate=-4.0, spread=0.5, concentration=30.0, effects=(0.4,))
START = Prior(rate=-3.0, spread=1.0, concentration=10.0, effects=(0.0,))


def simulated(products: int, shown: int, *, effect: float = 0.4, seed: int = 0) -> Counts:
    """Counts of four titles each, by the model itself."""
    rng = generator(seed)
    strengths = rng.normal(size=(products, 4, 1))
    strengths -= strengths.mean(axis=1, keepdims=True)
    level = np.exp(rng.normal(TRUTH.rate, TRUTH.spread, (products, 1)))
    mean = np.minimum(level * np.exp(effect * strengths[:, :, 0]), 0.9)
    rates = rng.beta(TRUTH.concentration, TRUTH.concentration * (1 - mean) / mean)
    impressions = np.full((products, 4), float(shown))
    return Counts(impressions, rng.binomial(shown, rates).astype(float), strengths)


def test_a_prior_is_learnt_from_counts() -> None:
    found = fit([simulated(1500, 3000)], START)
    assert found.rate == pytest.approx(TRUTH.rate, abs=0.08)
    assert found.spread == pytest.approx(TRUTH.spread, abs=0.08)
    assert found.concentration == pytest.approx(TRUTH.concentration, rel=0.25)
    assert found.effects[0] == pytest.approx(0.4, abs=0.05)
    assert found.products == 1500


def test_strengths_that_tell_nothing_are_found_to_be_worth_nothing() -> None:
    found = fit([simulated(1500, 3000, effect=0.0)], TRUTH)
    assert found.effects[0] == pytest.approx(0, abs=0.05)


def test_what_was_believed_is_held_on_to_where_little_is_known() -> None:
    few = simulated(5, 50, effect=-1.0)
    held, free = fit([few], TRUTH, hold=1000), fit([few], TRUTH)
    assert held.effects[0] == pytest.approx(0.4, abs=0.1)
    assert abs(free.effects[0] - 0.4) > abs(held.effects[0] - 0.4)


def test_draws_are_the_posterior() -> None:
    """With the level known, a title's belief is a Beta; 100,000 draws tell its mean to 1 %."""
    sure = Prior(rate=-4.0, spread=0.1, concentration=30.0, effects=(0.0,))
    counts = Counts(np.array([[100_000.0, 200.0]]), np.array([[1832.0, 12.0]]), np.zeros((1, 2, 1)))
    levels = np.exp(np.linspace(np.log(2e-4), np.log(0.6), 33))
    weight = sure.levels(counts)[0]
    assert weight.sum() == pytest.approx(1)
    mean = sum(
        part * (30 + 12) / (30 + 30 * (1 - level) / level + 200)
        for part, level in zip(weight, levels, strict=True)
    )
    draws = sure.draws(counts, generator(), 100_000)
    assert draws.shape == (1, 2, 100_000)
    assert draws[0, 1].mean() == pytest.approx(mean, rel=0.01)
    narrow = sure.draws(counts, generator(), 100_000, variance=0.1)
    assert narrow[0, 0].var() == pytest.approx(draws[0, 0].var() / 10, rel=0.1)


def test_categories_have_rates_of_their_own() -> None:
    some = simulated(200, 3000)
    half = Counts(some.shown, some.won * np.repeat([1.0, 3.0], 100)[:, None], some.strengths,
                  [("Home", "Mugs")] * 100 + [("Home", "Lamps")] * 100)  # fmt: skip
    found = fit([half], START)
    gap = found.rate_of(("Home", "Lamps")) - found.rate_of(("Home", "Mugs"))
    assert gap == pytest.approx(np.log(3), abs=0.25)
    assert found.rate_of(("Toys",)) == found.rate


def test_a_likely_title_begins_ahead_and_loses_it_when_it_disappoints() -> None:
    prior = Prior(rate=-4.0, spread=0.5, concentration=30.0, effects=(3.0,))
    policy = create_policy("prior_thompson", prior=prior, strengths=lengths)
    assert policy.propensities(MUGS, NOBODY, generator())[2] > 0.9  # the longest
    policy.update(happened({"plain": (1000, 40), "blue": (1000, 10), "hand": (1000, 10)}))
    assert policy.propensities(MUGS, NOBODY, generator())[0] > 0.9


def test_what_strengths_are_worth_is_learnt_from_all_products() -> None:
    """Where the longest title is clicked least on 200 products, it is no favourite elsewhere."""
    prior = Prior(rate=-4.0, spread=0.5, concentration=30.0, effects=(0.3,))
    policy = create_policy(
        "prior_thompson", prior=prior, strengths=lambda texts: lengths(texts) * 10
    )
    for number in range(200):
        product = f"mug-{number}"
        offered = [Title(one.id, product, one.text) for one in MUGS]
        policy.choose(offered, NOBODY, generator())
        seen = {"plain": (100, 10), "blue": (100, 6), "hand": (100, 2)}
        policy.update(happened(seen, product=product))
    new = [Title(one.id, "new", one.text) for one in MUGS]
    before = policy.propensities(new, NOBODY, generator())
    policy.learn_prior()  # type: ignore[attr-defined]
    other = [Title(one.id, "another", one.text) for one in MUGS]
    after = policy.propensities(other, NOBODY, generator())
    assert before[2] == max(before)
    assert after[0] == max(after)


def test_learning_again_from_the_same_counts_ends_where_it_was() -> None:
    prior = Prior(rate=-4.6, spread=0.6, concentration=15.0, effects=(0.1,), products=1600)
    policy: Any = create_policy("prior_thompson", prior=prior, strengths=lengths)
    for number in range(5):
        product = f"mug-{number}"
        policy.choose([replace(one, product_id=product) for one in MUGS], NOBODY, generator())
        policy.update(happened({one.id: (300, 60) for one in MUGS}, product=product))
    policy.learn_prior()
    first = policy.prior
    policy = from_json(json.loads(json.dumps(policy.to_json())), strengths=lengths)
    for _ in range(10):
        policy.learn_prior()
    assert policy.prior.rate == pytest.approx(first.rate, abs=0.05)
    assert policy.prior.rate < -3.5  # five products against twenty that said 1 in 100
    assert policy.prior.products == 1605
    assert policy._tables == {}


def test_what_was_learnt_is_used_at_once() -> None:
    prior = Prior(rate=-4.0, spread=0.5, concentration=30.0, effects=(5.0,))
    policy: Any = create_policy("prior_thompson", prior=prior, strengths=lengths)
    before = policy.propensities(MUGS, NOBODY, generator())
    policy.prior = replace(prior, effects=(-5.0,))
    assert policy.propensities(MUGS, NOBODY, generator()) == before
    policy.update(happened({"plain": (3, 0)}, product="other"))
    policy.propensities([replace(MUGS[0], product_id="other")], NOBODY, generator())
    policy.learn_prior()
    assert policy.propensities(MUGS, NOBODY, generator()) != before


def test_a_saved_policy_takes_on_words_that_were_learnt() -> None:
    policy = create_policy("prior_thompson", prior=TRUTH, strengths=lengths)
    policy.propensities(MUGS, NOBODY, generator())
    state = json.loads(json.dumps(policy.to_json()))
    prior = TRUTH.with_effect(10.0)
    for liked in ("Blue", "Handmade"):

        def words(texts: Sequence[str], liked: str = liked) -> Any:
            return np.column_stack([lengths(texts) * 0, [liked in text for text in texts]])

        opened = from_json(state, prior=prior, strengths=words)
        shares = opened.propensities(MUGS, NOBODY, generator())
        assert shares[1 if liked == "Blue" else 2] > 0.9
        state = json.loads(json.dumps(opened.to_json()))


def test_categories_arent_told_twice() -> None:
    """Two categories, 3 % and 0.3 %, and nothing else that differs."""
    rates = np.repeat([0.03, 0.003], 100)[:, None]
    shown = np.full((200, 2), 2000.0)
    counts = Counts(shown, generator().binomial(2000, rates, (200, 2)).astype(float),
                    np.zeros((200, 2, 1)), [("Mugs",)] * 100 + [("Lamps",)] * 100)  # fmt: skip
    found = fit([counts], START)
    assert found.spread < 0.25
    assert np.exp(found.rate_of(("Mugs",))) == pytest.approx(0.03, rel=0.2)
    assert np.exp(found.rate_of(("Lamps",))) == pytest.approx(0.003, rel=0.3)


@pytest.mark.parametrize(
    "wrong",
    [{"rate": "nan"}, {"spread": "inf"}, {"spread": 0}, {"effects": ["nan"]},
     {"categories": {"Mugs": "inf"}}],
)  # fmt: skip
def test_priors_that_cant_be_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(LearningError, match="can't be: all numbers are finite"):
        Prior.from_json(TRUTH.to_json() | wrong)


def test_a_new_title_with_a_word_that_has_sold_begins_ahead() -> None:
    sold = [
        Shown(f"p{number}", text, 3000, clicks)
        for number in range(20)
        for text, clicks in (("Stoneware mug", 100), ("Blue stoneware mug", 150))
    ]
    plain = Prior(rate=-3.0, spread=0.5, concentration=300.0, effects=(0.0,))
    words = with_words(learn_words(sold), lengths)
    assert words([one.text for one in MUGS]).shape == (3, 2)
    policy = create_policy("prior_thompson", prior=plain.with_effect(1.0), strengths=words)
    shares = policy.propensities(MUGS, NOBODY, generator())
    assert shares[1] > 0.9
    without = create_policy("prior_thompson", prior=plain, strengths=lengths)
    assert max(without.propensities(MUGS, NOBODY, generator())) < 0.5


def test_a_prior_survives_its_file(tmp_path: Path) -> None:
    TRUTH.save(tmp_path / "prior.json")
    assert Prior.load(tmp_path / "prior.json") == TRUTH
    (tmp_path / "prior.json").write_text("[]", encoding="utf-8")
    with pytest.raises(LearningError, match="holds no prior"):
        Prior.load(tmp_path / "prior.json")


def test_nothing_shown_teaches_nothing() -> None:
    with pytest.raises(LearningError, match="Nothing was shown yet"):
        fit([simulated(3, 0)], START)
    with pytest.raises(LearningError, match="effects of 1 strengths, the counts have 2"):
        fit([Counts(np.ones((1, 2)), np.zeros((1, 2)), np.zeros((1, 2, 2)))], START)
