"""The trainable generator over any checkpoint, in PyTorch: fit, save, load."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Self

from titlewright.errors import GeneratorError, MissingExtraError, TrainingError
from titlewright.generators import Examples
from titlewright.generators.denoising import denoising
from titlewright.generators.huggingface import SERVING, lora
from titlewright.generators.huggingface.causal import CausalWriter
from titlewright.generators.huggingface.checkpoints import Checkpoint, open_checkpoint, quiet
from titlewright.generators.huggingface.conversion import convert
from titlewright.generators.huggingface.lora import LoraSettings
from titlewright.generators.huggingface.prompted import Decoding, PromptedGenerator
from titlewright.generators.huggingface.seq2seq import Seq2SeqWriter
from titlewright.generators.huggingface.task import TextTask, TitleTask
from titlewright.generators.huggingface.writing import Pair, TorchWriter
from titlewright.generators.saved import is_model, read_model_json, write_model_json
from titlewright.generators.sizes import keep_sizes
from titlewright.neural import loop
from titlewright.neural.report import FitReport, Step
from titlewright.neural.settings import TrainingSettings
from titlewright.records import Example, Product

FAMILY = "huggingface"
_LORA_RATE = 3e-4  # a few small matrices bear, and need, a higher rate than all weights


class HuggingFaceGenerator(PromptedGenerator):
    """Writes titles with a causal or encoder-decoder checkpoint, through Transformers.

    With `adapter`, PEFT's model around the checkpoint's own, only the adapter is trained and saved.
    """

    recommended: ClassVar[TrainingSettings] = TrainingSettings(
        epochs=2, batch_tokens=4096, learning_rate=5e-5, measure_on=32, patience=3
    )
    family: ClassVar[str] = FAMILY
    writer: TorchWriter

    def __init__(
        self,
        checkpoint: Checkpoint,
        *,
        adapter: Any = None,
        decoding: Decoding | None = None,
        name: str = "huggingface",
    ) -> None:
        self.checkpoint = checkpoint
        self.adapter = adapter
        if adapter is not None:
            self.recommended = replace(self.recommended, learning_rate=_LORA_RATE)  # type: ignore[misc]
        decoding = decoding or Decoding()
        kind = CausalWriter if checkpoint.kind == "causal" else Seq2SeqWriter
        # PEFT puts its layers into the checkpoint's model, so that one is what writes
        writer = kind(checkpoint.model, checkpoint.tokens.form, decoding)
        super().__init__(writer, checkpoint.tokens, decoding, name=name)

    @classmethod
    def from_checkpoint(
        cls,
        name: str,
        *,
        adapt: LoraSettings | None = None,
        decoding: Decoding | None = None,
    ) -> Self:
        """A generator from a checkpoint's folder, a hub name, or "smollm"; see `open_checkpoint`.

        `adapt` puts a fresh LoRA adapter on it; without, `fit` trains all weights.
        """
        checkpoint = open_checkpoint(name)
        adapter = lora.add_adapter(checkpoint.model, checkpoint.kind, adapt) if adapt else None
        return cls(checkpoint, adapter=adapter, decoding=decoding)

    @classmethod
    def start(
        cls,
        source: str | None = None,
        *,
        lora: bool = False,
        sizes: Mapping[str, Any] | None = None,
        seed: int = 0,
    ) -> Self:
        """A generator to train from a checkpoint's folder, a hub name, "smollm", or a saved model.

        A saved adapter is trained further. `lora` puts a new one, of the usual size, on a whole
        checkpoint. Raises GeneratorError without a source.
        """
        if source is None or source == FAMILY:
            raise GeneratorError(
                "Say which checkpoint to begin with: --from FOLDER, or --from NAME of one on the "
                "Hugging Face hub."
            )
        keep_sizes(source, sizes)
        folder = Path(source)
        if is_model(folder):
            if (folder / "adapter").is_dir() or not lora:
                return cls.load(folder)
            source = str(folder / "checkpoint")
            decoding = Decoding.from_json(_require_trainable(folder)["decoding"])
            return cls.from_checkpoint(source, adapt=LoraSettings(seed=seed), decoding=decoding)
        return cls.from_checkpoint(source, adapt=LoraSettings(seed=seed) if lora else None)

    def fit(
        self,
        examples: Examples,
        *,
        dev: Sequence[Example],
        settings: TrainingSettings,
        folder: Path,
        on_step: Callable[[Step], None] = loop.ignore,
        resume: bool = False,
    ) -> FitReport:
        """Train on products and their titles; the loss is on the titles only.

        Raises as `neural.loop.fit`.
        """
        self.begin(lambda: examples(0) if callable(examples) else examples, settings.seed)
        task = TitleTask(self, settings.label_smoothing)

        def of_epoch(epoch: int) -> list[Pair]:
            return task.read(examples(epoch) if callable(examples) else examples)

        train = of_epoch if callable(examples) else task.read(examples)
        if not callable(examples) and examples and not train:
            raise TrainingError(
                f"None of the {len(examples)} titles can be learnt: each is longer than "
                f"{self.decoding.title_tokens} tokens, or its product says nothing."
            )
        return self._run(task, train, task.read(dev), settings, folder, on_step, resume)

    def pretrain(
        self,
        products: Sequence[Product],
        *,
        dev: Sequence[Product],
        settings: TrainingSettings,
        folder: Path,
        on_step: Callable[[Step], None] = loop.ignore,
        resume: bool = False,
    ) -> FitReport:
        """Learn from products alone: a decoder the next word of their text, an encoder-decoder
        to mend what was spoilt (`generators.denoising`). Raises as `neural.loop.fit`."""
        self.begin(lambda: [Example(one, one.title) for one in products], settings.seed)
        if self.checkpoint.kind == "seq2seq":
            return self.fit(
                denoising(products, settings.seed), dev=denoising(dev)(0), settings=settings,
                folder=folder, on_step=on_step, resume=resume,
            )  # fmt: skip
        task = TextTask(self, settings.label_smoothing)
        return self._run(
            task, task.read_products(products), task.read_products(dev), settings, folder, on_step,
            resume,
        )  # fmt: skip

    def begin(self, examples: Callable[[], Iterable[Example]], seed: int) -> None:
        """Make what the first examples decide; a checkpoint that was opened needs nothing."""

    def _run(
        self,
        task: TitleTask,
        train: Sequence[Pair] | Callable[[int], Sequence[Pair]],
        dev: Sequence[Pair],
        settings: TrainingSettings,
        folder: Path,
        on_step: Callable[[Step], None],
        resume: bool,
    ) -> FitReport:
        if self.adapter is None:
            self.checkpoint.model.requires_grad_(True)
        return loop.fit(task, train, dev, settings, folder=folder, on_step=on_step, resume=resume)

    @property
    def module(self) -> Any:
        """What is trained: PEFT's model where there is an adapter, else the checkpoint's."""
        return self.checkpoint.model if self.adapter is None else self.adapter

    def save(self, folder: Path) -> None:
        """Save the checkpoint, or the adapter alone, as their libraries do; then model.json.

        Beside it, `serving` is the same for CTranslate2 (int8), which `create` prefers; where that
        can't be made, model.json says why under "not_converted".
        """
        about = self.about()
        with quiet():
            if self.adapter is None:
                self.checkpoint.model.save_pretrained(str(folder / "checkpoint"))
                self.checkpoint.tokenizer.save_pretrained(str(folder / "checkpoint"))
            else:
                lora.save_adapter(self.adapter, folder / "adapter")
                about["base"] = self.checkpoint.name
        try:
            convert(self, folder / SERVING)
        except (GeneratorError, MissingExtraError) as error:
            about["not_converted"] = str(error)
        write_model_json(folder, self.family, **about)

    def about(self) -> dict[str, Any]:
        """What model.json says of it."""
        return {"runtime": "transformers", "decoding": self.decoding.to_json()}

    def reopened(self, about: Mapping[str, Any]) -> None:
        """Take from model.json what the checkpoint doesn't tell."""

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Open what `save` wrote. An adapter needs the checkpoint that it was trained on."""
        data = _require_trainable(folder)
        decoding = Decoding.from_json(data["decoding"])
        if "base" in data:
            checkpoint = open_checkpoint(data["base"])
            adapter = lora.open_adapter(checkpoint.model, folder / "adapter")
            return cls(checkpoint, adapter=adapter, decoding=decoding)
        model = cls(open_checkpoint(str(folder / "checkpoint")), decoding=decoding)
        model.reopened(data)
        return model

    def plain_model(self) -> Any:
        """The model as Transformers alone has it: a copy with the adapter merged, where there is
        one, else the model itself."""
        return self.checkpoint.model if self.adapter is None else lora.merged(self.adapter)


def _require_trainable(folder: Path) -> dict[str, Any]:
    """What model.json says. Raises GeneratorError when the model was converted."""
    data = read_model_json(folder)
    if data.get("runtime") != "transformers":
        raise GeneratorError(
            f"{folder} was converted to {data.get('runtime')}, which can't be trained. Use the "
            "folder that it was converted from."
        )
    return data
