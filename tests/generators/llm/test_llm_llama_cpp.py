"""A real server: llama.cpp's, with SmolLM2, over loopback."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from titlewright.records import Product

SHOP = [
    Product("1", description="Stoneware mug that holds 350 ml, blue.", brand="Acme"),
    Product("2", description="Warm red hat knitted from merino wool.", brand="Fjell"),
]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The server of the package xllamacpp with the packaged weights; it stops when forgotten."""
    xllamacpp = pytest.importorskip("xllamacpp", reason="xllamacpp is not installed")
    pytest.importorskip("gguf", reason="gguf is not installed")
    from titlewright.errors import MissingExtraError
    from titlewright.generators.smollm import packaged_weights

    settings = xllamacpp.CommonParams()
    try:
        settings.model.path = str(packaged_weights())
    except MissingExtraError as missing:
        pytest.skip(str(missing))
    settings.n_ctx = 4096
    settings.n_parallel = 2
    settings.n_gpu_layers = 0
    settings.cpuparams.n_threads = settings.cpuparams_batch.n_threads = 1
    settings.port = 0
    settings.verbosity = 0
    server = xllamacpp.Server(settings)
    yield f"{server.listening_address}/v1"
    del server


@pytest.fixture
def make(url: str, tmp_path: Path) -> Callable[..., Any]:
    from titlewright.generators.llm.generator import LLMGenerator
    from titlewright.generators.llm.settings import LLMSettings

    def generator(cache: str) -> Any:
        settings = LLMSettings(url, "smollm2", concurrency=2, prices=(1.0, 1.0), timeout=120,
                               answer_tokens=160)  # fmt: skip
        return LLMGenerator(settings, cache=tmp_path / cache)

    return generator


def test_a_real_server_answers_by_the_schema(make: Callable[..., Any]) -> None:
    made = make("a").report(SHOP, n=2, seed=1)
    for product, outcome in zip(SHOP, made, strict=True):
        assert outcome.failure is None, outcome.failure
        assert 1 <= len(outcome.candidates) <= 2, product
        assert outcome.usage.input_tokens > 50
        assert outcome.usage.output_tokens > 3
        assert outcome.usage.cost > 0
    again = make("a").report(SHOP, n=2, seed=1)
    assert [one.candidates for one in again] == [one.candidates for one in made]


def test_a_feed_is_titled_by_a_real_server(
    url: str, environment: Callable[..., None], titlewright: Callable[..., Any],
    save_csv: Callable[..., Path], tmp_path: Path,
) -> None:  # fmt: skip
    rows = [(one.id, one.description, one.brand) for one in SHOP]
    feed = save_csv([("id", "description", "brand"), *rows])
    environment(URL=url, MODEL="smollm2", TIMEOUT=120, TOKENS=160, CONCURRENCY=2)
    ran = titlewright("generate", feed, "-o", tmp_path / "out.csv", "-g", "llm", "--candidates", 2,
                      "--title-column", "title", "--json")  # fmt: skip
    assert ran.code == 0, ran.err
    assert json.loads(ran.out)["titled"] == 2
    with (tmp_path / "out.csv").open(newline="") as stream:
        assert all(row["title"] for row in csv.DictReader(stream))
