"""The planted-error set on invented products: fair labels, the same cases for the same seed."""

import json
from random import Random

import pytest

from titlewright.errors import FeedError, RecordError
from titlewright.evaluation.planted import Case, build_cases, read_cases, write_cases
from titlewright.evaluation.planted.bases import base_title, is_stated
from titlewright.evaluation.planted.cases import PLANTERS
from titlewright.evaluation.planted.facts import FACTS, FACTS_ZH, fact_cases
from titlewright.evaluation.planted.plants import Pool
from titlewright.evaluation.planted.rewordings import RULES, RULES_ZH, reworded
from titlewright.evaluation.planted.splits import split_of
from titlewright.evaluation.stated import Stated, fold, quantities
from titlewright.records import Product

BRANDS = ("Acme", "Nordhaus", "Kestrel", "Bluepeak", "Marlow")
TEST = Pool("test", BRANDS)

BOTTLE = Product(
    id="bottle",
    title="Acme Men's Grey Steel Bottle 500 ml AB123C Pack of 6",
    description="A grey steel bottle for men, 500 ml, model AB123C. Pack of 6. Keeps 24 hours.",
    brand="Acme",
    attributes={"colour": "Grey"},
)
DISK = Product(
    id="disk",
    title="Kestrel Portable Laptop 8 GB",
    description="Portable laptop with 8 GB of memory and 4 cores.",
    brand="Kestrel",
)
SHIRT = Product(
    id="shirt",
    title="Marlow Women Blue Cotton Shirt",
    description="Women's blue cotton shirt with white buttons",
    brand="Marlow",
    attributes={"colour": "Blue"},
)
TEA_ZH = Product(
    id="zh",
    title="雅风 黑色 男士 纯棉 衬衫 2件",
    brand="雅风",
    attributes={"颜色": "黑色", "对象": "男士", "材质": "纯棉", "产品": "衬衫", "规格": "2件"},
)


def products():
    """A small data set: variants of four products, each with its grouping key."""
    for product in (BOTTLE, DISK, SHIRT, TEA_ZH):
        for number in range(8):
            yield (
                Product(
                    id=f"{product.id}-{number}",
                    title=product.title,
                    description=product.description,
                    brand=product.brand,
                    attributes=product.attributes,
                ),
                f"{product.id}-{number // 2}",
            )
    for name in BRANDS:
        yield Product(id=name, title="x", brand=name), name


def plant(kind, product, seed=0):
    base = base_title(product)
    assert base is not None
    return PLANTERS[kind](base, Random(seed), TEST)


class TestBases:
    def test_a_stated_title_stays_as_it_is(self):
        base = base_title(BOTTLE)
        assert (base.title, base.edited) == (BOTTLE.title, False)
        assert base.product.title == ""

    def test_unstated_words_are_deleted(self):
        product = Product(
            id="1",
            title="Super Blue Cotton Shirt with Collar",
            description="A blue cotton shirt, has a collar",
        )
        base = base_title(product)
        assert (base.title, base.edited) == ("Blue Cotton Shirt with Collar", True)

    def test_too_little_is_left(self):
        assert base_title(Product(id="1", title="Red Silk Scarf", description="A scarf")) is None

    def test_a_number_must_stand_beside_its_unit(self):
        product = Product(
            id="1", title="Acme Power Bank 8 GB", description="Acme power bank 8 W GB"
        )
        assert base_title(product) is None

    def test_words_beside_a_negation_are_not_deleted(self):
        product = Product(
            id="1", title="Cotton Shirt Blue Without Hood", description="Cotton shirt blue"
        )
        assert base_title(product) is None

    def test_a_leak_is_marked(self):
        assert base_title(
            Product(id="1", title="Blue Cotton Shirt", description="Blue Cotton Shirt by Marlow")
        ).leak

    def test_chinese_attribute_values_in_title_order(self):
        product = Product(
            id="1",
            title="包邮雅风衬衫男士新款",
            brand="雅风",
            attributes={"产品": "衬衫", "对象": "男士"},
        )
        assert base_title(product).title == "雅风 衬衫 男士"

    def test_chinese_words_must_stand_in_the_text(self):
        def title(description):
            base = base_title(
                Product(id="1", title="hany黑色衬衫男装领带", description=description)
            )
            return base and base.title

        assert title("hany的黑色衬衫，配男装领带") == "hany黑色衬衫男装领带"
        assert title("hat any黑色衬衫，配男装领带") == "黑色衬衫男装领带"


class TestPlanters:
    def test_colour(self):
        made = plant("colour", BOTTLE)
        assert made.original == "Grey"
        assert not Stated(BOTTLE).says_word(made.planted)

    def test_colour_trap_is_stated_of_a_part(self):
        made = plant("colour-trap", SHIRT)
        assert (made.planted, made.variant) == ("White", "stated of a part")
        assert made.title == "Marlow Women White Cotton Shirt"

    def test_colour_trap_needs_the_truth_in_an_attribute(self):
        bare = Product(id="1", title=SHIRT.title, description=SHIRT.description, brand="Marlow")
        assert plant("colour-trap", bare) is None

    def test_brand(self):
        made = plant("brand", BOTTLE)
        assert made.original == "Acme"
        assert made.planted in BRANDS

    def test_brand_trap_names_the_brand_in_the_description(self):
        made = plant("brand-trap", BOTTLE)
        assert made.planted in made.product.description
        assert "Acme" not in made.title

    def test_material(self):
        made = plant("material", SHIRT)
        assert made.original == "Cotton"
        assert not Stated(SHIRT).says_word(made.planted)

    def test_product_type(self):
        made = plant("product type", SHIRT)
        assert made.original == "Shirt"
        assert not Stated(SHIRT).says_word(made.planted)

    def test_gender(self):
        made = plant("gender", SHIRT)
        assert made.title == "Marlow Men Blue Cotton Shirt"

    def test_gender_of_something_for_both_is_not_planted(self):
        both = Product(id="1", title=SHIRT.title, description=SHIRT.description + ", unisex")
        assert plant("gender", both) is None

    def test_number_is_neither_stated_nor_the_same_amount(self):
        for seed in range(20):
            made = plant("number", BOTTLE, seed)
            new = {one.base for one in quantities(made.title)}
            assert new - set(Stated(BOTTLE).amounts)

    def test_fractions_get_a_whole(self):
        product = Product(
            id="1", title="Acme Steel Bolt 9/16 in", description="Acme steel bolt 9/16 in"
        )
        assert plant("number", product).planted == "1-9/16"

    def test_unit(self):
        made = plant("unit", BOTTLE)
        assert (made.original, made.planted) == ("500 ml", "500 L")

    def test_count(self):
        made = plant("count", BOTTLE)
        assert made.original == "6"
        assert int(made.planted) not in (6, 24, 500)

    def test_number_moved_takes_a_number_of_something_else(self):
        made = plant("number-moved", DISK)
        assert made.planted == "4 GB"

    def test_number_moved_leaves_ambiguous_numbers(self):
        description = "Portable laptop 8 GB, 2-4 cores"
        range_of_sizes = Product(id="1", title=DISK.title, description=description, brand="Kestrel")
        assert plant("number-moved", range_of_sizes) is None

    def test_model(self):
        made = plant("model", BOTTLE)
        assert made.original == "AB123C"
        assert sum(a != b for a, b in zip(made.planted, made.original, strict=True)) == 1

    def test_claim_leaves_no_trace_in_the_product(self):
        made = plant("claim", BOTTLE)
        assert not Stated(BOTTLE).says_word(made.planted)

    def test_negation_is_denied_by_the_description(self):
        made = plant("negation", BOTTLE)
        assert made.product.description.endswith(made.variant)
        assert made.planted in made.title

    def test_chinese(self):
        colour, gender, material = (
            plant(kind, TEA_ZH) for kind in ("colour", "gender", "material")
        )
        assert colour.original == "黑色"
        assert (gender.original, gender.planted) == ("男", "女")
        assert material.original == "纯棉"

    def test_nothing_to_plant(self):
        plain = Product(id="1", title="Plain Wooden Thing", description="A plain wooden thing")
        for kind in ("colour", "brand", "gender", "number", "unit", "count", "model"):
            assert plant(kind, plain) is None, kind


@pytest.mark.parametrize(
    ("rule", "title", "expected"),
    [
        ("Men -> for Men", "Acme Men's Shirt", "Acme Shirt for Men"),
        ("Men -> Men's", "Acme Men Shirt", "Acme Men's Shirt"),
        ("Men's -> Men", "Acme Men's Shirt", "Acme Men Shirt"),
        ("Women -> Ladies", "Women Shirt", "Ladies Shirt"),
        ("grey <-> gray", "Grey Mug", "Gray Mug"),
        ("British <-> American", "Silver Jewelry Box", "Silver Jewellery Box"),
        ("TV <-> Television", "LCD TV", "LCD Television"),
        ("notebook -> laptop", "Notebook 8 GB RAM", "Laptop 8 GB RAM"),
        ("notebook -> laptop", "Ruled Notebook A5", None),
        ("T-shirt -> tee", "Blue T-Shirt", "Blue Tee"),
        ("ml -> L", "Mug 500 ml", "Mug 0.5 L"),
        ("ml -> L", "Mug 333 ml", None),
        ("in -> ft", "Cable 24 in. long", "Cable 2 ft long"),
        ("in -> ft", "Cable 25 in. long", None),
        ("kg -> g", "Flour 1.5 kg", "Flour 1500 g"),
        ("lb -> oz", "Flour 2 lb", "Flour 32 oz"),
        ("m -> cm", "Cable 1.8m black", "Cable 180 cm black"),
        ("m -> cm", "Shoe 8.5 m us", None),
        ("fraction -> decimal", "Bolt 9/16 in", "Bolt 0.5625 in"),
        ("fraction -> decimal", "Bangle 7 1/2 inch", None),
        ("Men -> for Men", "Just For Kids Sheet Set", None),
        ("Pack of 12 -> 12 pcs", "Set of 70/59/48 cm cables", None),
        ("decimal comma", "Flour 1.5 kg", "Flour 1,5 kg"),
        ("decimal comma", "USB 3.0 hub", None),
        ("Pack of 12 -> 12-Pack", "Socks Pack of 12", "Socks 12-Pack"),
        ("12-Pack -> Pack of 12", "Socks 12-Pack", "Socks Pack of 12"),
        ("12-Pack -> Pack of 12", "3-Piece Suit", None),
        ("2 -> two", "Socks 2 Pack", "Socks Two Pack"),
        ("two -> 2", "Two Pack Socks", "2 Pack Socks"),
        ('15.6" -> 15.6-inch', '15.6" Laptop', "15.6-inch Laptop"),
        ("16GB -> 16 GB", "Laptop 16GB", "Laptop 16 GB"),
        ("unit spelled out", "Rug CE194-28W", None),
        ("BPA-free -> free of BPA", "BPA-Free Mug", "Free of BPA Mug"),
        ("UPF -> UV protection", "Hat UPF 50+", "Hat UV protection"),
        ("hyphen -> space", "Stainless-Steel Mug", "Stainless Steel Mug"),
        ("waterproof <-> water-proof", "Waterproof Hat", "Water-proof Hat"),
        ("cordless <-> wireless", "Cordless Drill", "Wireless Drill"),
        ("and -> &", "Salt and Pepper", "Salt & Pepper"),
        ("plural <-> singular", "Women Black Watches", "Women Black Watch"),
        ("plural <-> singular", "AA Batteries", "AA Battery"),
        ("word order", "Steel Mug, Black", "Black, Steel Mug"),
        ("slash -> and", "SF/UTP Cable", None),
        ("Kids -> Children", "Children's Hat", None),
        ("UPPER CASE", "Mug", "MUG"),
    ],
)  # fmt: skip
def test_rewordings(rule, title, expected):
    assert reworded(title, RULES[rule]) == expected


@pytest.mark.parametrize(
    ("rule", "title", "expected"),
    [
        ("毫升 <-> ml", "果汁500毫升", "果汁500ml"),
        ("公斤 -> kg", "大米5公斤", "大米5kg"),
        ("男士 -> 男", "男士衬衫", "男衬衫"),
        ("黑色 -> 黑", "黑色衬衫", "黑衬衫"),
        ("黑色 -> 黑", "黑色素", None),
        ("女 -> 女士", "仙女裙", None),
        ("ml -> L", "果汁500毫升", "果汁0.5升"),
        ("10片 -> 10片装", "面膜10片", "面膜10片装"),
        ("10片 -> 10片装", "买2件送1件", None),
        ("spaces", "雅风 衬衫 LA MER", "雅风衬衫 LA MER"),
        ("full-width digits", "2件", "２件"),
    ],
)
def test_chinese_rewordings(rule, title, expected):
    assert reworded(title, RULES_ZH[rule]) == expected


def test_there_are_many_kinds_of_rewording():
    assert len(RULES) >= 60
    assert len(RULES_ZH) >= 15


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("makers", [FACTS, FACTS_ZH])
def test_wrong_wordings_of_a_built_fact_are_no_right_ones(makers, seed):
    for maker in makers:
        fact = maker(Random(seed))
        right = {one.base for words in (*fact.right, fact.sentence) for one in quantities(words)}
        said = {fold(words) for words in fact.right}
        for _, words in fact.wrong:
            assert fold(words) not in said
            wrong = {one.base for one in quantities(words)}
            assert not wrong or not wrong <= right, (fact.name, words)


def test_facts_that_the_product_touches_are_left_out():
    base = base_title(DISK)
    for seed in range(60):
        for _, _, made in fact_cases(base, Random(seed)):
            assert made.variant != "built: memory"


@pytest.fixture(scope="module")
def cases():
    return build_cases("toy", products(), seed=3, limit=200)


class TestBuild:
    def test_the_same_seed_gives_the_same_cases(self, cases):
        again = build_cases("toy", products(), seed=3, limit=200)
        assert [one.to_json() for one in again] == [one.to_json() for one in cases]

    def test_another_seed_gives_others(self, cases):
        other = build_cases("toy", products(), seed=4, limit=200)
        assert [one.title for one in other] != [one.title for one in cases]

    def test_products_never_hold_the_title(self, cases):
        assert cases
        assert not any(one.product.title for one in cases)

    def test_labels_follow_the_kind(self, cases):
        assert all(one.supported == (one.kind in ("clean", "rewording")) for one in cases)
        assert {one.supported for one in cases} == {True, False}

    def test_one_key_is_in_one_split(self, cases):
        for one in cases:
            number = int(one.product.id.rpartition("-")[2])
            key = f"{one.product.id.rpartition('-')[0]}-{number // 2}"
            assert one.split == split_of(f"toy:{key}")

    def test_clean_titles_are_stated(self, cases):
        for one in cases:
            if one.kind == "clean" and one.product.id.isascii() and one.title.isascii():
                assert is_stated(one.title, Stated(one.product)), one.title

    def test_brands_are_never_reworded(self, cases):
        for one in cases:
            if one.kind == "rewording" and one.variant in RULES:
                assert fold(one.product.brand) in fold(one.title)

    def test_the_limit_holds(self):
        assert len(build_cases("toy", products(), limit=20)) <= 20


class TestFiles:
    def test_what_is_written_reads_back(self, tmp_path):
        cases = build_cases("toy", products(), limit=40)
        path = tmp_path / "cases.jsonl"
        assert write_cases(cases, path) == len(cases)
        assert read_cases(path) == cases

    def test_no_cases_at_all(self, tmp_path):
        assert write_cases([], tmp_path / "none.jsonl") == 0
        assert read_cases(tmp_path / "none.jsonl") == []

    @pytest.mark.parametrize(
        "line",
        ['{"title": 3}', "[]", "{", '{"title": "a", "supported": "yes", "product": {}}',
         '{"title": "a", "supported": true, "product": "x"}'],
    )  # fmt: skip
    def test_a_bad_line_is_named(self, tmp_path, line):
        path = tmp_path / "bad.jsonl"
        path.write_text("\n" + line + "\n", encoding="utf-8")
        with pytest.raises(FeedError, match="line 2"):
            read_cases(path)

    def test_a_missing_file_is_named(self, tmp_path):
        with pytest.raises(FeedError, match=r"nowhere\.jsonl"):
            read_cases(tmp_path / "nowhere.jsonl")

    def test_a_case_of_others_needs_no_kind(self):
        data = json.loads('{"product": {"id": "1"}, "title": "Mug", "supported": false}')
        assert Case.from_json(data).kind == "error"

    def test_supported_must_be_a_boolean(self):
        with pytest.raises(RecordError, match="supported"):
            Case.from_json({"product": {}, "title": "Mug", "supported": 1})
