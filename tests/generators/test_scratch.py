"""GPT-2 and BART: built by configuration, and both ways between Transformers' classes and ours."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("transformers", reason="needs the extra train")

import torch
import transformers
from huggingface_checkpoints import save

from titlewright.errors import GeneratorError
from titlewright.examples import example_products
from titlewright.generators import create, start
from titlewright.generators.saved import save_whole
from titlewright.neural.settings import TrainingSettings
from titlewright.records import Example

EXAMPLES = [Example(replace(one, title=""), one.title) for one in example_products()]
SMALL: dict[str, dict[str, Any]] = {
    "gpt2": {"words": 600, "width": 32, "heads": 2, "layers": 1},
    "bart": {"words": 600, "width": 32, "heads": 2, "encoder_layers": 1, "decoder_layers": 1},
}
SETTINGS = TrainingSettings(
    steps=4, batch_tokens=1024, learning_rate=1e-2, threads=1, precision="float32"
)


def fitted(family: str, folder: Path, **settings: Any) -> Any:
    model = start(None, family, sizes=SMALL[family])
    model.fit(
        EXAMPLES[:30], dev=EXAMPLES[30:40], settings=replace(SETTINGS, **settings),
        folder=folder, on_step=lambda _step: None,
    )  # fmt: skip
    return model


@pytest.mark.parametrize("family", ["gpt2", "bart"])
def test_what_we_save_transformers_opens_and_it_says_the_same(family: str, tmp_path: Path) -> None:
    model = fitted(family, tmp_path / "run")
    save_whole(model, tmp_path / "model")
    kind = (
        transformers.AutoModelForCausalLM
        if family == "gpt2"
        else transformers.AutoModelForSeq2SeqLM
    )
    theirs = kind.from_pretrained(
        tmp_path / "model" / "checkpoint", attn_implementation="eager"
    ).eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(tmp_path / "model" / "checkpoint")
    text = "brand: Acme\nWH-1000XM5 für 12 €, 防水"
    ids = model.checkpoint.tokenizer(text, return_tensors="pt")["input_ids"]
    assert torch.equal(tokenizer(text, return_tensors="pt")["input_ids"], ids)
    decoded = tokenizer.decode(ids[0], skip_special_tokens=True)
    assert decoded == text
    with torch.no_grad():
        ours = model.checkpoint.model(input_ids=ids).logits
        assert torch.equal(theirs(input_ids=ids).logits, ours)


@pytest.mark.parametrize("family", ["gpt2", "bart"])
def test_what_transformers_saved_opens_here_and_writes(family: str, tmp_path: Path) -> None:
    checkpoint = save(family, tmp_path / "theirs")  # by their own GPT2LMHeadModel and BART classes
    model = start(str(checkpoint), family)
    model.fit(
        EXAMPLES[:30], dev=[], settings=SETTINGS, folder=tmp_path / "run",
        on_step=lambda _step: None,
    )  # fmt: skip
    save_whole(model, tmp_path / "ours")
    opened = create(str(tmp_path / "ours"))
    made = opened.generate([EXAMPLES[0].product], n=2)[0]
    assert opened.name == family
    assert made
    assert {title.generator for title in made} == {family}
    again = start(str(tmp_path / "ours"))  # and is trained further
    assert again.name == family


def test_a_checkpoint_of_another_architecture_is_refused(tmp_path: Path) -> None:
    llama = save("llama", tmp_path / "llama")
    with pytest.raises(GeneratorError, match="a checkpoint of llama, not of gpt2"):
        start(str(llama), "gpt2")


def test_an_encoder_alone_writes_no_titles(tmp_path: Path) -> None:
    config = transformers.BertConfig(
        vocab_size=600, hidden_size=32, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=64,
    )  # fmt: skip
    transformers.BertForMaskedLM(config).save_pretrained(tmp_path / "bert")
    with pytest.raises(GeneratorError, match="bert"):
        start(str(tmp_path / "bert"), "gpt2")


@pytest.mark.parametrize("family", ["gpt2", "bart"])
def test_the_same_examples_give_the_same_model(family: str, tmp_path: Path) -> None:
    one, other = fitted(family, tmp_path / "one"), fitted(family, tmp_path / "other")
    assert one.checkpoint.tokenizer.get_vocab() == other.checkpoint.tokenizer.get_vocab()
    state, again = one.checkpoint.model.state_dict(), other.checkpoint.model.state_dict()
    assert all(torch.equal(value, again[name]) for name, value in state.items())


def test_it_learns(tmp_path: Path) -> None:
    losses = [
        fitted("gpt2", tmp_path / str(steps), steps=steps).fit(
            EXAMPLES[:30], dev=EXAMPLES[:30], folder=tmp_path / f"again{steps}",
            settings=replace(SETTINGS, steps=1, learning_rate=1e-12),
            on_step=lambda _step: None,
        ).dev["loss"]
        for steps in (1, 60)
    ]  # fmt: skip
    assert losses[1] < losses[0] - 1


def test_pretraining_comes_first_and_brings_the_pieces(tmp_path: Path) -> None:
    model = start(None, "gpt2", sizes=SMALL["gpt2"])
    products = [replace(one.product, title=one.title) for one in EXAMPLES[:30]]
    model.pretrain(  # type: ignore[attr-defined]
        products, dev=products[:5], settings=SETTINGS, folder=tmp_path, on_step=lambda _step: None
    )
    save_whole(model, tmp_path / "model")
    assert start(str(tmp_path / "model")).name == "gpt2"


@pytest.mark.parametrize("family", ["gpt2", "bart"])
def test_one_that_began_here_is_trained_further_as_it_began(family: str, tmp_path: Path) -> None:
    model = fitted(family, tmp_path / "run")
    save_whole(model, tmp_path / "model")
    again: Any = start(str(tmp_path / "model"))
    assert again.recommended == model.from_scratch
    assert again.decoding == model.decoding
    save_whole(again, tmp_path / "again")
    assert start(str(tmp_path / "again")).recommended == model.from_scratch
    theirs: Any = start(str(save(family, tmp_path / "theirs")), family)
    assert theirs.recommended.learning_rate < 1e-4, "what is large and knows much"


def test_before_it_is_trained_it_says_so() -> None:
    with pytest.raises(GeneratorError, match="positions must be at least 128, not 72"):
        start(None, "bart", sizes={"positions": 72})
    with pytest.raises(GeneratorError, match="has to be trained first"):
        start(None, "gpt2").generate([EXAMPLES[0].product], n=1)  # type: ignore[attr-defined]
    with pytest.raises(GeneratorError, match="no weights to adapt"):
        start(None, "bart", lora=True)
    with pytest.raises(GeneratorError, match="multiple of heads"):
        start(None, "gpt2", sizes={"width": 30, "heads": 4})
