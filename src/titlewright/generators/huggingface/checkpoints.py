"""Opening a checkpoint with Transformers: by folder, by hub name, or out of a GGUF file.

Nothing is downloaded unless the user names a model on the hub, and HF_HUB_OFFLINE is respected.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any, Literal

import regex

from titlewright.errors import GeneratorError, MissingExtraError
from titlewright.generators.huggingface.copying import marks
from titlewright.generators.huggingface.prompts import SYSTEM
from titlewright.generators.huggingface.tokens import Format, Tokens

Kind = Literal["causal", "seq2seq"]
CONTINUED = "Title:"  # stands before the title where the model goes on with the prompt
_HUB_NAME = regex.compile(r"[\w.-]+/[\w.-]+|[\w-]+")
_HERE = "\ue000"  # private use: stands for the prompt while a chat format is read


@dataclass(slots=True)
class Checkpoint:
    """An opened checkpoint: the PyTorch model, its Transformers tokenizer, and how to ask it."""

    name: str
    kind: Kind
    model: Any
    tokenizer: Any
    tokens: Tokens


def open_checkpoint(name: str) -> Checkpoint:
    """Open a folder that `save_pretrained` wrote, a hub name, or "smollm", see smollm.py.

    Raises GeneratorError when there is none or it can't write titles, MissingExtraError without
    Transformers.
    """
    transformers = _transformers()
    if name == "smollm":
        from titlewright.generators.smollm import packaged_weights

        return open_gguf(packaged_weights(), name)
    source = located(name)
    with quiet(), _explained(name):
        config = transformers.AutoConfig.from_pretrained(source)
        kind: Kind = "seq2seq" if config.is_encoder_decoder else "causal"
        family = (
            transformers.AutoModelForSeq2SeqLM
            if kind == "seq2seq"
            else transformers.AutoModelForCausalLM
        )
        tokenizer = transformers.AutoTokenizer.from_pretrained(source)
        model = family.from_pretrained(source, dtype="float32")
    return assembled(name, kind, model, tokenizer)


def open_gguf(path: Path, name: str) -> Checkpoint:
    """Open a GGUF file, its weights made float32. Raises as `open_checkpoint`."""
    transformers = _transformers()
    # a progress bar of its own that can't be turned off goes to stderr
    with quiet(), _explained(name), redirect_stderr(io.StringIO()):
        tokenizer = transformers.AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
        packed = transformers.AutoModelForCausalLM.from_pretrained(
            path.parent,
            gguf_file=path.name,
            quantization_config=transformers.GgufConfig(dequantize=True),
            dtype="float32",
        )
        # a fresh model: one opened from GGUF can't be saved as an ordinary checkpoint
        config = packed.config
        if hasattr(config, "quantization_config"):
            del config.quantization_config
        model = type(packed)(config)
        model.load_state_dict(packed.state_dict())
    return assembled(name, "causal", model, tokenizer)


def assembled(name: str, kind: Kind, model: Any, tokenizer: Any) -> Checkpoint:
    """A model and a tokenizer as a checkpoint; the model is set to be read, not trained."""
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:
        raise GeneratorError(
            f"The tokenizer of {name} has no fast form (tokenizer.json). Choose a checkpoint that "
            "has one, or convert it with Transformers."
        )
    return Checkpoint(
        name, kind, model.eval(), tokenizer, Tokens(backend, format_of(kind, model, tokenizer))
    )


def format_of(kind: Kind, model: Any, tokenizer: Any) -> Format:
    """How to ask this checkpoint: its chat format where it has one."""
    end = _end(model, tokenizer)
    known = tokenizer.get_vocab()
    copies = tuple(takewhile(known.__contains__, marks(len(known))))
    control = tuple(sorted({*map(str, tokenizer.all_special_tokens), *_added(tokenizer), *copies}))
    pad = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else end
    window = getattr(model.config, "max_position_embeddings", None)
    if kind == "seq2seq":
        start = model.config.decoder_start_token_id
        if start is None:
            start = tokenizer.bos_token_id if tokenizer.bos_token_id is not None else pad
        lead = " " if copies else ""  # a title's first word is the piece that the prompt has
        return Format(
            "", "", True, True, lead, (end,), int(pad), int(start), window, control, copies
        )
    if tokenizer.chat_template:
        before, after = _chat(tokenizer)
        wrap = False  # the chat format holds its special tokens
    else:
        before, after, wrap = "", "\n", _begins_only(tokenizer)
    ends = (end, *(one for one in _line_ends(tokenizer) if one != end))
    # begun for it, since small models else chat about titles or give the product back
    return Format(
        before,
        f"{after}{CONTINUED}",
        wrap,
        False,
        " ",
        ends,
        int(pad),
        None,
        window,
        control,
        copies,
    )


def _chat(tokenizer: Any) -> tuple[str, str]:
    """What the chat format puts before and after the prompt; some formats have no system turn."""
    for turns in ([{"role": "system", "content": SYSTEM}], []):
        try:
            whole = tokenizer.apply_chat_template(
                [*turns, {"role": "user", "content": _HERE}],
                tokenize=False,
                add_generation_prompt=True,
            )
        except Exception:  # templates raise what they like to say no
            continue
        before, here, after = whole.partition(_HERE)
        if here:
            return before, after
    raise GeneratorError("The checkpoint's chat template can't take a plain user message.")


def _end(model: Any, tokenizer: Any) -> int:
    end = tokenizer.eos_token_id
    if end is None:
        end = model.config.eos_token_id
    if isinstance(end, list):
        end = end[0]
    if end is None:
        raise GeneratorError(
            f"{model.config.name_or_path or 'The checkpoint'} has no end-of-sequence token, so its "
            "titles would not end. Set eos_token in its tokenizer."
        )
    return int(end)


def _line_ends(tokenizer: Any) -> list[int]:
    """The id of a line break where it has one of its own: models that were not trained to end
    a title with the end token go on to a next line instead."""
    ids = tokenizer.backend_tokenizer.encode("a\n", add_special_tokens=False).ids
    last = ids[-1] if len(ids) > 1 else None
    return [last] if last is not None and tokenizer.decode([last]) == "\n" else []


def _begins_only(tokenizer: Any) -> bool:
    """Whether the tokenizer's special tokens stand before a text only: after it the title comes."""
    ids = tokenizer.backend_tokenizer.encode("a", add_special_tokens=True).ids
    plain = tokenizer.backend_tokenizer.encode("a", add_special_tokens=False).ids
    return bool(ids[-len(plain) :] == plain and len(ids) > len(plain))


def _added(tokenizer: Any) -> set[str]:
    added = getattr(tokenizer, "added_tokens_decoder", {})
    return {str(token) for token in added.values() if getattr(token, "special", False)}


def located(name: str, such_as: str = "HuggingFaceTB/SmolLM2-135M-Instruct") -> str:
    """A folder's path or a hub name. Raises GeneratorError for what is neither, and says which
    names there are, `such_as` one."""
    path = Path(name).expanduser()
    if path.is_dir():
        if (path / "config.json").is_file():
            return str(path)
        raise GeneratorError(
            f"{name} is a folder without config.json, so no checkpoint. Give the folder that "
            "save_pretrained wrote."
        )
    if path.exists() or not _HUB_NAME.fullmatch(name):
        raise GeneratorError(
            f"There is no checkpoint folder {name!r}. Give the folder that save_pretrained wrote, "
            f'or a name on the Hugging Face hub such as "{such_as}".'
        )
    return name


@contextmanager
def _explained(name: str) -> Iterator[None]:
    """What Transformers raises as an error that says what to do."""
    try:
        yield
    except ImportError as error:
        raise GeneratorError(f"Opening {name} needs a further package: {error}") from error
    except Exception as error:  # each tokenizer and architecture has its own way to fail
        lines = str(error).strip().splitlines() or [type(error).__name__]
        raise GeneratorError(
            f"{name} can't be opened: {lines[0]} If it is a hub name, it must be in the local "
            "cache or the network reachable (HF_HUB_OFFLINE=1 forbids that)."
        ) from error


@contextmanager
def quiet() -> Iterator[None]:
    """No progress bars and no chatter from Transformers meanwhile."""
    logging = _transformers().utils.logging
    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()


def _transformers() -> Any:
    try:
        import torch  # noqa: F401
        import transformers
    except ImportError as error:
        raise MissingExtraError(error.name or "transformers", "train") from error
    return transformers
