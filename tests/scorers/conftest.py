from __future__ import annotations

from typing import Any

import pytest

import toy_judge


@pytest.fixture(scope="session")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Any:
    pytest.importorskip("torch", reason="needs the extra train")
    return toy_judge.trained(tmp_path_factory.mktemp("judge"))
