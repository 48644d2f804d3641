"""The Python API, as it is used in a script."""

from __future__ import annotations

import subprocess
import sys

import pytest

import titlewright
from titlewright import Hints, Product, Reject, TitleResult, generate
from titlewright.api import as_product
from titlewright.errors import ChannelError, GeneratorError, RecordError


def test_one_product_gives_one_result() -> None:
    result = generate("这是一款高品质的机械手表，具有精准的计时功能。", channel="taobao")
    assert isinstance(result, TitleResult)
    assert "机械手表" in result.title
    assert result.channel == "taobao"
    assert result.evidence


def test_a_list_gives_a_list_with_rejects_in_their_place() -> None:
    made = generate(
        [
            {"id": "a", "description": "Leather belt for men, brown.", "brand": "Hidebound"},
            Product(id="b"),
            "Stoneware mug that holds 350 ml.",
        ]
    )
    assert [type(item) for item in made] == [TitleResult, Reject, TitleResult]
    assert [item.product_id for item in made] == ["a", "b", "1"]
    assert [item.row for item in made] == [1, 2, 3]
    assert "Hidebound" in made[0].title


def test_a_list_of_none_is_an_empty_list() -> None:
    assert generate([]) == []


@pytest.mark.parametrize("field", ["title", "description", "brand"])
def test_raw_text_is_cleaned_as_that_of_a_feed(field: str) -> None:
    stated = {
        "description": "A side table.",
        field: "<p>caf\u00c3\u00a9 table &amp;\ttray\ud800</p>",
    }
    product = as_product(stated)
    assert getattr(product, field) == "café table & tray\ufffd"
    assert as_product("<b>red</b> hat").description == "red hat"
    assert as_product({"attributes": {"color ": "<i>red</i>"}}).attributes == {"color": "red"}
    assert as_product("机械手表，  精准").description == "机械手表， 精准"
    untouched = Product(id="1", title="<b>")
    assert as_product(untouched) is untouched


def test_hints_are_followed() -> None:
    text = {"title": "Red wool hat for men", "description": "A red hat of wool for men."}
    plain = generate(text)
    assert "red" in plain.title.lower()
    assert "red" not in generate(text, hints=Hints(avoid=("red",))).title.lower()
    assert len(generate(text, hints=Hints(style="headline")).title) <= 30


def test_a_product_that_says_nothing_is_an_error_with_advice() -> None:
    with pytest.raises(RecordError, match="too little") as raised:
        generate({"id": "1"})
    assert raised.value.advice


def test_unknown_names_are_told() -> None:
    with pytest.raises(ChannelError, match="nowhere"):
        generate("A hat.", channel="nowhere")
    with pytest.raises(GeneratorError, match="nobody"):
        generate("A hat.", generator="nobody")


@pytest.mark.parametrize("product", [{"attributes": "red"}, {"title": {"en": "Hat"}}, 7])
def test_what_is_no_product_is_told(product: object) -> None:
    with pytest.raises(RecordError):
        generate([product])  # type: ignore[list-item]


def test_every_public_name_is_there() -> None:
    for name in titlewright.__all__:
        assert getattr(titlewright, name) is not None
    with pytest.raises(AttributeError, match="nonsense"):
        titlewright.nonsense  # noqa: B018


def test_importing_loads_nothing_heavy() -> None:
    heavy = {
        "torch", "transformers", "ray", "onnxruntime", "fastapi", "pyarrow", "polars", "lxml",
        "numpy", "bm25s", "sacrebleu", "sqlite3", "jinja2",
    }  # fmt: skip
    code = "import sys, titlewright, titlewright.cli; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not heavy & set(ran.stdout.split())


def test_titling_one_product_loads_nothing_it_does_not_need() -> None:
    heavy = {"torch", "pyarrow", "polars", "lxml", "bm25s", "sqlite3", "transformers"}
    code = "import sys; from titlewright import generate; generate('A red hat of wool.');" \
           "print(*sys.modules)"  # fmt: skip
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not heavy & set(ran.stdout.split())
