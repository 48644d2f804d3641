"""An n-gram generator that learnt a shop's way to write titles, see toy_compact.py."""

from __future__ import annotations

import pytest

import toy_compact
from titlewright.generators.ngram.generator import NgramGenerator
from titlewright.records import Example


@pytest.fixture(scope="session")
def examples() -> list[Example]:
    return toy_compact.examples()


@pytest.fixture(scope="session")
def trained(examples: list[Example], tmp_path_factory: pytest.TempPathFactory) -> NgramGenerator:
    model = NgramGenerator.start()
    model.fit(
        examples[:50], dev=[], settings=model.recommended, folder=tmp_path_factory.mktemp("run"),
        on_step=lambda _step: None,
    )  # fmt: skip
    return model
