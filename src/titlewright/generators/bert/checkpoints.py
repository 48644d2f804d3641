"""BERT as Transformers has it: a new one, one from a folder or the hub, and saved for others.

The network is BertForPreTraining: the encoder, the head for masked words, and the head for pairs
("next sentence", section 3.1 of the paper), which here says whether a title is right for a product.
So BertForMaskedLM, AutoModel and whatever else knows BERT open what is saved here. A checkpoint
without one of the heads gets a new one. Nothing is downloaded unless the user names a model on the
hub, and HF_HUB_OFFLINE is respected.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import transformers

from titlewright.errors import GeneratorError
from titlewright.generators.bert.reading import Reader
from titlewright.generators.bert.sizes import BertSizes
from titlewright.generators.bert.wordpiece import PADDING, learn_pieces
from titlewright.generators.huggingface.checkpoints import located, quiet
from titlewright.neural.randomness import apart

_EXAMPLE = "google-bert/bert-base-uncased"


class Checkpoint:
    """A BertForPreTraining, its tokenizer, and what reads for it with that."""

    def __init__(self, network: Any, tokenizer: Any) -> None:
        self.network = network.eval()
        self.tokenizer = tokenizer
        config = network.config
        self.reader = Reader(tokenizer, config.max_position_embeddings, config.type_vocab_size)


def new_checkpoint(sizes: BertSizes, texts: Iterable[str], seed: int) -> Checkpoint:
    """Random weights, and pieces learnt from the texts. Same texts and seed, same checkpoint."""
    pieces = learn_pieces(texts, sizes.pieces)
    tokenizer = transformers.BertTokenizer(vocab=pieces, model_max_length=sizes.positions)
    config = transformers.BertConfig(**sizes.config(len(pieces), pieces[PADDING]))
    with apart(seed):
        network = transformers.BertForPreTraining(config)
    return Checkpoint(network, tokenizer)


def open_checkpoint(name: str, seed: int = 0) -> Checkpoint:
    """Open a folder that `save_pretrained` wrote, or a name on the hub.

    `seed` is for heads that the checkpoint lacks. Raises GeneratorError when there is none, when it
    is no BERT, or when its tokenizer can't mask.
    """
    source = located(name, such_as=_EXAMPLE)
    try:
        with quiet(), apart(seed):
            config = transformers.AutoConfig.from_pretrained(source)
            _require_bert(name, config)
            tokenizer = transformers.AutoTokenizer.from_pretrained(source)
            network = transformers.BertForPreTraining.from_pretrained(source, dtype="float32")
    except GeneratorError:
        raise
    except Exception as error:  # each part of a checkpoint has its own way to fail
        lines = str(error).strip().splitlines() or [type(error).__name__]
        raise GeneratorError(
            f"{name} can't be opened: {lines[0]} If it is a hub name, it must be in the local "
            "cache or the network reachable (HF_HUB_OFFLINE=1 forbids that)."
        ) from error
    _require_tokens(name, tokenizer, network)
    return Checkpoint(network, tokenizer)


def save_checkpoint(checkpoint: Checkpoint, folder: Path) -> None:
    """Write it as `save_pretrained` does, tokenizer included."""
    with quiet():
        checkpoint.network.save_pretrained(str(folder))
        checkpoint.tokenizer.save_pretrained(str(folder))


def _require_bert(name: str, config: Any) -> None:
    if config.model_type != "bert":
        raise GeneratorError(
            f"{name} is a checkpoint of {config.model_type}, not of BERT. Choose a BERT, such as "
            f'"{_EXAMPLE}".'
        )


def _require_tokens(name: str, tokenizer: Any, network: Any) -> None:
    """A tokenizer.json, the special tokens of BERT, and a row of the network for every token."""
    if getattr(tokenizer, "backend_tokenizer", None) is None:
        raise GeneratorError(
            f"The tokenizer of {name} has no fast form (tokenizer.json). Convert it with "
            "Transformers."
        )
    missing = [
        token
        for token in ("pad_token", "cls_token", "sep_token", "mask_token")
        if getattr(tokenizer, f"{token}_id") is None
    ]
    if missing:
        raise GeneratorError(
            f"The tokenizer of {name} lacks its {' and '.join(missing)}. Set them in its "
            "tokenizer_config.json."
        )
    if len(tokenizer) > network.config.vocab_size:
        raise GeneratorError(
            f"The tokenizer of {name} has {len(tokenizer)} tokens, but the model "
            f"{network.config.vocab_size}. Give a tokenizer that belongs to the model."
        )
