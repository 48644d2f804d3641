"""Tiny checkpoints of real architectures, built by Transformers' own classes within a second.

Their weights are random but large, so that what they write is odd and differs by prompt.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import transformers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

from titlewright.examples import example_products
from titlewright.generators.huggingface.checkpoints import quiet
from titlewright.generators.huggingface.prompts import SYSTEM, prompt
from titlewright.records import Hints

CHAT = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}"
    "<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
SPECIAL = ["<pad>", "<s>", "</s>", "<unk>", "<|im_start|>", "<|im_end|>"]
_SMALL = {"vocab_size": 800, "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2}


def tokenizer(*, chat: bool = False, wrapped: bool = False) -> Any:
    """Byte-level BPE trained on a few prompts; `wrapped` puts <s> and </s> around a text."""
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=_SMALL["vocab_size"],
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    prompts = [prompt(product, Hints()) for product in example_products()]
    made.train_from_iterator([SYSTEM, CHAT, *(one.text() for one in prompts if one)], trainer)
    if wrapped:
        made.post_processor = processors.TemplateProcessing(
            single="<s> $A </s>", special_tokens=[("<s>", 1), ("</s>", 2)]
        )
    whole = transformers.PreTrainedTokenizerFast(
        tokenizer_object=made,
        pad_token="<pad>",
        bos_token="<s>",
        eos_token="<|im_end|>" if chat else "</s>",
        unk_token="<unk>",
    )
    if chat:
        whole.chat_template = CHAT
    return whole


def llama() -> Any:
    config = transformers.LlamaConfig(
        **_SMALL, hidden_size=48, intermediate_size=96, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=2, tie_word_embeddings=True,
        max_position_embeddings=1024,
    )  # fmt: skip
    return transformers.LlamaForCausalLM(config)


def gpt2() -> Any:
    config = transformers.GPT2Config(
        **_SMALL, n_embd=48, n_layer=2, n_head=4, n_positions=1024, resid_pdrop=0.0,
        embd_pdrop=0.0, attn_pdrop=0.0,
    )  # fmt: skip
    return transformers.GPT2LMHeadModel(config)


def bart() -> Any:
    config = transformers.BartConfig(
        **_SMALL, d_model=48, encoder_layers=2, decoder_layers=2, encoder_attention_heads=4,
        decoder_attention_heads=4, encoder_ffn_dim=96, decoder_ffn_dim=96, dropout=0.0,
        max_position_embeddings=1024, decoder_start_token_id=2, forced_eos_token_id=2,
    )  # fmt: skip
    return transformers.BartForConditionalGeneration(config)


def t5() -> Any:
    config = transformers.T5Config(
        **_SMALL, d_model=48, d_kv=12, d_ff=96, num_layers=2, num_heads=4, dropout_rate=0.0,
        decoder_start_token_id=0,
    )  # fmt: skip
    return transformers.T5ForConditionalGeneration(config)


MODELS: dict[str, Callable[[], Any]] = {"llama": llama, "gpt2": gpt2, "bart": bart, "t5": t5}


def save(name: str, folder: Path) -> Path:
    """A checkpoint of this architecture, as `save_pretrained` writes it; always the same."""
    with torch.random.fork_rng(), quiet():
        torch.manual_seed(1)
        model = MODELS[name]()
        for parameter in model.parameters():
            if parameter.ndim > 1:
                parameter.data.normal_(std=0.25)
        model.save_pretrained(folder)
        tokenizer(chat=name == "llama", wrapped=name in ("bart", "t5")).save_pretrained(folder)
    return folder
