"""A byte-level BPE tokenizer learnt from the user's own text, as Transformers saves and opens it.

Sennrich, Haddow and Birch 2016, "Neural machine translation of rare words with subword units";
over bytes, as Radford et al. 2019, section 2.2, so that nothing is unknown. Each digit is a piece
of its own: a number that was never seen is copied digit by digit, and none is half remembered.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

PAD, BEGIN, END = 0, 1, 2
_SPECIAL = ("<pad>", "<s>", "</s>", "<unk>")  # the last one for tools that ask for it


def byte_level(
    texts: Iterable[str],
    most: int,
    *,
    wrapped: bool,
    phrases: Sequence[str] = (),
    marks: Sequence[str] = (),
) -> Any:
    """A fast tokenizer of at most so many pieces; the same texts give the same pieces.

    `phrases` and `marks` are tokens beside them, each read and written whole; a mark takes the
    space before it with it.
    With `wrapped` <s> and </s> stand around a text (encoder-decoders).
    """
    from tokenizers import (
        AddedToken,
        Tokenizer,
        decoders,
        models,
        pre_tokenizers,
        processors,
        trainers,
    )
    from transformers import PreTrainedTokenizerFast

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=most,
        min_frequency=2,
        special_tokens=list(_SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    made.train_from_iterator(texts, trainer)
    if wrapped:
        made.post_processor = processors.TemplateProcessing(
            single="<s> $A </s>", special_tokens=[("<s>", BEGIN), ("</s>", END)]
        )
    made.add_tokens([AddedToken(phrase, normalized=False) for phrase in phrases])
    made.add_tokens([AddedToken(mark, normalized=False, lstrip=True) for mark in marks])
    fast: Any = PreTrainedTokenizerFast  # which Transformers doesn't type
    return fast(
        tokenizer_object=made,
        pad_token="<pad>",
        bos_token="<s>",
        eos_token="</s>",
        unk_token="<unk>",
    )
