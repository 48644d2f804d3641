"""The contract of every generator: the ready ones by name, the others tiny and trained here."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import toy_sequence
from titlewright.errors import GeneratorError
from titlewright.examples import example_products
from titlewright.generators import Generator, create, families, names, start
from titlewright.generators.saved import save_whole
from titlewright.neural.settings import TrainingSettings
from titlewright.records import Candidate, Example, Hints, Product

ODD = (
    Product(id="1"),
    Product(id="2", title="🧦" * 40, description="\u200b\u202e", brand="ß"),
    Product(id="3", description="这是一款高品质的机械手表，具有精准的计时功能。"),
    Product(id="4", title="メンズ 防水 腕時計", brand="セイコー", locale="ja"),
    Product(id="5", title="Straße für Hunde", description="Hundeleine aus Leder", locale="de-DE"),
    Product(id="6", title="حقيبة جلدية", description="حقيبة من الجلد", locale="ar"),
    Product(id="7", attributes={"": "", "Farbe": "rot", "color\n": "a" * 5000}),
    Product(id="8", title="a" * 20_000, description="b c " * 20_000),
    Product(id="9", title="e\u0301tui", category=("", ">"), description="\x00"),
)


# a large model from a package of its own: its code is run over tiny ones by
# test_huggingface_contract.py; and what needs a server: llm/test_llm_generator.py
ELSEWHERE = {"smollm", "smollm-untrained", "llm"}


# families that write only once they are trained: how a tiny one is trained and saved in a folder
def save_counted(family: str, folder: Path) -> Path:
    """A family that learns the example feed in a moment."""
    examples = [Example(replace(one, title=""), one.title) for one in example_products()]
    model = start(None, family)
    model.fit(
        examples, dev=[], settings=model.recommended, folder=folder / "training",
        on_step=lambda _step: None,
    )  # fmt: skip
    save_whole(model, folder)
    return folder


def save_pooled(family: str, folder: Path) -> Path:
    """An ensemble of the template and a counted model, judged on the example feed."""
    counted = save_counted("ngram", folder / "ngram")
    model = start(f"template,{counted}", family)
    dev = [Example(replace(one, title=""), one.title) for one in example_products()]
    model.fit(
        [], dev=dev, settings=model.recommended, folder=folder / "training",
        on_step=lambda _step: None,
    )  # fmt: skip
    save_whole(model, folder / "model")
    return folder / "model"


def save_scratch(family: str, folder: Path) -> Path:
    """A GPT-2 or BART of some thousand weights that has seen the example feed for a moment."""
    examples = [Example(replace(one, title=""), one.title) for one in example_products()]
    layers = {"layers": 1} if family == "gpt2" else {"encoder_layers": 1, "decoder_layers": 1}
    model = start(None, family, sizes={"words": 600, "width": 32, "heads": 2, **layers})
    model.fit(
        examples, dev=[], folder=folder / "training", on_step=lambda _step: None,
        settings=TrainingSettings(steps=20, batch_tokens=2048, learning_rate=1e-2, threads=1),
    )  # fmt: skip
    save_whole(model, folder)
    return folder


TRAINED: dict[str, Callable[[str, Path], Path]] = {
    **dict.fromkeys(toy_sequence.FAMILIES, toy_sequence.save_trained),
    "ngram": save_counted,
    "ensemble": save_pooled,
    "gpt2": save_scratch,
    "bart": save_scratch,
}


@pytest.fixture(scope="module", params=sorted((set(names()) - ELSEWHERE) | set(TRAINED)))
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What `create` opens: a name, or the folder of a model."""
    family = str(request.param)
    if family not in TRAINED:
        return family
    if family in (*toy_sequence.FAMILIES, "gpt2", "bart"):
        pytest.importorskip("torch", reason="needs the extra train")
    return str(TRAINED[family](family, tmp_path_factory.mktemp(family)))


@pytest.fixture(scope="module")
def generator(place: str) -> Generator:
    return create(place)


@pytest.fixture(scope="module")
def products() -> list[Product]:
    return [*example_products()[:8], *ODD]


def texts(made: list[list[Candidate]]) -> list[list[str]]:
    return [[candidate.text for candidate in candidates] for candidates in made]


def test_it_says_who_it_is(generator: Generator) -> None:
    assert generator.name in {*names(), *families()}
    assert isinstance(generator.model_made, bool)


def test_no_products_give_no_titles(generator: Generator) -> None:
    assert generator.generate([], n=5) == []
    assert generator.generate([], n=5, hints=[]) == []


def test_the_same_seed_gives_the_same_titles(
    generator: Generator, place: str, products: list[Product]
) -> None:
    first = generator.generate(products, n=4, seed=3)
    assert first == generator.generate(products, n=4, seed=3)
    assert first == create(place).generate(products, n=4, seed=3)


@pytest.mark.parametrize("n", [1, 2, 7])
def test_no_more_than_n_different_titles(
    generator: Generator, products: list[Product], n: int
) -> None:
    for titles in texts(generator.generate(products, n=n)):
        assert len(titles) <= n
        assert len({title.casefold() for title in titles}) == len(titles)


def test_candidates_are_one_line_of_text_by_this_generator(
    generator: Generator, products: list[Product]
) -> None:
    for candidates in generator.generate(products, n=5):
        for candidate in candidates:
            assert candidate.generator == generator.name
            assert candidate.text
            assert candidate.text == " ".join(candidate.text.split())


def test_what_goes_in_is_left_as_it_was(generator: Generator, products: list[Product]) -> None:
    hints = [Hints(prefer=("red",), avoid=("sale",))] * len(products)
    before = copy.deepcopy((products, hints))
    generator.generate(products, n=3, hints=hints)
    assert (products, hints) == before


def test_a_product_gets_the_same_titles_whatever_stands_beside_it(
    generator: Generator, products: list[Product]
) -> None:
    together = texts(generator.generate(products, n=4, seed=1))
    backwards = texts(generator.generate(products[::-1], n=4, seed=1))[::-1]
    alone = [texts(generator.generate([product], n=4, seed=1))[0] for product in products]
    assert together == backwards == alone


def test_fewer_titles_are_the_first_of_more(generator: Generator, products: list[Product]) -> None:
    few, many = (texts(generator.generate(products, n=n)) for n in (2, 6))
    assert few == [titles[:2] for titles in many]


def test_hints_are_followed_one_for_each_product(
    generator: Generator, products: list[Product]
) -> None:
    told = [Hints(avoid=("the", "Top")) if number % 2 else Hints() for number in range(8)]
    made = generator.generate(products[:8], n=4, hints=told)
    plain = generator.generate(products[:8], n=4)
    for hint, candidates, before in zip(told, made, plain, strict=True):
        assert [c.hints for c in candidates] == [hint] * len(candidates)
        if hint.avoid:
            assert not any({"the", "top"} & set(c.text.lower().split()) for c in candidates)
        else:
            assert texts([candidates]) == texts([before])


def test_a_product_that_says_nothing_gets_nothing(generator: Generator) -> None:
    assert generator.generate([Product(id="1"), Product(id="2", title="  ")], n=3) == [[], []]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.builds(
        Product,
        id=st.just("1"),
        title=st.text(max_size=60),
        description=st.text(max_size=200),
        brand=st.text(max_size=12),
        attributes=st.dictionaries(st.text(max_size=8), st.text(max_size=20), max_size=4),
    ),
    st.integers(1, 6),
)
def test_any_text_is_titled_or_not_but_never_an_error(
    generator: Generator, product: Product, n: int
) -> None:
    (titles,) = texts(generator.generate([product], n=n))
    assert len(titles) <= n
    assert all(title.strip() for title in titles)


def test_an_unknown_name_is_an_error_that_lists_the_known() -> None:
    with pytest.raises(GeneratorError, match=r"'nobody'.*template"):
        create("nobody")
