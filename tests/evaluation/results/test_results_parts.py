"""Categories, searches, examples, reasons and lengths, each by itself."""

from collections import Counter
from dataclasses import replace

from results_helpers import MUGS, line

from titlewright.channels import get_channel
from titlewright.evaluation.results.categories import Categories
from titlewright.evaluation.results.examples import Examples, lost_codes
from titlewright.evaluation.results.lengths import TitleLengths, length_figures
from titlewright.evaluation.results.measuring import Measured, Measurer
from titlewright.evaluation.results.reading import Made, made_of
from titlewright.evaluation.results.reasons import Kinds, kind_of, sentences_of
from titlewright.evaluation.results.searches import Searches, known_item_figures
from titlewright.evaluation.results.tallies import Part
from titlewright.records import Product, Reject

LABELS = ("Home", "Home > Mugs", "mug")


def result(row: int, title: str, previous: str, **more: object) -> Made:
    return made_of(row, line(row, title, previous, **more))


def measured(product: Product, title: str, row: int = 1) -> Measured:
    made = result(row, title, product.title)
    return Measurer(get_channel("google")).beside([made], [product], [True])[0]


def test_small_categories_are_pooled() -> None:
    categories = Categories()
    names = ["Mugs"] * 20 + ["Bowls"] * 5 + ["Forks"] * 2 + ["Spoons"]
    for name in names:
        labels = categories.labels((name,), "")
        categories.add(labels, {"length": (Part(1), Part(2))}, changed=True)
    (by_category,) = categories.to_json(0)
    told = [(group["name"], group["products"]) for group in by_category["groups"]]
    assert told == [("Mugs", 20), ("Bowls", 5), ("2 more", 3)]
    assert by_category["categories"] == 4
    rest = by_category["groups"][-1]
    assert rest["changed"] == 3
    assert rest["measures"]["length"]["after"]["products"] == 3


def test_deep_categories_by_path_too_and_none_at_all_by_type() -> None:
    categories = Categories()
    for _ in range(5):
        categories.add(categories.labels(("Home", "Mugs"), "mug"), {}, changed=False)
    categories.add(categories.labels((), "mug"), {}, changed=False)
    assert [way["by"] for way in categories.to_json(0)] == ["category", "category path"]
    assert categories.to_json(0)[1]["groups"][0]["name"] == "Home > Mugs"
    typed = Categories()
    for _ in range(5):
        typed.add(typed.labels((), "Mug"), {}, changed=False)
    (by_type,) = typed.to_json(0)
    assert (by_type["by"], by_type["groups"][0]["name"]) == ("product type", "mug")


def test_a_known_item_counts_by_how_high_it_comes() -> None:
    searches = Searches()
    titles = [("Mug", "Acme Blue Mug"), ("Blue Acme Mug", "Mug"), ("Towel", "Bolt Green Towel")]
    queries = ["Acme Mug Blue", "Acme Mug Red", "Bolt Towel"]
    for row, ((before, after), query) in enumerate(zip(titles, queries, strict=True), 1):
        searches.add(row, str(row), before, after)
        searches.ask(row, query, LABELS)
    found = searches.known_items()
    assert [(before.above, after.above) for _, before, after in found] == [
        (0.5, 1),
        (1, 0.5),
        (1, 1),
    ]
    figures = known_item_figures(found, 0)
    assert figures["first"]["before"]["value"] == figures["first"]["after"]["value"]
    assert figures["mrr"]["difference"]["products"] == 3


def test_judged_queries_are_measured_by_grade() -> None:
    searches = Searches()
    searches.add(1, "a", "Cup", "Blue Mug")
    searches.add(2, "b", "Blue Mug", "Cup")
    figures = searches.judged({"blue mug": {"a": 3.0}, "towel": {"z": 1.0}}, 0)
    assert figures["ndcg10"]["before"]["value"] == 0
    assert figures["ndcg10"]["after"]["value"] == 1
    assert figures["mrr"]["after"]["products"] == 1  # the towel is no product here


def test_examples_say_what_a_change_mends_adds_and_loses() -> None:
    examples = Examples()
    product = replace(MUGS[0], title="Acme MUG AB-120!!! BUY NOW")
    examples.add(measured(product, "Stoneware Mug 350 ml, Blue"))
    examples.add(measured(MUGS[1], MUGS[1].title, row=2))  # unchanged
    told = examples.to_json()
    assert examples.lost == 1
    (one,) = told["largest"]
    reasons = "; ".join(one["reasons"])
    for said in ("mends ", "promotion", "now names color", "no longer names brand",
                 "loses the code AB-120", "drops: Acme", "adds: Stoneware"):  # fmt: skip
        assert said in reasons
    assert told["lost"] == told["drawn"] == [one]


def test_the_largest_changes_come_first_and_private_data_is_masked() -> None:
    examples = Examples()
    for row in range(1, 21):
        old = "Mug " * row
        product = replace(MUGS[0], title=f"{old}ask jane.doe@example.com")
        examples.add(measured(product, "Mug", row))
    told = examples.to_json()
    assert [one["row"] for one in told["largest"]] == [20, 19, 18, 17, 16, 15, 14, 13]
    assert len(told["drawn"]) == 8
    assert told["drawn"] == sorted(told["drawn"], key=lambda one: one["row"])
    assert "jane.doe" not in str(told)


def test_codes_that_get_lost() -> None:
    assert lost_codes("CLT-M409S toner", "Samsung Toner for CLP-315") == ["CLT-M409S"]
    assert lost_codes("Toner CLT-M409S", "Samsung CLT M409S Toner 500 ml") == []
    assert lost_codes("1折神仙水 500ml", "神仙水") == []


def test_reasons_of_one_kind_are_counted_together() -> None:
    kinds = Kinds()
    for row in (1, 2):
        problem = (f'No candidate is true and allowed on Amazon: "{row}" is no word; '
                   f'"{row}{row}" is no word; not backed by the product: x{row}')  # fmt: skip
        kinds.add(sentences_of(Reject(row, "", "title", problem, "")))
    kinds.add(sentences_of(Reject(3, "", "title", "The row is empty; really.", "")))
    told = {one["kind"]: one["products"] for one in kinds.to_json(9)}
    assert told == {
        "… is no word": 2, "not backed by the product": 2, "The row is empty; really.": 1
    }  # fmt: skip
    assert kind_of('took out "4": the source has it only as Set of 4') == kind_of(
        'took out "20": the source states 12 Inch, 18 Inch'
    )


def test_a_title_as_long_as_the_limit_stands_left_of_it() -> None:
    before, after = TitleLengths(), TitleLengths()
    for length in (75, 76, 300):
        before.add(length)
    after.add(1)
    told = length_figures(before, after, [75])
    assert told["width"] == 15
    at = {(one["from"], one["to"]): (one["before"], one["after"]) for one in told["bins"]}
    assert at[61, 75] == (1, 0)
    assert at[76, 90] == (1, 0)
    assert at[1, 15] == (0, 1)
    assert list(at)[-1] == (241, None)
    assert sum(Counter(told_before for told_before, _ in at.values()).elements()) == 3
    assert length_figures(TitleLengths(), TitleLengths())["bins"] == []
