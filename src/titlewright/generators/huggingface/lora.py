"""LoRA adapters through PEFT: small matrices are trained beside frozen ones.

Hu et al. 2021, "LoRA: Low-Rank Adaptation of Large Language Models", equation 3.
"""

from __future__ import annotations

import copy
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, Self

from titlewright.errors import GeneratorError, MissingExtraError, SettingsError


@dataclass(frozen=True, slots=True)
class LoraSettings:
    """How large an adapter is. Raises SettingsError when it makes no sense.

    rank     r: rows of the small matrices
    alpha    their product is scaled by alpha / r
    dropout  share of the inputs left out in training, in [0, 1)
    targets  names of the layers to adapt, such as ("q_proj", "v_proj"); none: every linear layer
             but the one that gives the vocabulary
    seed     of the adapter's first values
    """

    rank: int = 16
    alpha: float = 32.0
    dropout: float = 0.0
    targets: tuple[str, ...] = ()
    seed: int = 0

    def __post_init__(self) -> None:
        if not isinstance(self.rank, int) or isinstance(self.rank, bool) or self.rank < 1:
            raise SettingsError(f"LoRA rank must be a whole number from 1, not {self.rank!r}.")
        if not self.alpha > 0:
            raise SettingsError(f"LoRA alpha must be above 0, not {self.alpha!r}.")
        if not 0 <= self.dropout < 1:
            raise SettingsError(f"LoRA dropout must be in [0, 1), not {self.dropout!r}.")

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        return cls(**data | {"targets": tuple(data["targets"])})


def add_adapter(model: Any, kind: Literal["causal", "seq2seq"], settings: LoraSettings) -> Any:
    """The model with a fresh adapter, as PEFT's model; all else is frozen.

    Raises GeneratorError when no layer has one of the target names.
    """
    import torch

    peft = _peft()
    config = peft.LoraConfig(
        task_type="CAUSAL_LM" if kind == "causal" else "SEQ_2_SEQ_LM",
        r=settings.rank,
        lora_alpha=settings.alpha,
        lora_dropout=settings.dropout,
        target_modules=list(settings.targets) or "all-linear",
    )
    with torch.random.fork_rng(), _quiet():
        torch.manual_seed(settings.seed)
        try:
            return peft.get_peft_model(model, config)
        except ValueError as error:
            raise GeneratorError(
                f"LoRA finds no layer to adapt by the names {', '.join(settings.targets)}: {error}"
            ) from error


def open_adapter(model: Any, folder: Path) -> Any:
    """The model with the adapter that PEFT saved in this folder, open to further training."""
    peft = _peft()
    try:
        with _quiet():
            return peft.PeftModel.from_pretrained(model, str(folder), is_trainable=True).eval()
    except (ValueError, OSError, RuntimeError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise GeneratorError(f"The adapter in {folder} can't be opened: {reason}") from error


def save_adapter(model: Any, folder: Path) -> None:
    """Save the adapter alone, as PEFT does."""
    # "auto" would look the base model's vocabulary up on the hub
    with _quiet():
        model.save_pretrained(str(folder), save_embedding_layers=False)


def merged(model: Any) -> Any:
    """A plain copy of the model with the adapter added into its weights."""
    with _quiet():
        return copy.deepcopy(model).merge_and_unload()


@contextmanager
def _quiet() -> Iterator[None]:
    """Without what PEFT's and Transformers' authors tell each other about coming versions."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        warnings.filterwarnings("ignore", "fan_in_fan_out", UserWarning)  # GPT-2's layers; it's set
        yield


def _peft() -> Any:
    try:
        import peft
    except ImportError as error:
        raise MissingExtraError("peft", "train") from error
    return peft
