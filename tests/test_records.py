"""The shared records: products from and to JSON, plain text of JSON values, category paths."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from titlewright.errors import RecordError
from titlewright.records import (
    Alternative,
    Contribution,
    Evidence,
    Inference,
    Product,
    Reject,
    Score,
    Span,
    TitleResult,
    Violation,
    category_path,
    plain_text,
)

# Text as a feed reader hands it on: valid Unicode, trimmed.
TRIMMED = st.text(st.characters(exclude_categories=["Cs"]), max_size=30).map(str.strip)
FILLED = TRIMMED.filter(bool)
PRODUCTS = st.builds(
    Product,
    id=TRIMMED,
    title=TRIMMED,
    description=TRIMMED,
    brand=TRIMMED,
    category=st.lists(FILLED, max_size=4).map(tuple),
    attributes=st.dictionaries(st.text(max_size=10), FILLED, max_size=4),
    images=st.lists(FILLED, max_size=3).map(tuple),
    queries=st.lists(FILLED, max_size=3).map(tuple),
    locale=st.sampled_from(["", "en", "de-DE", "zh-TW"]),
    inferred=st.lists(
        st.builds(
            Inference,
            text=FILLED,
            confidence=st.floats(0, 1, exclude_min=True),
            reason=TRIMMED,
        ),
        max_size=2,
    ).map(tuple),
)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)


@given(PRODUCTS)
@settings(deadline=None)
def test_a_product_reads_back_the_same(product):
    assert Product.from_json(product.to_json()) == product
    assert Product.from_json(json.loads(json.dumps(product.to_json()))) == product


def test_a_product_from_what_feeds_hold():
    product = Product.from_json(
        {
            "id": 42,
            "title": " Mug ",
            "brand": None,
            "category": "Home > Kitchen > Mugs",
            "attributes": {"colour": ["red", "blue"], "weight": 0.5, "dishwasher": True, "old": ""},
            "images": "https://example.com/mug.jpg",
            "unknown": "is left alone",
        }
    )
    assert product == Product(
        id="42",
        title="Mug",
        category=("Home", "Kitchen", "Mugs"),
        attributes={"colour": "red; blue", "weight": "0.5", "dishwasher": "yes"},
        images=("https://example.com/mug.jpg",),
    )


def test_empty_fields_are_left_out_of_the_json_and_the_id_never():
    assert Product(id="").to_json() == {"id": ""}


@pytest.mark.parametrize("data", [None, "text", 3, ["id"], b"x"])
def test_what_is_no_object_is_refused_with_advice(data):
    with pytest.raises(RecordError, match="must be a JSON object") as refused:
        Product.from_json(data)
    assert type(data).__name__ in refused.value.problem
    assert refused.value.advice


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"id": "1", "attributes": ["red"]}, "attributes"),
        ({"id": "1", "attributes": {"size": {"eu": 42}}}, "attributes.size"),
        ({"id": "1", "title": {"en": "Mug"}}, "title"),
        ({"id": {"sku": "1"}}, "id"),
        ({"id": "1", "category": {"root": "Home"}}, "category"),
        ({"id": "1", "images": [{"url": "x"}]}, "images"),
    ],
)
def test_a_field_that_cannot_be_read_is_named(data, field):
    with pytest.raises(RecordError) as refused:
        Product.from_json(data)
    assert refused.value.field == field
    assert refused.value.advice in str(refused.value)


@given(JSON_VALUES)
@settings(deadline=None)
def test_any_json_is_a_product_or_a_record_error(value):
    for data in (value, {"id": value}, {"id": "1", "attributes": value}, {"category": value}):
        try:
            product = Product.from_json(data)
        except RecordError:
            continue
        assert Product.from_json(product.to_json()) == product


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (" a b ", "a b"),
        (True, "yes"),
        (False, "no"),
        (3, "3"),
        (3.0, "3"),
        (0.1, "0.1"),
        (1e20, "1e+20"),
        (float("nan"), ""),
        (float("inf"), ""),
        (["red", None, "", 2, ["x"]], "red; 2; x"),
        ((), ""),
    ],
)
def test_plain_text(value, text):
    assert plain_text(value) == text


def test_plain_text_refuses_a_nested_object_by_name():
    with pytest.raises(RecordError, match=r"size must be text, a number or a list, not dict"):
        plain_text({"eu": 42}, "size")


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ("Home > Kitchen > Mugs", ("Home", "Kitchen", "Mugs")),
        ("Home|Kitchen", ("Home", "Kitchen")),
        ("Home / Kitchen", ("Home", "Kitchen")),
        ("Home › Kitchen", ("Home", "Kitchen")),
        ("Mugs/Cups", ("Mugs/Cups",)),
        (["Home", " Kitchen ", ""], ("Home", "Kitchen")),
        (" > ", ()),
        ("", ()),
        (None, ()),
        (12, ("12",)),
    ],
)
def test_category_path(value, path):
    assert category_path(value) == path


def test_evidence_in_json_says_where_it_stands():
    found = Evidence("Red", Span(0, 3), "exact", "description", Span(2, 5), "red")
    assert found.to_json() == {
        "text": "Red",
        "start": 0,
        "end": 3,
        "kind": "exact",
        "field": "description",
        "source_start": 2,
        "source_end": 5,
        "source_text": "red",
    }


def test_missing_evidence_in_json_says_why_and_names_no_source():
    missing = Evidence("Blue", Span(0, 4), "none", reason="not in the source", confidence=0.5)
    assert missing.to_json() == {
        "text": "Blue",
        "start": 0,
        "end": 4,
        "kind": "none",
        "reason": "not in the source",
        "confidence": 0.5,
    }


def test_a_result_in_json_holds_everything_that_led_to_it():
    result = TitleResult(
        row=1,
        product_id="sku",
        channel="google",
        title="Red Mug",
        previous_title="mug",
        generator="template",
        score=0.123456,
        scores=(Score("length", 0.5, ("within the limit",)),),
        evidence=(Evidence("Red", Span(0, 3), "exact"),),
        repairs=("took out a word",),
        rules=("",),
        warnings=(Violation("google.caps", "warning", "shouts", Span(0, 3)),),
        alternatives=(
            Alternative("Mug", "template", None, "says less"),
            Alternative(
                "Cup",
                "template",
                0.1,
                "scored less",
                (Score("length", 0.25, ("short",)),),
                (Contribution("length", 0.1),),
            ),
        ),
    )
    found = json.loads(json.dumps(result.to_json()))
    assert found["id"] == "sku"
    assert found["score"] == 0.123456
    assert found["rules"] == [""]
    assert found["scores"] == [{"name": "length", "value": 0.5, "reasons": ["within the limit"]}]
    assert found["warnings"][0]["start"] == 0
    assert found["alternatives"][0] == {
        "text": "Mug", "generator": "template", "score": None, "reason": "says less",
    }  # fmt: skip
    assert found["alternatives"][1]["scores"] == {"length": 0.25}
    assert found["alternatives"][1]["contributions"] == {"length": 0.1}
    assert found["evidence"][0]["kind"] == "exact"


def test_a_reject_in_json_names_row_field_problem_and_advice():
    reject = Reject(7, "sku", "price", "is not a number", "write 9.99")
    assert reject.to_json() == {
        "row": 7,
        "id": "sku",
        "field": "price",
        "problem": "is not a number",
        "advice": "write 9.99",
    }


def test_records_cannot_be_changed():
    with pytest.raises(AttributeError):
        Product(id="1").title = "x"


@pytest.mark.parametrize(
    ("inferred", "field"),
    [
        ("laptop", "inferred"),
        (["laptop"], "inferred"),
        ([{"confidence": 0.9}], "inferred.text"),
        ([{"text": "laptop"}], "inferred.confidence"),
        ([{"text": "laptop", "confidence": 98}], "inferred.confidence"),
        ([{"text": "laptop", "confidence": True}], "inferred.confidence"),
    ],
)
def test_an_inference_that_makes_no_sense_is_told_by_its_field(
    inferred: object, field: str
) -> None:
    with pytest.raises(RecordError) as raised:
        Product.from_json({"id": "1", "inferred": inferred})
    assert raised.value.field == field
    assert raised.value.advice
