"""Generators: one model family a file, one contract.

`create` opens one by its name or from the folder of a saved model, `start` one to train.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar, Protocol, Self, cast, runtime_checkable

from titlewright.errors import GeneratorError
from titlewright.generators.saved import is_model, read_model_json
from titlewright.neural.extras import train_extra
from titlewright.neural.report import FitReport, Step
from titlewright.neural.settings import TrainingSettings
from titlewright.records import Candidate, Example, Hints, Product

__all__ = [
    "DEFAULT",
    "Examples",
    "FitReport",
    "Generator",
    "Learner",
    "Pretrainable",
    "Step",
    "Trainable",
    "create",
    "families",
    "judges",
    "names",
    "start",
    "writes",
]

# What a family learns from: examples, or those of each epoch (0, 1, ...), varied anew.
Examples = Sequence[Example] | Callable[[int], Sequence[Example]]


@runtime_checkable
class Generator(Protocol):
    """Writes titles for products.

    `name` stands on every candidate; `model_made` says whether a trained model wrote them, which
    some channels want declared.
    """

    name: str
    model_made: bool

    def generate(
        self,
        products: Sequence[Product],
        *,
        n: int,
        hints: Sequence[Hints] | None = None,
        seed: int = 0,
    ) -> list[list[Candidate]]:
        """Up to n different candidates for each product, best first; same seed, same output.

        `hints` holds one entry a product, or is None. A product that says too little gets an
        empty list, never an invented title.
        """
        ...


class Learner(Protocol):
    """What learns from examples: a generator, or a judge of titles, which writes none.

    `recommended` are the settings that this family does well with, where the user says nothing.
    """

    name: str
    recommended: ClassVar[TrainingSettings]

    @classmethod
    def start(
        cls,
        source: str | None = None,
        *,
        lora: bool = False,
        sizes: Mapping[str, Any] | None = None,
        seed: int = 0,
    ) -> Self:
        """One to train: from scratch, or from `source`.

        A source is this family's name (its shipped weights), the folder of a model, or what else
        the family opens, such as a hub name. `lora` trains low-rank adapters only. `sizes` says how
        large a model from scratch is, see `generators.sizes`. Raises GeneratorError for a source,
        a way to train or a size that the family doesn't know, and for sizes of a model that is
        there already.
        """
        ...

    def fit(
        self,
        examples: Examples,
        *,
        dev: Sequence[Example],
        settings: TrainingSettings,
        folder: Path,
        on_step: Callable[[Step], None],
        resume: bool = False,
    ) -> FitReport:
        """Learn product and title; checkpoints and logs go to `folder`, see `neural.loop.fit`."""
        ...

    def save(self, folder: Path) -> None:
        """Write all that `load` needs into the folder, which exists; model.json last."""
        ...

    @classmethod
    def load(cls, folder: Path) -> Any:
        """What was saved, ready to use. Raises GeneratorError for a broken folder."""
        ...


class Trainable(Learner, Generator, Protocol):
    """A generator that learns from examples."""

    @classmethod
    def load(cls, folder: Path) -> Generator: ...


@runtime_checkable
class Pretrainable(Learner, Protocol):
    """One that first learns from products alone."""

    def pretrain(
        self,
        products: Sequence[Product],
        *,
        dev: Sequence[Product],
        settings: TrainingSettings,
        folder: Path,
        on_step: Callable[[Step], None],
        resume: bool = False,
    ) -> FitReport:
        """Learn how products are written, from all of their text, titles included."""
        ...


@dataclass(frozen=True, slots=True)
class _Family:
    """Where a family's class lives ("module:class"), and what it can do.

    ready      it writes titles without training by its user
    trainable  it is a Learner
    writes     it is a Generator
    """

    place: str
    ready: bool = True
    trainable: bool = True
    writes: bool = True

    def open(self) -> Any:
        module, _, name = self.place.partition(":")
        return getattr(import_module(module), name)


DEFAULT = "compact"
_SEQUENCE = "titlewright.generators.sequence"
_JUDGE = "titlewright.generators.judging.judge"
_FAMILIES = {
    "compact": _Family("titlewright.generators.compact.generator:CompactGenerator"),
    "template": _Family("titlewright.generators.template:TemplateGenerator", trainable=False),
    "huggingface": _Family("titlewright.generators.huggingface:HuggingFace", ready=False),
    "llm": _Family("titlewright.generators.llm.generator:LLMGenerator", trainable=False),
    "neural-lm": _Family(f"{_SEQUENCE}.neural_lm:NeuralLMGenerator", ready=False),
    "rnn": _Family(f"{_SEQUENCE}.rnn:RNNGenerator", ready=False),
    "lstm": _Family(f"{_SEQUENCE}.lstm:LSTMGenerator", ready=False),
    "vae": _Family(f"{_SEQUENCE}.vae:VAEGenerator", ready=False),
    "transformer": _Family(f"{_SEQUENCE}.transformer:TransformerGenerator", ready=False),
    "gan": _Family("titlewright.generators.adversarial.gan:GANGenerator", ready=False),
    "cnn": _Family(f"{_JUDGE}:CNNJudge", ready=False, writes=False),
    "ngram": _Family("titlewright.generators.ngram.generator:NgramGenerator", ready=False),
    "ensemble": _Family("titlewright.generators.ensemble.generator:EnsembleGenerator", ready=False),
    "bert": _Family("titlewright.generators.bert.model:Bert", ready=False, writes=False),
    "gpt2": _Family("titlewright.generators.huggingface:GPT2", ready=False),
    "bart": _Family("titlewright.generators.huggingface:BART", ready=False),
    "smollm": _Family("titlewright.generators.smollm:SmolLM"),
    "smollm-untrained": _Family("titlewright.generators.smollm:UntrainedSmolLM", trainable=False),
}
_CHECKPOINTS = "huggingface"  # the family of folders and hub names that are no model of ours


def names() -> tuple[str, ...]:
    """The generators that `create` makes by name, ready to use."""
    return tuple(name for name, family in _FAMILIES.items() if family.ready)


def families() -> tuple[str, ...]:
    """The families that can be trained."""
    return tuple(name for name, family in _FAMILIES.items() if family.trainable)


def judges() -> tuple[str, ...]:
    """The families that judge titles and write none."""
    return tuple(name for name, family in _FAMILIES.items() if not family.writes)


def writes(folder: Path) -> bool:
    """Whether the saved model in this folder writes titles; else it judges them."""
    return _FAMILIES[_family_of(folder)].writes


def create(name: str) -> Generator:
    """The generator of this name or saved in this folder, ready to use.

    Raises GeneratorError when it is neither, MissingExtraError when it needs a package that isn't
    installed.
    """
    with train_extra():
        if name in names():
            return cast(Generator, _FAMILIES[name].open()())
        if name in _FAMILIES:
            _require_writing(name)
            raise GeneratorError(
                f"{name} has to be trained first: titlewright train DATA --family {name} -o MODEL; "
                "then give the folder MODEL."
            )
        folder = Path(name)
        if not folder.exists():
            raise GeneratorError(
                f"There is no generator {name!r}, and no folder of that name. Choose one of: "
                f"{', '.join(names())}; or give the folder of a saved model."
            )
        family = _family_of(folder)
        _require_writing(family)
        return cast(Generator, _FAMILIES[family].open().load(folder))


def start(
    source: str | None,
    family: str | None = None,
    *,
    lora: bool = False,
    sizes: Mapping[str, Any] | None = None,
    seed: int = 0,
) -> Learner:
    """What is to be trained, from a family's name, a model's folder, a checkpoint or a hub name.

    Without `family` the source says which it is; without a source the family starts from scratch,
    as large as `sizes` says.
    Raises GeneratorError when nothing fits, MissingExtraError as `create` does.
    """
    found = family or _family_of_source(source)
    if found not in families():
        raise GeneratorError(
            f"{found!r} is no family that can be trained. Choose one of: {_listed()}."
        )
    with train_extra():
        kind = _FAMILIES[found].open()
        return cast(Learner, kind.start(source, lora=lora, sizes=sizes, seed=seed))


def _family_of_source(source: str | None) -> str:
    if source is None:
        raise GeneratorError(f"Say what to begin with, --from or --family. Families: {_listed()}.")
    if source in _FAMILIES:
        return source
    if is_model(Path(source)):
        return _family_of(Path(source))
    return _CHECKPOINTS


def _family_of(folder: Path) -> str:
    family = str(read_model_json(folder)["family"])
    if family not in _FAMILIES:
        raise GeneratorError(
            f"{folder} is a model of the family {family!r}, which this Titlewright doesn't know. "
            f"It knows: {', '.join(_FAMILIES)}. A newer one may."
        )
    return family


def _require_writing(family: str) -> None:
    if not _FAMILIES[family].writes:
        raise GeneratorError(
            f"{family} judges titles and writes none. Train it with: titlewright train DATA "
            f"--family {family} -o JUDGE; then open JUDGE with titlewright.scorers.create."
        )


def _listed() -> str:
    return ", ".join(families()) or "none yet"
