"""The packages of the extra `train`, and the error when they are missing. Imports none of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from titlewright.errors import MissingExtraError

_PACKAGES = {
    "accelerate", "lightgbm", "onnx", "peft", "safetensors", "scipy", "sklearn", "torch",
    "transformers",
}  # fmt: skip


@contextmanager
def train_extra() -> Iterator[None]:
    """Raises MissingExtraError when what runs within needs a package of the extra `train`."""
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in _PACKAGES:
            raise
        raise MissingExtraError(package, "train") from error
