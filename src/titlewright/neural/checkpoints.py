"""Checkpoints: everything a run needs to go on exactly, on disk whole or not at all.

A checkpoint is a folder `checkpoint-NNNNNN`, the highest number the newest. It holds
`weights.safetensors` (trained parameters and buffers; frozen ones come from the model that the
run began with), `state.safetensors` (optimizer, averaged weights, random generators) and
`state.json`. The best weights so far are a file beside it, which the checkpoint names. No pickles:
opening one runs no code.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from titlewright.errors import ResumeError, TrainingError
from titlewright.neural.settings import TrainingSettings

Tensors = Mapping[str, Tensor]
# Settings that may differ when a run goes on: they don't change what is learnt.
_FREE = {"device", "threads", "checkpoint_every", "checkpoint_minutes"}


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """The folder is made, and ours alone while the context lasts.

    Raises TrainingError when it can't be written, ResumeError when another process trains there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("ab")
    except OSError as error:
        raise TrainingError(
            f"{folder} can't be written: {error.strerror}. Choose another folder."
        ) from error
    with lock:
        # Windows and some network drives have no locks: there it is taken as ours
        with suppress(ImportError, OSError):
            _lock(lock, folder)
        yield


def _lock(file: IO[bytes], folder: Path) -> None:
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ResumeError(
            f"Another process is training in {folder}. Wait until it is done, or stop it."
        ) from None


def require_same(now: TrainingSettings, then: Mapping[str, Any], folder: Path) -> None:
    """Raises ResumeError when a run would go on with settings that change what is learnt."""
    different = [
        name
        for name, value in now.to_json().items()
        if name not in _FREE and then.get(name) != value
    ]
    if different:
        name = different[0]
        raise ResumeError(
            f"The run in {folder} began with {name} {then.get(name)}, not {getattr(now, name)}. "
            "Give the same settings as before, or delete that folder to start anew."
        )


def newest(folder: Path) -> Path | None:
    """The newest checkpoint in the folder, None where there is none."""
    return max(folder.glob("checkpoint-" + "[0-9]" * 6), default=None)


def write(folder: Path, weights: Tensors, tensors: Tensors, state: Mapping[str, Any]) -> None:
    """Write the next checkpoint, then remove the older ones and best weights no longer named.

    `state["best"]` names the file of the best weights, None before there are any.
    Raises TrainingError when the disk doesn't take it; earlier checkpoints then still stand.
    """
    last = newest(folder)
    number = 1 if last is None else int(last.name.removeprefix("checkpoint-")) + 1
    part = folder / "checkpoint.part"
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir()
        _save(part / "weights.safetensors", weights)
        _save(part / "state.safetensors", tensors)
        with (part / "state.json").open("w", encoding="utf-8") as stream:
            json.dump(state, stream)
            stream.flush()
            os.fsync(stream.fileno())
        made = folder / f"checkpoint-{number:06d}"
        part.rename(made)
        _sync(folder)
    except (OSError, RuntimeError) as error:  # safetensors tells of a full disk by its own error
        raise TrainingError(
            f"No checkpoint could be written in {folder}: {error}. Make room and go on with "
            "--resume."
        ) from error
    for old in folder.glob("checkpoint-*"):
        if old != made:
            shutil.rmtree(old, ignore_errors=True)
    for old in folder.glob("best-*.safetensors"):
        if old.name != state.get("best"):
            old.unlink(missing_ok=True)


def read(checkpoint: Path) -> tuple[dict[str, Tensor], dict[str, Tensor], dict[str, Any]]:
    """Weights, further tensors and state of a checkpoint. Raises ResumeError for a broken one."""
    try:
        weights = load_file(checkpoint / "weights.safetensors")
        tensors = load_file(checkpoint / "state.safetensors")
        state = json.loads((checkpoint / "state.json").read_text(encoding="utf-8"))
    except Exception as error:  # safetensors' own error class differs between versions
        raise ResumeError(
            f"The checkpoint {checkpoint} can't be read: {error}. Delete {checkpoint.parent} to "
            "start anew."
        ) from error
    return weights, tensors, state


def write_best(folder: Path, step: int, weights: Tensors) -> str:
    """Keep the weights as the best so far; the name of their file."""
    name = f"best-{step:08d}.safetensors"
    part = folder / "best.part"
    try:
        _save(part, weights)
        part.replace(folder / name)
    except (OSError, RuntimeError) as error:
        raise TrainingError(
            f"The best weights can't be written in {folder}: {error}. Make room and go on with "
            "--resume."
        ) from error
    return name


def read_best(folder: Path, name: str) -> dict[str, Tensor]:
    """The weights that `write_best` kept. Raises ResumeError when they are gone or broken."""
    try:
        return load_file(folder / name)
    except Exception as error:
        raise ResumeError(
            f"The best weights {folder / name} can't be read: {error}. Delete {folder} to start "
            "anew."
        ) from error


def discard(folder: Path) -> None:
    """Remove checkpoints and best weights: the model they led to is saved. Logs stay."""
    for old in folder.glob("checkpoint*"):
        shutil.rmtree(old, ignore_errors=True)
    for old in (*folder.glob("best*"), folder / "lock"):
        with suppress(OSError):
            old.unlink()


def _save(path: Path, tensors: Tensors) -> None:
    """Tensors to a file that is on disk when this returns; each in memory of its own."""
    own = {
        name: value.detach().to("cpu", copy=True).contiguous() for name, value in tensors.items()
    }
    save_file(own, path)
    _sync(path)


def _sync(path: Path) -> None:
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:  # Windows opens no folders
        return
    try:
        with suppress(OSError):  # some file systems can't for folders
            os.fsync(handle)
    finally:
        os.close(handle)


def flatten(optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    """An optimizer's state as named tensors: "NUMBER.NAME" by its parameters' order."""
    state = optimizer.state_dict()["state"]
    return {
        f"{number}.{name}": value
        for number, values in state.items()
        for name, value in values.items()
        if isinstance(value, Tensor)
    }


def unflatten(optimizer: torch.optim.Optimizer, tensors: Tensors) -> None:
    """Put back what `flatten` took."""
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in tensors.items():
        number, _, name = key.partition(".")
        state.setdefault(int(number), {})[name] = value
    optimizer.load_state_dict(
        {"state": state, "param_groups": optimizer.state_dict()["param_groups"]}
    )
