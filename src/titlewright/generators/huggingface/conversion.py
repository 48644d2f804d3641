"""Conversion of a generator to CTranslate2, int8 by default: what ctranslate.py serves."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from titlewright.errors import GeneratorError
from titlewright.generators.huggingface.ctranslate import library
from titlewright.generators.saved import is_model, write_model_json

if TYPE_CHECKING:
    from titlewright.generators.huggingface.generator import HuggingFaceGenerator

Quantization = Literal["int8", "float32"]


def convert(
    generator: HuggingFaceGenerator, folder: Path, *, quantization: Quantization = "int8"
) -> None:
    """Write the model, its adapter merged, for CTranslate2; the folder appears whole.

    Raises GeneratorError when the folder holds something already, or when CTranslate2 doesn't
    know the architecture.
    """
    if quantization not in get_args(Quantization):
        raise GeneratorError(
            f"quantization must be one of {', '.join(get_args(Quantization))}, "
            f"not {quantization!r}."
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".convert-", dir=folder.parent) as scratch:
        plain, made = Path(scratch) / "plain", Path(scratch) / "made"
        made.mkdir()
        _save_plain(generator, plain)
        _convert_plain(plain, made / "ctranslate2", quantization, generator.checkpoint.name)
        shutil.copyfile(plain / "tokenizer.json", made / "tokenizer.json")
        write_model_json(
            made,
            "huggingface",
            runtime="ctranslate2",
            quantization=quantization,
            kind=generator.checkpoint.kind,
            base=generator.checkpoint.name,
            format=generator.tokens.form.to_json(),
            decoding=generator.decoding.to_json(),
        )
        try:
            made.rename(folder)
        except OSError as error:
            if not is_model(folder):  # else another process has made it meanwhile
                raise GeneratorError(
                    f"{folder} can't be written: {error.strerror}. Give a folder that doesn't "
                    "exist yet."
                ) from error


def _save_plain(generator: HuggingFaceGenerator, folder: Path) -> None:
    """The checkpoint as Transformers saves it, with what the converter asks of configurations."""
    from titlewright.generators.huggingface.checkpoints import quiet

    with quiet():
        generator.plain_model().save_pretrained(str(folder))
        generator.checkpoint.tokenizer.save_pretrained(str(folder))
    path = folder / "config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(_ASKED.get(config["model_type"], {}) | config), encoding="utf-8")


# attributes that the converter reads and Transformers 5 no longer writes, by architecture
_ASKED = {
    "bart": {
        "normalize_before": False,
        "normalize_embedding": True,
        "add_final_layer_norm": False,
        "static_position_embeddings": False,
    },
    "mbart": {
        "normalize_before": True,
        "normalize_embedding": True,
        "add_final_layer_norm": True,
        "static_position_embeddings": False,
    },
}


def _convert_plain(folder: Path, out: Path, quantization: str, name: str) -> None:
    from titlewright.generators.huggingface.checkpoints import quiet

    ctranslate2 = library()
    try:
        with quiet():
            converter = ctranslate2.converters.TransformersConverter(
                str(folder), low_cpu_mem_usage=True
            )
            converter.convert(str(out), quantization=quantization)
    except Exception as error:  # each architecture's loader has its own way to fail
        raise GeneratorError(
            f"CTranslate2 can't convert {name}: {error} It can still be used unconverted."
        ) from error
