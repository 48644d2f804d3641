"""Fixtures for the LLM generator: a server on loopback, settings for it, no waiting."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from llm_server import KEY, ChatServer, chat_server


@pytest.fixture(autouse=True)
def no_settings_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("TITLEWRIGHT_LLM_") or name == "OPENAI_API_KEY":
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def no_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits as they are, but a hundredth as long; what servers ask for stays."""
    monkeypatch.setattr("titlewright.generators.llm.patience._FIRST", 0.01)


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with chat_server() as running:
        yield running


@pytest.fixture
def generator(server: ChatServer, tmp_path: Path) -> Callable[..., Any]:
    """Makes generators that ask the server; keyword arguments are settings."""
    pytest.importorskip("openai", reason="the extra llm is not installed")
    from titlewright.generators.llm.generator import LLMGenerator
    from titlewright.generators.llm.settings import LLMSettings

    def make(*, cache: str = "answers.sqlite", examples: Any = (), **settings: Any) -> LLMGenerator:
        asked = {"url": server.url, "model": "m", "key": KEY, "tries": 3} | settings
        return LLMGenerator(LLMSettings(**asked), examples=examples, cache=tmp_path / cache)

    return make


@pytest.fixture
def environment(server: ChatServer, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Points the environment at the server; keyword arguments are variables' ends."""
    pytest.importorskip("openai", reason="the extra llm is not installed")

    def set_all(**variables: object) -> None:
        asked = {"URL": server.url, "MODEL": "m", "KEY": KEY, "TRIES": 2, "TIMEOUT": 5}
        for name, value in (asked | variables).items():
            monkeypatch.setenv(f"TITLEWRIGHT_LLM_{name}", str(value))

    return set_all
