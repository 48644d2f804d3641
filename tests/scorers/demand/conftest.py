from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest

from titlewright.records import Product
from titlewright.scorers.demand import Demand, Term
from titlewright.scorers.demand.answering import Answer, Answering
from titlewright.scorers.demand.truth import Truth

MakeDemand = Callable[..., Demand]


class Willing(Answering):
    """Finds every true search fully answered: no model is loaded for what isn't about it."""

    def judge(
        self,
        queries: Sequence[str],
        truth: Truth,  # noqa: ARG002
        language: str,  # noqa: ARG002
    ) -> list[Answer]:
        return [Answer(1.0, "asked nobody", True) for _ in queries]


@pytest.fixture
def demand() -> MakeDemand:
    """Demand of {query: volume}, in which all that is true and is the thing fits."""

    def make(volumes: Mapping[str, float], **options: object) -> Demand:
        terms = [Term(query, volume) for query, volume in volumes.items()]
        return Demand(terms, answering=Willing(), **options)  # type: ignore[arg-type]

    return make


@pytest.fixture
def boot() -> Product:
    return Product(
        id="1",
        title="Salomon Men's Leather Hiking Boots",
        brand="Salomon",
        description="A waterproof boot for snow, 0.5 kg. Not for running. Wear with wool socks. "
        "Compatible with Gore gaiters.",
        attributes={"size": "9", "colour": "grey"},
        locale="en-US",
    )


@pytest.fixture
def dress() -> Product:
    return Product(
        id="2",
        title="意大利泰迪熊镂空针织裙 女士休闲连衣裙",
        description="面料柔软，适合夏季，强大人生从这里开始。",
        attributes={"款式": "无袖; 条纹", "颜色": "黑色"},
    )
