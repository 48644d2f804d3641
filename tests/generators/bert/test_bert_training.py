"""BERT learns words and to judge, is what Transformers has, and says what titles lack."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the extra train")

import torch
import transformers

import toy_bert
from titlewright import scorers
from titlewright.errors import GeneratorError
from titlewright.generators import (
    Generator,
    Pretrainable,
    create,
    families,
    judges,
    names,
    start,
)
from titlewright.generators.bert import missing as lacking
from titlewright.generators.bert.calibration import calibrate
from titlewright.generators.bert.missing import unstated
from titlewright.generators.bert.model import Bert
from titlewright.generators.bert.network import Encoded
from titlewright.generators.bert.pretraining import MaskedWordTask, lessons
from titlewright.generators.huggingface.checkpoints import quiet
from titlewright.generators.saved import save_whole, write_model_json
from titlewright.records import Product

UNSEEN = toy_bert.examples(range(2000, 2060))
SHORT = replace(toy_bert.SETTINGS, steps=12, evaluate_every=6, checkpoint_every=4)


@pytest.fixture(scope="module")
def model(trained_bert: Path) -> Bert:
    return Bert.load(trained_bert)


def dev_loss(model: Bert) -> float:
    """Nats a masked piece on products that were not learnt from."""
    task = MaskedWordTask(model.checkpoint.network.eval(), model.reader)
    pairs = [model.reader.pair(one.product, one.title) for one in UNSEEN]
    with torch.no_grad():
        loss, count = task.loss(task.collate(lessons(pairs, 0)(0)))
    return loss.item() / count


def weights(model: Bert) -> dict[str, Any]:
    return dict(model.checkpoint.network.state_dict())


# The registry


def test_it_learns_but_writes_no_titles(trained_bert: Path) -> None:
    assert "bert" in families()
    assert "bert" in judges()
    assert "bert" not in names()
    assert isinstance(start(None, "bert"), Pretrainable)
    assert not isinstance(start(None, "bert"), Generator)
    for asked in ("bert", str(trained_bert)):
        with pytest.raises(GeneratorError, match=r"bert judges titles and writes none.*--family"):
            create(asked)


# Training


def test_it_learns_masked_words(model: Bert) -> None:
    fresh = toy_bert.new()
    fresh._begin(toy_bert.titled(range(120)))
    assert dev_loss(model) < 0.6 * dev_loss(fresh)


@pytest.mark.parametrize("kind", ["pretrain", "fit"])
def test_a_run_that_was_stopped_goes_on_the_same(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(name: str, *, stop: bool = False, resume: bool = False) -> tuple[list[float], Bert]:
        losses: list[float] = []

        def on_step(step: Any) -> None:
            losses.append(step.loss)
            if stop and step.step == 6:
                raise KeyboardInterrupt

        made = toy_bert.new(dropout=0.2)
        known = {"pretrain": toy_bert.titled, "fit": toy_bert.examples}[kind]
        getattr(made, kind)(
            known(range(30)), dev=known(range(100, 110)), settings=SHORT, folder=tmp_path / name,
            on_step=on_step, resume=resume,
        )  # fmt: skip
        return losses, made

    whole, expected = run("whole")
    with pytest.raises(KeyboardInterrupt):
        run("stopped", stop=True)
    rest, resumed = run("stopped", resume=True)
    assert rest == whole[4:]  # after the checkpoint of step 4
    assert len(set(whole)) == len(whole)
    for name, value in weights(expected).items():
        assert torch.equal(value, weights(resumed)[name]), name
    assert expected.calibration == resumed.calibration


def test_examples_that_vary_by_epoch_are_taken_as_they_are_first(tmp_path: Path) -> None:
    plain, varied = toy_bert.new(), toy_bert.new()
    known, settings = toy_bert.examples(range(20)), replace(SHORT, steps=3, checkpoint_every=None)
    plain.fit(known, dev=[], settings=settings, folder=tmp_path / "plain")
    varied.fit(
        lambda epoch: known if epoch == 0 else [], dev=[], settings=settings,
        folder=tmp_path / "varied",
    )  # fmt: skip
    assert all(torch.equal(value, weights(varied)[name]) for name, value in weights(plain).items())


def test_the_report_tells_of_calibration(tmp_path: Path) -> None:
    made = toy_bert.new()
    report = made.fit(
        toy_bert.examples(range(20)), dev=toy_bert.examples(range(100, 110)),
        settings=replace(SHORT, steps=2), folder=tmp_path,
    )  # fmt: skip
    assert set(report.dev) >= {"loss", "accuracy", "temperature", "ece"}
    assert 0 <= report.dev["ece"] <= 1


# Asking


def test_the_true_title_ranks_above_another_products(model: Bert) -> None:
    others = [*UNSEEN[7:], *UNSEEN[:7]]
    asked = [
        model.probabilities(one.product, [one.title, other.title])
        for one, other in zip(UNSEEN, others, strict=True)
        if one.title != other.title
    ]
    assert len(asked) > 50
    assert sum(true > wrong for true, wrong in asked) >= 0.9 * len(asked)


@pytest.mark.parametrize("name", ["brand", "thing", "colour"])
def test_a_removed_attribute_is_what_is_missing(model: Bert, name: str) -> None:
    right = 0
    for one in UNSEEN[:30]:
        value = one.product.brand if name == "brand" else one.product.attributes[name]
        title = " ".join(one.title.replace(value, "").split()).strip(" ,")
        lacks = model.missing(one.product, title)
        assert {lack.attribute for lack in lacks} == {name, "weight", "origin"}
        assert [lack.gain for lack in lacks] == sorted((one.gain for one in lacks), reverse=True)
        right += (lacks[0].attribute, lacks[0].value) == (name, value)
    assert right >= 27


def test_what_no_title_states_gains_nothing(model: Bert) -> None:
    for one in UNSEEN[:10]:
        assert all(lack.gain < 0 for lack in model.missing(one.product, one.title))


def test_what_the_title_states_is_not_missing(model: Bert) -> None:
    product = Product(
        id="1", brand="Nordvik", attributes={"code": "NV-100", "colour": "Sage Green"}
    )
    assert list(unstated(product, "nordvik NV100 sage")) == [("colour", "Sage Green")]
    assert model.missing(product, "Nordvik NV-100, green, sage") == []
    assert model.missing(Product(id="1"), "hat") == []
    assert [lack.attribute for lack in model.missing(product, "")]


def test_a_long_value_or_title_still_fits(model: Bert) -> None:
    product = Product(id="1", attributes={f"fact {n}": "red navy " * 30 for n in range(20)})
    assert len(model.missing(product, "hat lamp " * 100)) == 20


def test_gains_are_read_where_the_slot_is(model: Bert, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no room the product gives up its end, and everything after it moves."""
    product = Product(id="1", attributes={f"fact {n}": "red navy hat " * 30 for n in range(20)})
    seen: list[torch.Tensor] = []

    def encoded(_network: Any, inputs: Any) -> Encoded:
        return Encoded(inputs.ids[..., None].float(), inputs.ids[:, :1].float())

    def scores(_network: Any, asked: torch.Tensor) -> torch.Tensor:
        seen.append(asked[:, 0, 0])  # what stands where each slot begins
        return torch.zeros(*asked.shape[:-1], 4000)

    monkeypatch.setattr(lacking, "encode", encoded)
    monkeypatch.setattr(lacking, "word_scores", scores)
    model.missing(product, "hat lamp " * 100)
    assert len(seen) == 2
    for ids in seen:
        assert (ids == model.reader.mask).all()


def test_an_embedding_doesnt_depend_on_what_stands_beside_it(model: Bert) -> None:
    texts = ["Nordvik hat, red", "lamp", "", "Kestrel chair " * 100]
    together = model.embed(texts)
    assert together.shape == (4, toy_bert.SIZES["width"])
    assert np.isfinite(together).all()
    for text, vector in zip(texts, together, strict=True):
        assert np.array_equal(model.embed([text])[0], vector)
    assert model.embed([]).shape == (0, toy_bert.SIZES["width"])


def test_an_embedding_is_the_mean_over_the_pieces(model: Bert, trained_bert: Path) -> None:
    """Against Transformers' own encoder and tokenizer, batched and padded."""
    texts = ["Nordvik hat, red", "lamp"]
    tokenizer = transformers.AutoTokenizer.from_pretrained(trained_bert / "checkpoint")
    encoder = transformers.AutoModel.from_pretrained(trained_bert / "checkpoint").eval()
    batch = tokenizer(texts, padding=True, return_tensors="pt")
    with torch.no_grad():
        last = encoder(**batch).last_hidden_state
    there = batch["attention_mask"][..., None]
    expected = (last * there).sum(1) / there.sum(1)
    assert np.allclose(model.embed(texts), expected.numpy(), atol=1e-5)


def test_products_alike_are_near_each_other(model: Bert) -> None:
    one, twin = UNSEEN[0].product, replace(UNSEEN[0].product, title="any")
    vectors = model.embed_products([one, twin, UNSEEN[1].product])
    assert np.array_equal(vectors[0], vectors[1])
    assert not np.allclose(vectors[0], vectors[2], atol=1e-3)


# Calibration


def test_a_temperature_undoes_what_was_multiplied() -> None:
    random = np.random.default_rng(0)
    odds = random.normal(0, 2, 20_000)
    right = random.random(20_000) < 1 / (1 + np.exp(-odds))
    found = calibrate((3 * odds).tolist(), right.tolist())
    assert found.temperature == pytest.approx(3, abs=0.1)
    assert found.ece < 0.02 < 0.05 < found.ece_before
    assert found.probability(3.0) == pytest.approx(1 / (1 + np.exp(-1)), abs=0.02)


def test_without_both_classes_nothing_is_calibrated() -> None:
    assert calibrate([1.0, 2.0], [True, True]).temperature == 1
    assert calibrate([], []).pairs == 0
    assert calibrate([], []).probability(-1e6) == 0


# Checkpoints, both ways


def save_with_transformers(folder: Path, kind: str = "BertForMaskedLM") -> Path:
    """A checkpoint that Titlewright had no part in."""
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefgh", "red", "hat", "##s"]
    tokenizer = transformers.BertTokenizer(vocab={word: n for n, word in enumerate(words)})
    config = transformers.BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=40,
    )  # fmt: skip
    with torch.random.fork_rng(), quiet():
        torch.manual_seed(1)
        getattr(transformers, kind)(config).save_pretrained(folder)
        tokenizer.save_pretrained(folder)
    return folder


@pytest.mark.parametrize("kind", ["BertForMaskedLM", "BertForPreTraining", "BertModel"])
def test_a_checkpoint_of_transformers_opens_here(kind: str, tmp_path: Path) -> None:
    folder = save_with_transformers(tmp_path / "theirs", kind)
    model: Any = start(str(folder), "bert")
    theirs = getattr(transformers, kind).from_pretrained(folder).state_dict()
    ours = weights(model)
    for name, value in theirs.items():
        name = f"bert.{name}" if kind == "BertModel" else name
        assert torch.equal(ours[name], value), name
    assert model.recommended.learning_rate < Bert.recommended.learning_rate
    again: Any = start(str(folder), "bert")
    assert all(torch.equal(value, weights(again)[name]) for name, value in ours.items())
    assert model.embed(["red hats"]).shape == (1, 16)
    model.pretrain(
        [Product(id="1", title="red hat", brand="a")] * 4, dev=[], settings=replace(SHORT, steps=2),
        folder=tmp_path / "run",
    )  # fmt: skip
    save_whole(model, tmp_path / "ours")
    assert Bert.load(tmp_path / "ours").recommended == model.recommended


@pytest.mark.parametrize(
    "kind", ["AutoModel", "AutoModelForMaskedLM", "AutoModelForNextSentencePrediction"]
)
def test_what_is_saved_here_opens_with_transformers(
    kind: str, model: Bert, trained_bert: Path
) -> None:
    checkpoint = trained_bert / "checkpoint"
    with quiet():
        theirs, info = getattr(transformers, kind).from_pretrained(
            checkpoint, output_loading_info=True
        )
    assert not info["missing_keys"]
    for name, value in theirs.state_dict().items():
        name = f"bert.{name}" if kind == "AutoModel" else name
        assert torch.equal(weights(model)[name], value), name


def test_transformers_reads_and_finds_the_same(model: Bert, trained_bert: Path) -> None:
    """Its tokenizer and its masked model, on a product and a title with a masked word."""
    product = toy_bert.example(2000).product
    tokenizer = transformers.AutoTokenizer.from_pretrained(trained_bert / "checkpoint")
    facts = " ".join(f"{name}: {value};" for name, value in product.attributes.items())
    title = f"{product.brand} {product.attributes['thing']}, [MASK]"
    batch = tokenizer(f"{product.brand} {facts}", title, return_tensors="pt")
    row = model.reader.sequence(model.reader.pair(product, title.replace("[MASK]", "red")))
    in_title = [segment % 2 for segment in row.segments]
    red = model.reader.text("red").ids[0]
    masked = [
        model.reader.mask if one == red and title else one
        for one, title in zip(row.ids, in_title, strict=True)
    ]
    there = batch["input_ids"][0].tolist()
    assert batch["token_type_ids"][0].tolist() == in_title
    assert there == masked
    shown = model.reader.telling_shared(replace(row, ids=tuple(masked)))
    batch["token_type_ids"] = torch.tensor([shown.segments])  # with the shared words
    theirs = transformers.AutoModelForMaskedLM.from_pretrained(trained_bert / "checkpoint").eval()
    with torch.no_grad():
        found = theirs(**batch).logits[0, there.index(model.reader.mask)].argmax()
    assert tokenizer.decode(found) in toy_bert.COLOURS


def test_what_is_no_bert_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    for name, message in (
        ("no/such/folder", "no checkpoint folder.*bert-base-uncased"),
        (str(tmp_path), "without config.json"),
    ):
        with pytest.raises(GeneratorError, match=message):
            start(name, "bert")
    config = transformers.GPT2Config(n_embd=8, n_layer=1, n_head=1, vocab_size=10)
    config.save_pretrained(tmp_path / "gpt2")
    with pytest.raises(GeneratorError, match="checkpoint of gpt2, not of BERT"):
        start(str(tmp_path / "gpt2"), "bert")


def test_a_tokenizer_that_doesnt_fit_is_an_error(tmp_path: Path) -> None:
    folder = save_with_transformers(tmp_path / "theirs")
    larger = {word: n for n, word in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])}
    larger |= {f"word{n}": 5 + n for n in range(40)}
    with quiet():
        transformers.BertTokenizer(vocab=larger).save_pretrained(folder)
    with pytest.raises(GeneratorError, match="45 tokens, but the model 16"):
        start(str(folder), "bert")


# Saving


def test_a_saved_model_is_the_same(model: Bert, tmp_path: Path) -> None:
    save_whole(model, tmp_path / "again")
    again = Bert.load(tmp_path / "again")
    one = UNSEEN[0]
    assert again.calibration == model.calibration
    assert again.probabilities(one.product, [one.title]) == model.probabilities(
        one.product, [one.title]
    )
    assert again.missing(one.product, "hat") == model.missing(one.product, "hat")
    assert isinstance(scorers.create(tmp_path / "again"), scorers.bert.BertScorer)


def test_a_saved_model_learns_on(trained_bert: Path, tmp_path: Path) -> None:
    """A few steps on, it is far ahead of a new one that took the same steps."""
    on: Any = start(str(trained_bert))
    new = toy_bert.new()
    for name, model in (("on", on), ("new", new)):
        model.pretrain(
            toy_bert.titled(range(60)), dev=[], folder=tmp_path / name,
            settings=replace(toy_bert.SETTINGS, steps=20, learning_rate=1e-3),
        )  # fmt: skip
    assert dev_loss(on) < 0.5 * dev_loss(new)


def test_it_has_to_be_trained_first() -> None:
    with pytest.raises(GeneratorError, match="trained first"):
        Bert.start().embed(["hat"])
    with pytest.raises(GeneratorError, match="--lora"):
        start(None, "bert", lora=True)


def test_sizes_are_those_of_a_new_model_only(trained_bert: Path) -> None:
    with pytest.raises(GeneratorError, match="can't be changed"):
        start(str(trained_bert), sizes={"width": 64})


def test_a_folder_that_is_not_whole_is_an_error(trained_bert: Path, tmp_path: Path) -> None:
    about = json.loads((trained_bert / "model.json").read_text(encoding="utf-8"))
    (tmp_path / "model.json").write_text(json.dumps(about), encoding="utf-8")
    with pytest.raises(GeneratorError, match="no checkpoint folder"):
        Bert.load(tmp_path)
    (tmp_path / "other").mkdir()
    write_model_json(tmp_path / "other", "lstm")
    with pytest.raises(GeneratorError, match="family 'lstm', not of bert"):
        start(str(tmp_path / "other"), "bert")
