"""The contract of every generator, run over tiny checkpoints: in PyTorch, and converted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from huggingface_checkpoints import save
from test_contract import (  # noqa: F401 - collected here, with this file's generators
    products,
    test_a_product_gets_the_same_titles_whatever_stands_beside_it,
    test_a_product_that_says_nothing_gets_nothing,
    test_any_text_is_titled_or_not_but_never_an_error,
    test_candidates_are_one_line_of_text_by_this_generator,
    test_fewer_titles_are_the_first_of_more,
    test_hints_are_followed_one_for_each_product,
    test_no_more_than_n_different_titles,
    test_no_products_give_no_titles,
    test_what_goes_in_is_left_as_it_was,
    texts,
)

from titlewright.generators import Generator
from titlewright.generators.huggingface.conversion import convert
from titlewright.generators.huggingface.ctranslate import CTranslateGenerator
from titlewright.generators.huggingface.generator import HuggingFaceGenerator
from titlewright.generators.huggingface.prompted import Decoding
from titlewright.records import Product

SMALL = Decoding(beams=3, samples=4, prompt_tokens=160, title_tokens=8)


@pytest.fixture(scope="module", params=["llama", "bart", "llama converted", "t5 converted"])
def generator(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Generator]:
    name, _, converted = request.param.partition(" ")
    folder = tmp_path_factory.mktemp("checkpoint")
    made = HuggingFaceGenerator.from_checkpoint(str(save(name, folder / name)), decoding=SMALL)
    if not converted:
        yield made
        return
    convert(made, folder / "converted")
    yield CTranslateGenerator.load(folder / "converted", threads=1)


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_the_same_seed_gives_the_same_titles(
    generator: Generator,
    products: list[Product],  # noqa: F811
) -> None:
    assert generator.generate(products, n=5, seed=3) == generator.generate(products, n=5, seed=3)


def test_another_seed_gives_others_after_the_beam(
    generator: Generator,
    products: list[Product],  # noqa: F811
) -> None:
    one, other = (texts(generator.generate(products[:4], n=9, seed=seed)) for seed in (1, 2))
    assert one != other


def test_fifty_different_titles(generator: Generator, products: list[Product]) -> None:  # noqa: F811
    (titles,) = texts(generator.generate(products[:1], n=50))
    assert len(titles) >= 20
    assert len({title.casefold() for title in titles}) == len(titles)
