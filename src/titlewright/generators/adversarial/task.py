"""A step of both networks: the generator is rewarded by the judge, the judge sees its titles.

The loss is the sum of theirs, which share no parameter, so that one optimizer serves both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import fmean
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, pad

from titlewright.generators.adversarial.rewards import Play, finished, play, policy_loss
from titlewright.generators.adversarial.sampling import sample, writable
from titlewright.generators.adversarial.sizes import GANSizes
from titlewright.generators.judging.batches import both_titles
from titlewright.generators.judging.cnn import JudgeNetwork
from titlewright.generators.judging.questions import Question
from titlewright.generators.judging.task import JudgeTask
from titlewright.generators.overlap import rouge_l
from titlewright.generators.sequence.batches import Batch, Source, trimmed
from titlewright.generators.sequence.engine import never_written
from titlewright.generators.sequence.network import SequenceNetwork, select
from titlewright.generators.sequence.reading import Reading
from titlewright.generators.sequence.task import SequenceTask, units_about
from titlewright.generators.writing.targets import decode
from titlewright.generators.writing.vocabulary import PAD, Vocabulary
from titlewright.generators.writing.wording import finished as tidied
from titlewright.neural.device import to_device
from titlewright.neural.evaluating import evaluating
from titlewright.neural.logs import Sample
from titlewright.neural.optimization import ParameterGroup
from titlewright.records import Example
from titlewright.text.diversity import distinct, self_bleu

_DRAWN = 4  # titles a product that are compared with each other
_AT_ONCE = 32


class GameBatch(NamedTuple):
    pairs: Batch
    titles: Tensor  # [B, 2, T], the product's own and a wrong one as a judge reads them


class Drawn(NamedTuple):
    """Titles drawn for a product, the judge's probability of each, and that of its own title."""

    titles: list[str]
    chances: list[float]
    own: float


class Game(nn.Module):
    """Both networks, to be trained and kept together."""

    def __init__(self, generator: SequenceNetwork, judge: JudgeNetwork) -> None:
        super().__init__()
        self.generator = generator
        self.judge = judge


class AdversarialTask:
    """A neural.task.Task over questions; its loss on dev is the generator's likelihood alone, the
    same measure as any other family's of `sequence`."""

    def __init__(
        self,
        generator: SequenceNetwork,
        judge: JudgeNetwork,
        vocabulary: Vocabulary,
        sizes: GANSizes,
        smoothing: float = 0.0,
    ) -> None:
        self.module: nn.Module = Game(generator, judge)
        self._generator, self._judge, self._sizes = generator, judge, sizes
        self._vocabulary = vocabulary
        self._never = never_written(vocabulary)
        self._likelihood = SequenceTask(generator, vocabulary, smoothing)
        self._asking = JudgeTask(judge, vocabulary)

    def parameter_groups(self) -> Sequence[ParameterGroup]:
        """The generator counts as pretrained: it learns at `layer_factor` of the judge's rate."""
        return [
            ParameterGroup(list(self._judge.parameters())),
            ParameterGroup(list(self._generator.parameters()), depth=1),
        ]

    def length(self, question: Question) -> int:
        return units_about(question.example)

    def collate(self, questions: Sequence[Question]) -> GameBatch:
        examples = [question.example for question in questions]
        readings = [self._likelihood.read(example) for example in examples]
        titles = both_titles(questions, readings, self._vocabulary)
        return GameBatch(self._likelihood.pairs(examples, readings), titles)

    # Learning

    def loss(self, batch: GameBatch) -> tuple[Tensor, int]:
        """Both networks' losses, each a mean, times the units of the titles.

        The generator's: likelihood, so that it doesn't forget how sellers write (Li et al. 2017,
        "Adversarial learning for neural dialogue generation", section 3.2, teacher forcing), and
        the policy's, less a share of its entropy.
        """
        likelihood, units = self._likelihood.loss(batch.pairs)
        if not self.module.training:
            return likelihood, units
        source, titles, lengths = self._chosen(batch)
        allowed = self._allowed(source)
        played = self._played(source, allowed, lengths)
        policy, entropy = policy_loss(self._generator, source, allowed, played)
        sizes = self._sizes
        generator = sizes.teacher * likelihood / max(units, 1) + (1 - sizes.teacher) * policy
        judge = self._judged(source, titles, finished(played.titles))
        return (generator - sizes.entropy * entropy + judge) * units, units

    def _chosen(self, batch: GameBatch) -> tuple[Source, Tensor, Tensor]:
        """The products for which titles are drawn, a share of the batch by lot; their own titles
        and wrong ones, and how many units the own have."""
        rows = len(batch.titles)
        count = max(round(rows * self._sizes.played), 1)
        chosen = torch.randperm(rows)[:count].to(batch.titles.device)
        lengths = (batch.pairs.targets != PAD).sum(1)
        source = trimmed(select(batch.pairs.source, chosen))
        return source, batch.titles[chosen], lengths[chosen]

    def _played(self, source: Source, allowed: Tensor, lengths: Tensor) -> Play:
        with evaluating(self._generator), evaluating(self._judge):  # no dropout
            return play(
                self._generator, source, allowed, self._reward, lengths,
                prefixes=self._sizes.prefixes, rollouts=self._sizes.rollouts,
            )  # fmt: skip

    def _reward(self, source: Source, titles: Tensor) -> Tensor:
        """The judge's probability that a title is the product's own."""
        return torch.sigmoid(self._judge(source, titles))

    def _judged(self, source: Source, titles: Tensor, drawn: Tensor) -> Tensor:
        """Equation 5 of Yu et al. 2017; a wrong title counts as much as one that was written, since
        a judge that is asked only whether titles are real needn't look at the product (Reed et al.
        2016, section 4.2)."""
        longest = max(titles.shape[-1], drawn.shape[-1])
        both = [titles, drawn[:, None]]
        padded = [pad(each, (0, longest - each.shape[-1])) for each in both]
        logits = self._judge(source, torch.cat(padded, 1))  # [B, 3]: own, wrong, written
        right = torch.zeros_like(logits)
        right[:, 0] = 1
        weights = torch.tensor([0.5, 0.25, 0.25], device=logits.device).expand_as(logits)
        losses = binary_cross_entropy_with_logits(logits, right, weights, reduction="sum")
        return losses / len(logits)

    # Measures

    def evaluate(self, questions: Sequence[Question]) -> dict[str, float]:
        """All in [0, 1]:

        rougeL          of greedy titles
        reward          mean probability that the judge gives drawn titles
        judge           share of right judgements, of own titles (what the generator could write of
                        them) and drawn ones: 0.5 where they can't be told apart
        judge_wrong     the same of own titles and wrong ones
        distinct1, distinct2  of greedy titles, over all products
        self_bleu       of drawn titles, each product's against each other
        """
        if not questions:
            return {}
        examples = [question.example for question in questions]
        greedy = self._likelihood.titles(examples)
        drawn = [each for one in _chunks(examples) for each in self._drawn(one)]
        right = [(each.own >= 0.5) + sum(chance < 0.5 for chance in each.chances) / _DRAWN
                 for each in drawn]  # fmt: skip
        return {
            "rougeL": rouge_l(greedy, [example.title for example in examples]),
            "reward": fmean(chance for each in drawn for chance in each.chances),
            "judge": fmean(right) / 2,
            "judge_wrong": self._asking.evaluate(questions)["accuracy"],
            "distinct1": distinct(greedy, 1) or 0.0,
            "distinct2": distinct(greedy, 2) or 0.0,
            "self_bleu": fmean(self_bleu(each.titles) or 0.0 for each in drawn) / 100,
        }

    def samples(self, questions: Sequence[Question]) -> list[Sample]:
        return self._likelihood.samples([question.example for question in questions])

    @torch.no_grad()
    def _drawn(self, examples: Sequence[Example]) -> list[Drawn]:
        """Some titles of each product, and what the judge thinks of them."""
        readings = [self._likelihood.read(example) for example in examples]
        batch: Batch = to_device(self._likelihood.pairs(examples, readings), self._device)
        allowed = self._allowed(batch.source)
        rows = torch.arange(len(examples), device=self._device).repeat_interleave(_DRAWN)
        memory = select(self._generator.encode(batch.source), rows)
        ids = finished(sample(self._generator, memory, allowed[rows])).view(
            len(examples), _DRAWN, -1
        )
        chances = self._reward(batch.source, ids).tolist()
        own = self._reward(batch.source, finished(batch.targets)[:, None])[:, 0].tolist()
        return [
            Drawn([self._text(title, reading) for title in titles], chance, its_own)
            for titles, reading, chance, its_own in zip(
                ids.tolist(), readings, chances, own, strict=True
            )
        ]

    def _text(self, ids: list[int], reading: Reading) -> str:
        return tidied(decode([id_ for id_ in ids if id_ != PAD], reading.words, self._vocabulary))

    def _allowed(self, source: Source) -> Tensor:
        return writable(source, self._generator.size, self._never.to(source.ids.device))

    @property
    def _device(self) -> torch.device:
        return self._generator.words.weight.device


def _chunks(examples: Sequence[Example]) -> Iterator[Sequence[Example]]:
    return (examples[start : start + _AT_ONCE] for start in range(0, len(examples), _AT_ONCE))
