"""Generators: one model family a file, one contract. `create` builds one by its name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from titlewright.errors import GeneratorError
from titlewright.records import Candidate, Hints, Product


class Generator(Protocol):
    """Writes titles for products.

    `name` stands on every candidate; `model_made` says whether a trained model wrote them, which
    some channels want declared.
    """

    name: str
    model_made: bool

    def generate(
        self,
        products: Sequence[Product],
        *,
        n: int,
        hints: Sequence[Hints] | None = None,
        seed: int = 0,
    ) -> list[list[Candidate]]:
        """Up to n different candidates for each product, best first; same seed, same output.

        `hints` holds one entry a product, or is None. A product that says too little gets an
        empty list, never an invented title.
        """
        ...


def _template() -> Generator:
    from titlewright.generators.template import TemplateGenerator

    return TemplateGenerator()


_FAMILIES: dict[str, Callable[[], Generator]] = {"template": _template}


def names() -> tuple[str, ...]:
    """The generators that `create` knows."""
    return tuple(_FAMILIES)


def create(name: str) -> Generator:
    """The generator of this name, ready to use. Raises GeneratorError for an unknown one."""
    family = _FAMILIES.get(name)
    if family is None:
        raise GeneratorError(
            f"There is no generator {name!r}. Choose one of: {', '.join(names())}."
        )
    return family()
