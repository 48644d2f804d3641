"""The policy gradient: unbiased where it can be computed by hand, and it makes rewards rise."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="needs the extra train")

import torch
from torch import Tensor, nn

import toy_compact
import toy_sequence
from titlewright.generators.adversarial.rewards import (
    advantages,
    finished,
    parts,
    play,
    policy_loss,
)
from titlewright.generators.adversarial.sampling import likelihoods, sample, writable
from titlewright.generators.sequence.batches import Source
from titlewright.generators.sequence.copying import Distribution
from titlewright.generators.sequence.engine import never_written
from titlewright.generators.sequence.network import SequenceNetwork
from titlewright.generators.sequence.task import SequenceTask
from titlewright.generators.writing.lengths import MOST_UNITS
from titlewright.generators.writing.vocabulary import BEGIN, END, PAD

WORDS = range(END + 2, END + 5)


class Pairs(SequenceNetwork):
    """Each unit by the one before it alone, which can be computed by hand."""

    def __init__(self) -> None:
        super().__init__(END + 5, 2, 0.0)
        self.table = nn.Parameter(0.3 * torch.randn(self.size, self.size))

    def encode(self, source: Source) -> Tensor:
        return torch.zeros(len(source.ids), 1)

    def begin(self, memory: Tensor) -> Tensor:
        return memory

    def write(
        self,
        previous: Tensor,
        state: Tensor,
        memory: Tensor,  # noqa: ARG002
    ) -> tuple[Distribution, Tensor]:
        return Distribution(self.table[previous]), state


def blank(products: int) -> Source:
    ids = torch.full((products, 1), WORDS[0])
    return Source(ids, ids * 0, ids * 0, torch.zeros(products, 0))


@pytest.fixture
def pairs() -> Pairs:
    torch.manual_seed(1)
    return Pairs()


def allowed(products: int) -> Tensor:
    found = torch.zeros(products, END + 5, dtype=torch.bool)
    found[:, [END, *WORDS]] = True
    return found


def test_what_may_be_written_is_the_vocabulary_and_the_products_own() -> None:
    ids = torch.full((2, 3), 4)
    source = Source(ids, ids, torch.tensor([[10, 11, 0], [4, 11, 0]]), torch.zeros(2, 3))
    found = writable(source, 10, torch.tensor([PAD, BEGIN, 3]))
    assert found.shape == (2, 13)
    assert not found[:, [PAD, BEGIN, 3]].any()
    assert found[:, [END, 4, 9]].all()
    assert found[:, 10:].tolist() == [[True, True, False], [False, True, False]]


def test_nothing_else_is_drawn_and_titles_end(pairs: Pairs) -> None:
    titles = sample(pairs, torch.zeros(500, 1), allowed(500))
    assert set(titles.unique().tolist()) <= {PAD, END, *WORDS}
    for row in titles.tolist():
        units = row.index(END) + 1 if END in row else MOST_UNITS
        assert PAD not in row[:units]
        assert set(row[units:]) <= {PAD}


def test_drawn_units_are_as_frequent_as_they_are_likely(pairs: Pairs) -> None:
    first = sample(pairs, torch.zeros(20_000, 1), allowed(20_000))[:, 0]
    expected = likelihoods(pairs.table[BEGIN].log_softmax(-1), allowed(1)[0]).exp()
    found = torch.bincount(first, minlength=pairs.size) / len(first)
    assert torch.allclose(found, expected, atol=0.015)


def test_titles_are_finished_from_what_is_given(pairs: Pairs) -> None:
    given = sample(pairs, torch.zeros(200, 1), allowed(200))
    kept = (given != PAD).sum(1) // 2
    ended = sample(pairs, torch.zeros(200, 1), allowed(200), given, kept)
    for row, first, count in zip(ended.tolist(), given.tolist(), kept.tolist(), strict=True):
        assert row[:count] == first[:count]
    assert ended.shape != given.shape or bool((ended != given).any())


def test_parts_and_advantages_by_hand() -> None:
    starts = parts(torch.tensor([6, 1]), 2)
    assert starts.tolist() == [[0, 2, 4], [0, 0, 0]]
    values = torch.tensor([[0.1, 0.3, 0.2, 0.9], [0.5, 0.5, 0.4, 1.0]])
    found = advantages(values, starts, 7)
    assert found[0, :6].tolist() == pytest.approx([0.2, 0.2, -0.1, -0.1, 0.7, 0.7])
    assert found[1, 0].item() == pytest.approx(0.6)


def test_titles_are_judged_without_their_end() -> None:
    assert finished(torch.tensor([[5, END, PAD]])).tolist() == [[5, PAD, PAD]]


@pytest.mark.parametrize("prefixes", [0, 1, 2])
def test_the_gradient_is_that_of_the_expected_reward(pairs: Pairs, prefixes: int) -> None:
    """Reward: 1 for titles of at most two words that end in a certain one; so few have it that its
    expectation can be summed."""
    good = WORDS[0]

    def reward(source: Source, titles: Tensor) -> Tensor:
        last = (titles != PAD).sum(-1, keepdim=True) - 1
        ends_well = titles.gather(-1, last.clamp(min=0))[..., 0] == good
        return (ends_well & (last[..., 0] < 2)).float()

    rows = likelihoods(pairs.table.log_softmax(-1), allowed(1)[0]).exp()
    short = rows[BEGIN, good] * rows[good, END]
    long = sum(rows[BEGIN, word] * rows[word, good] * rows[good, END] for word in WORDS)
    (exact,) = torch.autograd.grad(short + long, pairs.table)

    torch.manual_seed(0)
    count = 20_000
    lengths = torch.full((count,), prefixes + 1)  # a cut after each of the first units
    played = play(
        pairs, blank(count), allowed(count), reward, lengths, prefixes=prefixes, rollouts=1
    )
    previous = torch.cat([torch.full((count, 1), BEGIN), played.titles[:, :-1]], 1)
    scores = likelihoods(pairs.table[previous].log_softmax(-1), allowed(1)[0])
    chosen = scores.gather(-1, played.titles[..., None])[..., 0]
    acted = played.titles != PAD
    (found,) = torch.autograd.grad((chosen * played.advantages)[acted].sum() / count, pairs.table)
    assert torch.allclose(found, exact, atol=0.01)
    assert float(exact.abs().max()) > 0.04  # else nothing would be shown
    assert played.rewards.mean().item() == pytest.approx(float((short + long).detach()), abs=0.01)


def test_a_reward_that_is_known_rises() -> None:
    """A network that copies learns to write only what it is rewarded for."""
    torch.manual_seed(0)
    model = toy_sequence.new("lstm", width=16)
    examples = toy_compact.examples(range(24))
    model._build(examples, seed=0)
    network, vocabulary = model._ready()
    source = SequenceTask(network, vocabulary).collate(examples).source
    able = writable(source, network.size, never_written(vocabulary))
    lengths = torch.full((24,), 30)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-2)

    def reward(source: Source, titles: Tensor) -> Tensor:
        """The share of units with even numbers."""
        known = titles != PAD
        return ((titles % 2 == 0) & known).sum(-1) / known.sum(-1).clamp(min=1)

    rewards = []
    for _ in range(30):
        played = play(network, source, able, reward, lengths, prefixes=2, rollouts=1)
        loss, entropy = policy_loss(network, source, able, played)
        assert float(entropy.detach()) > 0
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        rewards.append(float(played.rewards.mean()))
    assert sum(rewards[:3]) / 3 < 0.65
    assert sum(rewards[-3:]) / 3 > 0.85
