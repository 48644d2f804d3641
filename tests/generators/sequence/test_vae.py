"""The latent vector: what it tells, how it is kept from collapsing, what the dial does."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs the extra train")

import toy_compact  # noqa: E402
import toy_sequence  # noqa: E402
from titlewright.errors import GeneratorError  # noqa: E402
from titlewright.generators import create, start  # noqa: E402
from titlewright.generators.saved import save_whole  # noqa: E402
from titlewright.generators.sequence.latent import Gaussian, VAESizes  # noqa: E402
from titlewright.generators.sequence.vae import VAEGenerator, VariationalTask  # noqa: E402
from titlewright.neural.randomness import apart  # noqa: E402
from titlewright.neural.report import Step  # noqa: E402
from titlewright.records import Example  # noqa: E402

SETTINGS = replace(toy_sequence.SETTINGS, steps=300, batch_tokens=1024)


def two_ways(numbers: Iterable[int]) -> list[Example]:
    """Toy products whose titles have one of two forms: nothing in the product says which."""
    rng, made = random.Random(1), []
    for example in toy_compact.examples(numbers):
        first, _, colour = example.title.rpartition(" - ")
        thing = " ".join(first.split()[2:])
        made.append(replace(example, title=rng.choice((example.title, f"{colour} {thing}"))))
    return made


UNSEEN = two_ways(range(200, 260))
PRODUCTS = [example.product for example in UNSEEN[:20]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("vae")
    model = toy_sequence.new("vae", word_dropout=0.0)
    model.fit(
        two_ways(range(200)), dev=UNSEEN, settings=SETTINGS, folder=place / "run",
        on_step=toy_sequence.ignore,
    )  # fmt: skip
    save_whole(model, place / "model")
    return place / "model"


@pytest.fixture(scope="module")
def model(folder: Path) -> Any:
    return create(str(folder))


def task_of(model: Any, **sizes: Any) -> VariationalTask:
    return VariationalTask(model.network, model.vocabulary, 0.0, VAESizes(**sizes))


def test_the_divergence_is_that_of_torch() -> None:
    from torch.distributions import Normal, kl_divergence

    generator = torch.Generator().manual_seed(3)
    first, second = (Gaussian(*torch.randn(2, 5, 3, generator=generator)) for _ in range(2))
    told, expected = (
        first.divergence(second),
        kl_divergence(
            *(Normal(each.mean, (0.5 * each.log_variance).exp()) for each in (first, second))
        ),
    )
    assert torch.allclose(told, expected, atol=1e-5)
    assert torch.equal(first.at(torch.zeros(5, 3)), first.mean)


def test_z_tells_what_the_product_leaves_open(model: Any) -> None:
    """One of two forms is ln 2 = 0.69 nats; a title rewritten from its own z has its form."""
    task = task_of(model)
    assert task.divergence(UNSEEN) > 0.5
    titles = task.written(
        UNSEEN, lambda memory: model.network.begin_at(memory, task.latents(UNSEEN))
    )
    kept = [
        (" - " in title) == (" - " in example.title)
        for title, example in zip(titles, UNSEEN, strict=True)
    ]
    assert sum(kept) >= 0.9 * len(kept)


def test_the_dial_raises_how_many_titles_are_different(model: Any) -> None:
    task = task_of(model)
    with apart(0):
        none, full = (task.distinct(UNSEEN[:20], variety) for variety in (0.0, 1.0))
    assert none == 1 / 4  # all four the same
    assert full > 1.4 * none


def test_the_titles_behind_the_first_vary_with_the_dial(folder: Path, model: Any) -> None:
    still, varied = (VAEGenerator.load(folder, variety=dial) for dial in (0.0, 1.0))
    calm, made = (each.generate(PRODUCTS, n=3) for each in (still, varied))
    assert made == model.generate(PRODUCTS, n=3)  # 1 is what was saved
    assert [titles[0] for titles in calm] == [titles[0] for titles in made]
    assert [titles[1:] for titles in calm] != [titles[1:] for titles in made]
    again = still.generate(PRODUCTS, n=3, seed=5)
    assert calm == again  # nothing is drawn
    assert made != varied.generate(PRODUCTS, n=3, seed=5)


def test_the_dev_loss_is_the_whole_bound(model: Any) -> None:
    """Whatever the annealing and the free bits are: they are for learning only."""
    task, other = task_of(model), task_of(model, free_bits=9.0, annealing=1.0)
    other.anneal(0.0)
    batch = task.collate(UNSEEN[:16])
    with apart(1):
        bound, _ = task.loss(batch)
    with apart(1):
        rows, posterior, prior = model.network.reconstruct(batch)
        expected = task.surprise(rows, batch)[0] + posterior.divergence(prior).sum()
    with apart(1):
        assert other.loss(batch)[0].item() == bound.item() == pytest.approx(expected.item())


def test_the_bound_is_no_less_than_the_negative_log_likelihood(model: Any) -> None:
    """Which is estimated as the mean likelihood of a title over draws from the prior."""
    task, network, draws = task_of(model), model.network, 500
    for example in UNSEEN[:3]:
        batch = task.collate([example] * draws)
        with torch.no_grad(), apart(2):
            bound = float(task.loss(batch)[0]) / draws
            memory = network.encode(batch.source)
            prior = network.prior(memory)
            state = network.begin_at(memory, prior.at(torch.randn_like(prior.mean)))
            rows, _ = network.write(batch.previous, state, memory)
            there = batch.targets != 0
            told = (rows.of(batch.targets) * there).sum(1)  # [draws]
            surprise = math.log(draws) - float(told.logsumexp(0))
        assert 0 < surprise <= bound + 0.02


def test_while_it_learns_the_price_rises_and_a_few_nats_are_free(model: Any) -> None:
    batch = task_of(model).collate(UNSEEN[:16])
    model.network.train()
    try:

        def paid(used: float, **sizes: Any) -> float:
            task = task_of(model, annealing=0.5, **sizes)
            task.anneal(used)
            with apart(1):
                return task.loss(batch)[0].item()

        none, half, full = (paid(used, free_bits=0.0) for used in (0.0, 0.25, 0.5))
        assert half - none == pytest.approx((full - none) / 2, rel=1e-3)
        assert full > none
        assert paid(0.9, free_bits=0.0) == full
        floor = paid(0.9, free_bits=50.0) - none  # far above what z tells
        assert floor == pytest.approx(16 * 50.0, rel=1e-3)
    finally:
        model.network.eval()


class StopHereError(Exception):
    pass


def test_a_resumed_run_goes_on_with_the_same_losses(tmp_path: Path) -> None:
    """In the midst of the annealing, with its noise and its word dropout."""
    settings = replace(SETTINGS, steps=12, checkpoint_every=4, average=0.9, evaluate_every=6)

    def losses(folder: Path, stop: int | None, resume: bool) -> list[tuple[int, float, Any]]:
        seen: list[tuple[int, float, Any]] = []

        def watch(step: Step) -> None:
            seen.append((step.step, step.loss, dict(step.dev)))
            if step.step == stop:
                raise StopHereError

        model = toy_sequence.new("vae", annealing=1.0, word_dropout=0.3, dropout=0.1)
        with suppress(StopHereError):
            model.fit(
                two_ways(range(80)), dev=UNSEEN[:8], settings=settings, folder=folder,
                on_step=watch, resume=resume,
            )  # fmt: skip
        return seen

    whole = losses(tmp_path / "whole", None, False)
    assert len(losses(tmp_path / "stopped", 6, False)) == 6
    assert losses(tmp_path / "stopped", None, True) == whole[4:]


def test_measures_say_how_much_z_tells_and_how_titles_vary(model: Any) -> None:
    task = task_of(model)
    with apart(0):
        measures = task.evaluate(UNSEEN[:20])
    assert set(measures) == {"rougeL", "kl", "distinct_half", "distinct_full"}
    still = task.distinct(UNSEEN[:20], 0.0)
    assert still == 1 / 4  # four draws, one title
    assert still < measures["distinct_half"] <= 1
    assert still < measures["distinct_full"] <= 1
    assert task.evaluate([]) == {}


def test_z_of_a_title_and_titles_between_two(model: Any) -> None:
    product = UNSEEN[0].product
    long, short = "Nordvik NV-300 Steel Water Bottle - Red", "Red Steel Water Bottle"
    first, second = (model.latent(Example(product, title)) for title in (long, short))
    assert first.shape == second.shape == (model.network.latent,)
    assert (first != second).any()
    assert (first == model.latent(Example(product, long))).all()
    between = model.between(product, long, short, steps=7)
    assert len(between) == 7
    assert (between[0], between[-1]) == (long, short)
    with pytest.raises(GeneratorError, match="2 or more, not 1"):
        model.between(product, long, short, steps=1)


def test_sizes_are_given_by_name(folder: Path) -> None:
    made = VAEGenerator.start(sizes={"width": 64, "variety": 0, "cell": "gru"})
    assert (made.sizes.width, made.sizes.variety, made.sizes.cell) == (64, 0, "gru")
    assert VAEGenerator.start(str(folder), sizes={"variety": 0.5}).sizes.variety == 0.5
    with pytest.raises(GeneratorError, match=r"vae has no size 'wings'\..*latent"):
        VAEGenerator.start(sizes={"wings": 2})
    with pytest.raises(GeneratorError, match="latent must be a whole number from 1, not 'four'"):
        VAEGenerator.start(sizes={"latent": "four"})
    with pytest.raises(GeneratorError, match="variety must be a number from 0, not -1"):
        VAEGenerator.load(folder, variety=-1)
    with pytest.raises(GeneratorError, match="sizes can't be changed: leave --size width=64"):
        VAEGenerator.start(str(folder), sizes={"width": 64})


def test_the_dial_is_kept_in_the_folder(folder: Path, tmp_path: Path) -> None:
    VAEGenerator.load(folder, variety=0.25).save(tmp_path)
    opened: Any = create(str(tmp_path))
    assert opened.sizes.variety == 0.25
    learning: Any = start(str(tmp_path))
    assert learning.sizes == opened.sizes
