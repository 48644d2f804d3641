"""Any Hugging Face checkpoint as a title generator: causal or encoder-decoder.

prompts       product and hints to a prompt, and the completion back to a title
tokens        the tokenizer, as every part here uses it; needs no Transformers
prompted      the generator: prompts in, pools of different titles out, whatever runs the model
checkpoints   opening a checkpoint by folder or hub name, with clear errors
causal, seq2seq, writing, search   the two kinds of model in PyTorch
generator     the trainable generator on top of them; task: its training; lora: adapters
ctranslate    the fast generator, over what conversion wrote (int8); parity: whether both agree

Importing this package loads none of the heavy libraries.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from titlewright.generators.saved import is_model, read_model_json

if TYPE_CHECKING:
    from titlewright.generators.huggingface.generator import HuggingFaceGenerator
    from titlewright.generators.huggingface.prompted import PromptedGenerator

SERVING = "serving"  # in a trained model's folder: the same, converted to be fast


class HuggingFace:
    """The family, as the registry opens it: what runs a model is imported only when chosen."""

    @classmethod
    def start(
        cls, source: str | None = None, *, lora: bool = False, seed: int = 0
    ) -> HuggingFaceGenerator:
        """A checkpoint to train; see `HuggingFaceGenerator.start`."""
        from titlewright.generators.huggingface.generator import HuggingFaceGenerator

        return HuggingFaceGenerator.start(source, lora=lora, seed=seed)

    @classmethod
    def load(cls, folder: Path) -> PromptedGenerator:
        """The saved generator, by CTranslate2 where it was converted, else in PyTorch.

        Raises GeneratorError for a broken folder, MissingExtraError for a missing package.
        """
        converted = folder / SERVING if is_model(folder / SERVING) else folder
        if read_model_json(converted).get("runtime") == "ctranslate2" and (
            converted == folder or find_spec("ctranslate2")
        ):
            from titlewright.generators.huggingface.ctranslate import CTranslateGenerator

            return CTranslateGenerator.load(converted)
        from titlewright.generators.huggingface.generator import HuggingFaceGenerator

        return HuggingFaceGenerator.load(folder)
