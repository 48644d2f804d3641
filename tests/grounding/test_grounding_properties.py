"""What holds for every title and every product: no failure, spans that are true, copies backed."""

from grounding_helpers import field_text
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from titlewright.grounding import Grounder, ground
from titlewright.grounding.context import negations
from titlewright.records import Product
from titlewright.text.words import atoms

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
# What feeds hold: words of several languages, numbers with units, negations, emoji, right to left.
PIECES = st.sampled_from(
    ["red", "Men's", "leather", "faux", "oak", "finish", "not", "without", "free", "waterproof",
     "9/16 in", '1-9/16"', "0.5 L", "500 ml", "12-pack", "pack of", "4 GB", "RAM", "CF283A/2", "x",
     "10 x 20 cm", "½", "100%", "no", ":", "-", "(", "）", "'", "’s", "/", "0", "00", "1/0",
     "compatible with", "Apple", "für", "Damenschuhe", "Kunstleder", "café", "e\u0301te\u0301",
     "防水", "不含", "电池", "手錶", "適用於", "綿", "フェイクレザー", "別売", "ジャケット", "ｶﾞﾗｽ",
     "㍑", "น้ำ", "👍🏽", "👩\u200d🔬", "حذاء", "\u202eabc\u202c", "נעליים", "İstanbul", "ﬁne", "ß",
     "ｗｉｄｅ", "٣", "²", "\u00a0", "\n"]
)  # fmt: skip
FEED_TEXT = st.lists(PIECES, max_size=12).flatmap(
    lambda pieces: st.sampled_from([" ", "", ", "]).map(lambda joint: joint.join(pieces))
)
TEXT = ANY_TEXT | FEED_TEXT
PRODUCTS = st.builds(
    Product,
    id=st.just("1"),
    title=TEXT,
    description=TEXT,
    brand=TEXT,
    category=st.lists(TEXT, max_size=2).map(tuple),
    attributes=st.dictionaries(
        st.sampled_from(["colour", "material", "gender", "weight (kg)", "颜色"]) | TEXT,
        TEXT | st.sampled_from(["yes", "no", "Red", "Leather", "否"]),
        max_size=3,
    ),
    locale=st.sampled_from(["", "en", "de-DE", "fr", "ja", "zh-TW", "xx"]),
)
PLAIN_WORDS = st.lists(
    st.sampled_from(
        ["red", "Blue", "leather", "Women's", "boots", "with", "rubber", "soles", "and", "café",
         "9/16 in", "0.5 L", "12-pack", "10 x 20 cm", "4 GB", "RAM", "CF283A", "Wi-Fi", "TV", "UPF",
         "防水", "手表", "メンズ", "ジャケット", "Schuhe", "👍🏽"]
    ),
    min_size=1,
    max_size=12,
)  # fmt: skip


@given(PRODUCTS, TEXT)
@settings(max_examples=300, deadline=None)
@example(Product(id="1"), "")
@example(Product(id="1", description="ﾎﾞｳﾙ㍑İ"), "ﾎﾞｳﾙ1㍑リットİ")
@example(Product(id="1", description="\u0130\u0130 not red", locale="tr"), "\u0130 red")
@example(Product(id="1", description="1\u00a09/16 in 3/0 in"), "1\n9/16 in")
def test_grounding_never_fails_and_its_spans_are_true(product, title):
    grounding = ground(product, title)
    assert grounding.title == title
    assert grounding.supported == (not grounding.unsupported)
    assert grounding.content_units == len(grounding.evidence)
    assert list(grounding.evidence) == sorted(grounding.evidence, key=lambda item: item.span)
    for item in grounding.evidence:
        assert 0 <= item.span.start < item.span.end <= len(title)
        assert item.text == title[item.span.start : item.span.end]
        if item.kind == "none":
            assert item.reason
            assert item.source is None
        else:
            text = field_text(product, item.field)
            assert 0 <= item.source.start < item.source.end <= len(text)
            assert item.source_text == text[item.source.start : item.source.end]


@given(PLAIN_WORDS, st.integers(1, 12))
@settings(deadline=None)
def test_a_copy_of_the_first_words_is_backed(words, length):
    product = Product(id="1", description=" ".join(words))
    title = " ".join(words[:length])
    assert ground(product, title).supported


@given(TEXT)
@settings(deadline=None)
@example("İ䦛")
@example("ำ")
@example("羅")
def test_a_copy_of_a_text_that_denies_nothing_is_backed(text):
    assume(not negations(text, atoms(text), "en").negators)
    assume(not any(character in text for character in "不無无非未免没沒別"))
    product = Product(id="1", description=text, locale="en")
    assert [item.text for item in ground(product, text).unsupported] == []


@given(PRODUCTS, TEXT)
@settings(deadline=None)
def test_grounding_depends_on_nothing_else(product, title):
    grounder = Grounder(product)
    first = grounder.ground(title)
    grounder.ground("something else 5 kg 防水")
    assert grounder.ground(title) == first == ground(product, title)


@given(st.lists(st.sampled_from(["red", "mug", "5 kg", "CF283A", "防水", "メンズ"]), min_size=1))
@settings(deadline=None)
def test_a_product_that_states_nothing_backs_nothing(words):
    grounding = ground(Product(id="1"), " ".join(words))
    assert len(grounding.unsupported) == len(grounding.evidence) > 0


def test_very_long_texts():
    description = "Red leather boots 9/16 in, not waterproof. " * 500 + "防水手表" * 500
    title = "Red boots 手表 " * 100 + "x" * 10_000
    grounding = ground(Product(id="1", description=description), title)
    assert [item.text for item in grounding.unsupported] == ["x" * 10_000]
