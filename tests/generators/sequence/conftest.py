"""Tiny trained models, each made once, see toy_sequence.py."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

import toy_sequence


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> toy_sequence.Trained:
    pytest.importorskip("torch", reason="needs the extra train")

    @cache
    def save(family: str) -> Path:
        return toy_sequence.save_trained(family, tmp_path_factory.mktemp(family))

    return save
