"""A compact model of a few thousand weights, see toy_compact.py."""

from __future__ import annotations

from pathlib import Path

import pytest

import toy_compact
from titlewright.records import Example


@pytest.fixture(scope="session")
def examples() -> list[Example]:
    return toy_compact.examples()


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("torch", reason="needs the extra train")
    pytest.importorskip("onnx", reason="needs the extra train")
    return toy_compact.save_toy(tmp_path_factory.mktemp("compact") / "base")
