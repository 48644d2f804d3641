"""Any Hugging Face checkpoint as a title generator: causal or encoder-decoder.

prompts       product and hints to a prompt, and the completion back to a title
tokens        the tokenizer, as every part here uses it; needs no Transformers
copying       rare words of a product as marks, so that a model from scratch can copy them
prompted      the generator: prompts in, pools of different titles out, whatever runs the model
checkpoints   opening a checkpoint by folder or hub name, with clear errors
causal, seq2seq, writing, search   the two kinds of model in PyTorch
generator     the trainable generator on top of them; task: its training; lora: adapters
scratch       GPT-2 and BART by configuration, with pieces learnt from the user's text (byte_level)
ctranslate    the fast generator, over what conversion wrote (int8); parity: whether both agree

Importing this package loads none of the heavy libraries.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from titlewright.generators.saved import is_model, read_model_json

if TYPE_CHECKING:
    from titlewright.generators.huggingface.generator import HuggingFaceGenerator
    from titlewright.generators.huggingface.prompted import PromptedGenerator

SERVING = "serving"  # in a trained model's folder: the same, converted to be fast


class HuggingFace:
    """The family, as the registry opens it: what runs a model is imported only when chosen."""

    label: ClassVar[str] = "huggingface"

    @classmethod
    def trained_by(cls) -> type[HuggingFaceGenerator]:
        """The generator in PyTorch."""
        from titlewright.generators.huggingface.generator import HuggingFaceGenerator

        return HuggingFaceGenerator

    @classmethod
    def start(
        cls,
        source: str | None = None,
        *,
        lora: bool = False,
        sizes: Mapping[str, Any] | None = None,
        seed: int = 0,
    ) -> HuggingFaceGenerator:
        """A checkpoint to train; see `HuggingFaceGenerator.start` and `scratch`."""
        return cls.trained_by().start(source, lora=lora, sizes=sizes, seed=seed)

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

            made = CTranslateGenerator.load(converted)
            made.name = cls.label
            return made
        return cls.trained_by().load(folder)


class GPT2(HuggingFace):
    """The family `gpt2`: from scratch, or from a checkpoint of that architecture."""

    label = "gpt2"

    @classmethod
    def trained_by(cls) -> type[HuggingFaceGenerator]:
        from titlewright.generators.huggingface.scratch import GPT2Generator

        return GPT2Generator


class BART(HuggingFace):
    """The family `bart`, likewise."""

    label = "bart"

    @classmethod
    def trained_by(cls) -> type[HuggingFaceGenerator]:
        from titlewright.generators.huggingface.scratch import BARTGenerator

        return BARTGenerator
