"""The form that is learnt from examples: which facts, in which order, which words of the title."""

from __future__ import annotations

from pathlib import Path

import pytest

from titlewright.errors import FeedError
from titlewright.records import Example, Product
from titlewright.rewriting.examples import learn_form, read_examples
from titlewright.rewriting.form import Form


def beer(present: str, brand: str, pack: str, **more: str) -> Product:
    return Product(id="1", title=present, brand=brand, attributes={"包装规格": pack, **more})


EXAMPLES = [
    Example(beer("【整箱】雪花清爽啤酒8度500ml*12瓶/箱", "雪花", "500ml*12瓶", 主体="啤酒"),
            "雪花清爽8度啤酒500ml*12瓶"),
    Example(beer("雪花清爽330ml*6听 包邮", "雪花", "330ml*6听", 主体="啤酒"),
            "雪花清爽啤酒330ml*6听"),
    Example(beer("百威清爽啤酒10度500ml*6瓶/箱", "百威", "500ml*6瓶", 主体="啤酒"),
            "百威清爽10度啤酒500ml*6瓶"),
    Example(beer("青岛9度啤酒500ml*1瓶", "青岛", "500ml*1瓶", 主体="啤酒", 货号="X1"),
            "青岛9度啤酒500ml/瓶"),
]  # fmt: skip


def test_facts_in_order_and_the_words_that_examples_keep() -> None:
    form = Form.learn(EXAMPLES)
    made = form.title(beer("【新品】燕京啤酒清爽11度330ml*6罐装", "燕京", "330ml*6罐", 主体="啤酒"))
    assert made == "燕京清爽11度啤酒330ml*6罐"


def test_what_the_examples_never_say_is_left_out() -> None:
    made = Form.learn(EXAMPLES).title(beer("燕京啤酒", "燕京", "500ml*1瓶", 主体="啤酒", 货号="Y2"))
    assert made == "燕京啤酒500ml/瓶"


def test_the_present_title_corrects_an_attribute_and_fills_one_in() -> None:
    form = Form.learn(EXAMPLES)
    assert form.title(beer("燕京啤酒330ml*6瓶", "燕京", "500ml*6瓶", 主体="啤酒")) == (
        "燕京啤酒330ml*6瓶"
    )
    bare = Product(id="1", title="燕京啤酒330ml*6瓶", brand="燕京")
    assert form.title(bare).endswith("330ml*6瓶")


def test_nothing_stated_gives_nothing() -> None:
    assert Form.learn(EXAMPLES).title(Product(id="1")) == ""
    assert Form.learn([]).title(EXAMPLES[0].product) == ""


def test_examples_are_read_with_their_earlier_titles(tmp_path: Path) -> None:
    feed = tmp_path / "liked.csv"
    rows = "\n".join(f"{n},Acme Mug {n},mug {n} acme,Acme" for n in range(5))
    feed.write_text(f"id,title,original_title,brand\n{rows}\n", encoding="utf-8")
    examples = read_examples(feed)
    assert [one.title for one in examples][:2] == ["Acme Mug 0", "Acme Mug 1"]
    assert examples[0].product.title == "mug 0 acme"
    assert not examples[0].product.attributes
    assert learn_form(feed).attributes["brand"].place < 0.5


def test_too_few_examples_are_refused(tmp_path: Path) -> None:
    feed = tmp_path / "few.csv"
    feed.write_text("id,title\n1,Acme Mug\n", encoding="utf-8")
    with pytest.raises(FeedError, match="at least 5"):
        learn_form(feed)
