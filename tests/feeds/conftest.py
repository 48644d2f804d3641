"""Fixtures of the feed tests: small feeds on disk, and the folder of real ones."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., Path]:
    def save_feed(name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return save_feed


@pytest.fixture
def data() -> Path:
    folder = os.environ.get("TITLEWRIGHT_DATA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("TITLEWRIGHT_DATA names no folder with the evaluation data sets")
    return Path(folder)
