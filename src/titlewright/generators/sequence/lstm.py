"""`lstm`: a bidirectional LSTM reads, an LSTM with attention writes or copies.

Encoder and attention: Bahdanau, Cho and Bengio 2015, "Neural machine translation by jointly
learning to align and translate"; as an option the attention of Luong, Pham and Manning 2015, and
GRUs (Cho et al. 2014) for LSTMs (Hochreiter and Schmidhuber 1997). Copying: See et al. 2017, with
a word for what follows the title's last word and against what it has, see `copying.Course`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, cast

import torch
from torch import Tensor, nn

from titlewright.errors import GeneratorError
from titlewright.generators.sequence.batches import Source
from titlewright.generators.sequence.copying import Course, Distribution, PointerGenerator, Units
from titlewright.generators.sequence.generator import SequenceGenerator
from titlewright.generators.sequence.network import SequenceNetwork


@dataclass(frozen=True, slots=True)
class LSTMSizes:
    """How an LSTM network is built.

    words      most words of the vocabulary
    width      D, of embeddings and of the decoder's state; each direction of the encoder has half
    layers     of the encoder
    cell       lstm, or gru: two gates in place of three, and no cell beside the state
    attention  additive (Bahdanau) or multiplicative (Luong, "general")
    dropout    share of values that are dropped while it learns
    """

    words: int = 4000
    width: int = 256
    layers: int = 1
    cell: Literal["lstm", "gru"] = "lstm"
    attention: Literal["additive", "multiplicative"] = "additive"
    dropout: float = 0.2

    def __post_init__(self) -> None:
        if self.cell not in ("lstm", "gru"):
            raise GeneratorError(f"cell must be lstm or gru, not {self.cell!r}.")
        if self.attention not in ("additive", "multiplicative"):
            raise GeneratorError(
                f"attention must be additive or multiplicative, not {self.attention!r}."
            )
        if self.width % 2:
            raise GeneratorError(f"width must be even, not {self.width}: two directions share it.")


class Memory(NamedTuple):
    states: Tensor  # [B, S, D], both directions of the encoder
    keys: Tensor  # [B, S, D], what attention compares the decoder's state with
    known: Tensor  # [B, S]
    units: Units
    last: Tensor  # [B, D], both directions at their ends


class State(NamedTuple):
    hidden: Tensor  # [B, D]
    cell: Tensor  # [B, D], of an LSTM
    context: Tensor  # [B, D], what was attended to
    copied: Tensor  # [B, S], units that the title has, see Course


class Attention(nn.Module):
    """How well each unit read fits the decoder's state, as a distribution."""

    def __init__(self, width: int, kind: str) -> None:
        super().__init__()
        self.key = nn.Linear(width, width, bias=False)  # W_h
        self.additive = kind == "additive"
        if self.additive:
            self.query = nn.Linear(width, width)  # W_s
            self.score = nn.Linear(width, 1, bias=False)  # v

    def forward(self, hidden: Tensor, keys: Tensor, course: Tensor, known: Tensor) -> Tensor:
        """[B, D], [B, S, D] and what else speaks for each [B, S] to weights [B, S] in float32."""
        if self.additive:  # v . tanh(W_h h + W_s s): See et al. 2017, equation 1
            fit = self.score(torch.tanh(keys + self.query(hidden)[:, None]))[..., 0]
        else:  # s W h: Luong et al. 2015, section 3.1, "general"
            fit = (keys @ hidden[..., None].to(keys.dtype))[..., 0]
        return torch.softmax((fit.float() + course).masked_fill(~known, -torch.inf), -1)


class LSTMNetwork(SequenceNetwork):
    """See LSTMSizes."""

    copies = True

    def __init__(self, sizes: LSTMSizes, vocabulary: int) -> None:
        width = sizes.width
        super().__init__(vocabulary, width, sizes.dropout)
        gru = sizes.cell == "gru"
        self.encoder = (nn.GRU if gru else nn.LSTM)(
            width, width // 2, sizes.layers, batch_first=True, bidirectional=True,
            dropout=sizes.dropout if sizes.layers > 1 else 0.0,
        )  # fmt: skip
        self.begins = nn.Linear(width, width)
        self.decoder = (nn.GRUCell if gru else nn.LSTMCell)(2 * width, width)
        self.attention = Attention(width, sizes.attention)
        self.course = Course()
        self.join = nn.Linear(2 * width, width)
        self.bias = nn.Parameter(torch.zeros(vocabulary))
        self.pointer = PointerGenerator(3 * width)

    def encode(self, source: Source) -> Memory:
        embedded = self.embed_source(source)
        lengths = source.known.sum(1).cpu()
        # packed, so that the backward direction begins at a product's end and not in its padding
        packed = nn.utils.rnn.pack_padded_sequence(
            embedded, lengths, batch_first=True, enforce_sorted=False
        )
        states, last = self.encoder(packed)
        states, _ = nn.utils.rnn.pad_packed_sequence(states, batch_first=True)
        states = self.dropout(states)
        top = (last[0] if isinstance(last, tuple) else last)[-2:]  # [2, B, D / 2]
        return Memory(
            states, self.attention.key(states), source.known, Units.of(source),
            torch.cat([top[0], top[1]], -1),
        )  # fmt: skip

    def begin(self, memory: Memory) -> State:
        hidden = torch.tanh(self.begins(memory.last)).float()  # Bahdanau et al. 2015, A.2.2
        nothing = torch.zeros_like(hidden)
        return State(hidden, nothing, nothing, memory.units.uncopied())

    def write(self, previous: Tensor, state: Any, memory: Memory) -> tuple[Distribution, Any]:
        return self.write_from(self.embed(previous), previous, state, memory)

    def write_from(
        self, inputs: Tensor, previous: Tensor, state: State, memory: Memory
    ) -> tuple[Distribution, State]:
        """`write` where the decoder is fed this, [B, T, D].

        The states one after another, then all words at once: that is what takes the time.
        """
        courses, copied = self.course(previous, state.copied, memory.units)  # [B, T, S]
        states, attended = [], []
        for each, course in zip(inputs.unbind(1), courses.unbind(1), strict=True):
            state, weights = self._advance(each, course, state, memory)
            states.append(state)
            attended.append(weights)
        return self._tell(inputs, states, attended, memory), state._replace(copied=copied)

    def _advance(
        self, inputs: Tensor, course: Tensor, state: State, memory: Memory
    ) -> tuple[State, Tensor]:
        """The state after one more unit, and what it attends to: [B, S]."""
        fed = torch.cat([inputs, state.context], -1)  # compare Luong et al. 2015, 3.3
        if isinstance(self.decoder, nn.LSTMCell):
            hidden, cell = self.decoder(fed, (state.hidden, state.cell))
        else:
            hidden, cell = self.decoder(fed, state.hidden), state.cell
        weights = self.attention(hidden, memory.keys, course, memory.known)
        context = (weights[:, None] @ memory.states.float())[:, 0]  # equation 3
        return State(hidden.float(), cell.float(), context.float(), state.copied), weights

    def _tell(
        self, inputs: Tensor, states: list[State], attended: list[Tensor], memory: Memory
    ) -> Distribution:
        """What comes after T states."""
        hidden = torch.stack([state.hidden for state in states], 1)  # [B, T, D]
        context = torch.stack([state.context for state in states], 1)
        joined = torch.tanh(self.join(torch.cat([hidden, context], -1)))  # Luong, equation 5
        words = self.dropout(joined) @ self.words.weight.T + self.bias  # tied, Press and Wolf 2017
        features = torch.cat([context, hidden, inputs], -1)
        weights = torch.stack(attended, 1)
        return cast(Distribution, self.pointer(words, weights, features, memory.units))


class LSTMGenerator(SequenceGenerator[LSTMSizes]):
    """Writes titles with an LSTM that copies."""

    name = "lstm"
    sizes_type = LSTMSizes
    network_type = LSTMNetwork
