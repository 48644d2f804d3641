"""Copying: at each step the network writes a word of its vocabulary or one of the units read.

Without it a word that was never seen in training, such as a model number, can't be written at all.
Networks with attention copy what they attend to, as the pointer-generator of See, Liu and Manning
2017, "Get To The Point", section 2.2. For those without there is a pointer that only copies, as in
Merity, Xiong, Bradbury and Socher 2017, "Pointer sentinel mixture models", section 2. Both are
told how the title goes so far, whatever its words are.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import pad

from titlewright.generators.sequence.batches import Source
from titlewright.generators.writing.vocabulary import BEGIN, PAD

_LEAST = 1e-10  # added to every probability, so that its logarithm is a number
_NOTHING = -1  # an id that nothing has


class Units(NamedTuple):
    """What copying the units read writes, and where they stand."""

    copies: Tensor  # [B, S]
    after: Tensor  # [B, S], what copying the unit before writes; BEGIN where a field begins
    spare: Tensor  # [B, E] zeros: room for the probabilities of unknown words

    @classmethod
    def of(cls, source: Source) -> Units:
        copies, fields = source.copies, source.fields
        after, field = (pad(each, (1, -1), value=_NOTHING) for each in (copies, fields))
        after = after.masked_fill(field != fields, BEGIN).masked_fill(copies == PAD, _NOTHING)
        return cls(copies, after, source.spare)

    def uncopied(self) -> Tensor:
        """[B, S]: none of them stands in a title that has just begun."""
        return torch.zeros_like(self.copies, dtype=torch.bool)


class Distribution(NamedTuple):
    """What may come next, at T places of B titles: a word of the vocabulary or a copy.

    In its parts, since learning asks only for the units that came, see `of`.
    """

    words: Tensor  # scores of the vocabulary [B, T, V]
    copies: Copies | None = None  # of a network that copies

    def of(self, ids: Tensor) -> Tensor:
        """Log-probabilities of these units: [B, T] to [B, T], in float32."""
        size = self.words.shape[-1]
        known = ids.masked_fill(ids >= size, PAD)[..., None]
        written = torch.log_softmax(self.words.float(), -1).gather(-1, known)[..., 0]
        if self.copies is None:
            return written
        writes, chances, units = self.copies
        here = units.copies[:, None] == ids[..., None]  # [B, T, S]
        written = writes[..., 0] * written.exp() * (ids < size)
        return torch.log(written + (chances * here).sum(-1) + _LEAST)

    def all(self) -> Tensor:
        """Log-probabilities of whatever may be written: [B, T, V + E], in float32."""
        words = self.words.float()
        if self.copies is None:
            return torch.log_softmax(words, -1)
        writes, chances, units = self.copies
        written = writes * torch.softmax(words, -1)
        # See et al., equation 9: what a word has as such, and from each place where it stands
        steps = words.shape[1]
        room = units.spare[:, None].expand(-1, steps, -1)
        places = units.copies[:, None].expand(-1, steps, -1)
        both = torch.cat([written, room], -1).scatter_add(-1, places, chances)
        return torch.log(both + _LEAST)


class Copies(NamedTuple):
    """Where the next unit may be copied from, at T places of B titles."""

    writes: Tensor  # [B, T, 1], the probability that it isn't
    chances: Tensor  # [B, T, S], the probability of each unit read; all sum to 1
    units: Units


class Course(nn.Module):
    """What a title's course says of a unit that might be copied, whatever it is.

    For it: that it stands after the title's last word in the product. Against it: that the title
    has it already, as coverage does in See et al., section 2.3. No network could learn this of an
    unknown word by itself, since it sees all of them as the same.
    """

    def __init__(self) -> None:
        super().__init__()
        self.follows = nn.Parameter(torch.tensor(2.0))  # ln odds
        self.again = nn.Parameter(torch.tensor(-2.0))

    def forward(self, previous: Tensor, copied: Tensor, units: Units) -> tuple[Tensor, Tensor]:
        """[B, T, S] to add to the units' fit after each of [B, T] ids, and which units the title
        has at the end, given those that it had before: [B, S]."""
        last = previous[..., None]
        seen = torch.cat([copied[:, None], units.copies[:, None] == last], 1)
        again = seen.cumsum(1)[:, 1:] > 0
        follows = units.after[:, None] == last
        return self.follows * follows + self.again * again, again[:, -1]


class PointerGenerator(nn.Module):
    """Mixes a distribution over the vocabulary with attention to the units read."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.gate = nn.Linear(features, 1)

    def forward(
        self, words: Tensor, attention: Tensor, features: Tensor, units: Units
    ) -> Distribution:
        """
        words      scores of the vocabulary [B, T, V]
        attention  over the units read [B, T, S], summing to 1
        features   what decides between writing and copying [B, T, F]
        """
        writes = torch.sigmoid(self.gate(features).float())  # p_gen, equation 8
        return Distribution(words, Copies(writes, (1 - writes) * attention.float(), units))


class Copyable(NamedTuple):
    """What a pointer remembers of the products."""

    keys: Tensor  # [B, S, D]
    units: Units


class Pointer(nn.Module):
    """Chooses among the units read by what they are, what stands before them, and the course."""

    def __init__(self, width: int, features: int) -> None:
        super().__init__()
        self.key = nn.Linear(2 * width, width, bias=False)
        self.query = nn.Linear(features, width)
        self.sentinel = nn.Linear(features, 1)
        self.course = Course()

    def remember(self, embedded: Tensor, source: Source) -> Copyable:
        """From the units' embeddings [B, S, D]."""
        before = pad(embedded, (0, 0, 1, -1))
        return Copyable(self.key(torch.cat([embedded, before], -1)), Units.of(source))

    def forward(
        self, words: Tensor, features: Tensor, previous: Tensor, copied: Tensor, memory: Copyable
    ) -> tuple[Distribution, Tensor]:
        """Scores of the vocabulary [B, T, V], features [B, T, F] and ids [B, T] to what comes next;
        also which units the titles have at the end, given those before, `copied` [B, S]."""
        course, copied = self.course(previous, copied, memory.units)
        query = torch.tanh(self.query(features))  # section 2.2
        fit = (query @ memory.keys.transpose(1, 2)).float() + course
        fit = fit.masked_fill((memory.units.copies == PAD)[:, None], -torch.inf)
        # section 2.3: one more beside the units, whose share is that of the vocabulary
        shares = torch.softmax(torch.cat([fit, self.sentinel(features).float()], -1), -1)
        copies = Copies(shares[..., -1:], shares[..., :-1], memory.units)
        return Distribution(words, copies), copied
