"""The search: within the budget, only what pays, and a good title left alone."""

from __future__ import annotations

from titlewright.channels import get_channel
from titlewright.gates import Refused
from titlewright.records import Candidate, Hints, Product
from titlewright.rewriting import Budget, Case, Improved, edited_words, improve
from titlewright.rewriting.search import Freedom, Judge, State, start

GOOGLE = get_channel("google")


def improved(
    product: Product,
    freedom: Freedom = "small",
    proposals: tuple[str, ...] = (),
) -> Improved:
    case = Case.of(product, GOOGLE, Hints())
    base = start(case)
    assert isinstance(base, State)
    return improve(
        case,
        base,
        Budget(freedom),
        judge=Judge(case),
        proposals=[Candidate(text, "model") for text in proposals],
    )


def mug(title: str) -> Product:
    return Product(
        id="1",
        title=title,
        brand="Kilnworks",
        description="Stoneware mug with a lid.",
        attributes={"colour": "blue", "size": "350 ml"},
    )


def test_several_problems_are_mended_and_named() -> None:
    found = improved(mug("stoneware mug mug, HOT SALE"))
    assert found.text == "Kilnworks Stoneware Mug, 350 ml, Blue"
    assert len(found.changes) >= 4
    assert (found.writer, found.bound) == ("optimize", False)


def test_a_good_title_is_left_alone_even_where_edits_are_free() -> None:
    title = "Kilnworks Stoneware Mug, Blue, 350 ml"
    for freedom in ("small", "free"):
        found = improved(mug(title), freedom, ("Kilnworks Blue Mug with Lid",))  # type: ignore[arg-type]
        assert (found.text, found.changes, found.writer) == (title, (), "")


def test_the_budget_bounds_the_edits_and_says_so() -> None:
    product = Product(
        id="1",
        title="mug",
        brand="Kiln Works of Stoke on Trent",
        description="A mug",
        attributes={"colour": "blue", "size": "350 ml"},
    )
    found = improved(product)
    assert edited_words("mug", found.text) <= Budget("small").words("mug") == 4
    assert found.bound
    assert any(problem.name == "missing brand" for problem in found.problems)
    free = improved(product, "free")
    assert "Kiln Works of Stoke on Trent" in free.text
    assert not free.bound


def test_a_models_title_is_taken_only_where_edits_are_free() -> None:
    better = "Kilnworks Stoneware Mug with Lid, Blue, 350 ml"
    assert improved(mug("lid mug"), "small", (better,)).writer != "model"
    found = improved(mug("lid lid lid"), "free", (better,))
    assert (found.text, found.writer) == (better, "model")


def test_a_models_untrue_words_go() -> None:
    found = improved(
        mug("lid lid lid"), "free", ("Kilnworks Waterproof Stoneware Mug, Blue, 350 ml",)
    )
    assert "Waterproof" not in found.text


def test_no_title_has_no_start() -> None:
    assert isinstance(start(Case.of(mug(""), GOOGLE, Hints())), Refused)


def test_too_long_a_title_loses_promotion_before_facts() -> None:
    taobao = get_channel("taobao")
    title = "【包邮 爆款 特价】雪花清爽啤酒罐装整箱大罐夏季聚会饮品送礼佳品500ml*12罐"
    product = Product(id="1", title=title, brand="雪花", attributes={"包装规格": "500ml*12罐"})
    base = start(Case.of(product, taobao, Hints()))
    assert isinstance(base, State)
    assert "包邮" not in base.text
    assert "雪花清爽啤酒" in base.text


def test_words_asked_for_are_kept_when_a_title_is_cut() -> None:
    taobao = get_channel("taobao")
    title = "雪花清爽啤酒罐装整箱大罐，夏季聚会饮品送礼佳品，家庭聚餐，露营必备，冰镇小麦"
    product = Product(id="1", title=title, brand="雪花", attributes={"原料": "小麦"})
    base = start(Case.of(product, taobao, Hints(), demanded=("冰镇小麦",)))
    assert isinstance(base, State)
    assert "冰镇小麦" in base.text
