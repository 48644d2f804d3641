"""Where a model is trained and how exactly: device, precision, threads, batches on the device."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from typing import Any, cast

import torch

from titlewright.errors import SettingsError
from titlewright.neural.settings import Precision


def choose_device(name: str) -> torch.device:
    """The device of that name; for "auto" a GPU where there is one, else the CPU.

    Raises SettingsError for a name that torch doesn't know or a device that isn't there.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else "not available"
        raise SettingsError(
            f"device {name!r} can't be used: {reason} Choose auto, cpu or cuda."
        ) from error
    return device


def choose_precision(name: Precision, device: torch.device) -> Precision:
    """bf16 or float32; for "auto" bf16 where the device multiplies it in hardware."""
    if name != "auto":
        return name
    if device.type == "cuda":
        return "bf16" if torch.cuda.is_bf16_supported(including_emulation=False) else "float32"
    return "bf16" if device.type == "cpu" and _cpu_has_bf16() else "float32"


def _cpu_has_bf16() -> bool:
    """AVX512-BF16 or AMX tiles. Torch tells by functions that differ between its versions."""
    probes = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    return any(getattr(torch.cpu, name, lambda: False)() for name in probes)


def autocast(device: torch.device, precision: Precision) -> torch.autocast:
    """Context in which matrix products run in the precision."""
    return torch.autocast(device.type, torch.bfloat16, enabled=precision == "bf16")


@contextmanager
def threads(count: int) -> Iterator[None]:
    """That many CPU threads while the context lasts; 0 leaves them as they are."""
    before = torch.get_num_threads()
    if count:
        torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def to_device(batch: Any, device: torch.device) -> Any:
    """The batch with its tensors on the device.

    A batch is a tensor, a mapping, sequence or dataclass of batches, anything with `.to(device)`,
    or something else, which is left alone.
    """
    if device.type == "cpu":
        return batch
    if hasattr(batch, "to"):
        return batch.to(device, non_blocking=True)
    if isinstance(batch, Mapping):
        return {name: to_device(value, device) for name, value in batch.items()}
    if isinstance(batch, tuple) and hasattr(batch, "_fields"):
        return type(batch)(*(to_device(value, device) for value in batch))
    if isinstance(batch, list | tuple):
        return type(batch)(to_device(value, device) for value in batch)
    if is_dataclass(batch) and not isinstance(batch, type):
        moved = {f.name: to_device(getattr(batch, f.name), device) for f in fields(batch)}
        return replace(cast(Any, batch), **moved)
    return batch
