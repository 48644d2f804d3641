"""How large a BERT from scratch is. One from a checkpoint is as large as that one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from titlewright.errors import GeneratorError
from titlewright.generators.bert.reading import SEGMENTS


@dataclass(frozen=True, slots=True)
class BertSizes:
    """Sizes of a new encoder; those of BERT base are 30522, 768, 12, 12, 3072, 512.

    pieces     most word pieces of the vocabulary
    width      D, of embeddings and layers; a multiple of `heads`
    layers     transformer layers
    heads      attention heads
    inner      width of the feed-forward layers
    positions  most pieces of product and title together
    dropout    share of values that are dropped while it learns
    """

    pieces: int = 3000
    width: int = 128
    layers: int = 2
    heads: int = 4
    inner: int = 512
    positions: int = 128
    dropout: float = 0.1

    def __post_init__(self) -> None:
        if self.width % self.heads:
            raise GeneratorError(f"width {self.width} is no multiple of heads {self.heads}.")
        if self.positions < 16:
            raise GeneratorError(
                f"positions must be at least 16, not {self.positions}: a product and a title have "
                "to fit."
            )

    def config(self, pieces: int, padding: int) -> dict[str, Any]:
        """The arguments of a BertConfig with so many word pieces, `padding` the id that fills."""
        return {
            "vocab_size": pieces,
            "hidden_size": self.width,
            "num_hidden_layers": self.layers,
            "num_attention_heads": self.heads,
            "intermediate_size": self.inner,
            "max_position_embeddings": self.positions,
            "type_vocab_size": SEGMENTS,
            "hidden_dropout_prob": self.dropout,
            "attention_probs_dropout_prob": self.dropout,
            "pad_token_id": padding,
            # as large in a layer's output as the 0.02 of BERT base is at its width of 768
            "initializer_range": 0.02 * (768 / self.width) ** 0.5,
        }
