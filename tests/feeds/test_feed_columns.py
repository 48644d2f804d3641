"""What columns are taken for, and what cells are read as."""

from __future__ import annotations

import json

import pytest
from feed_helpers import products

from titlewright.feeds import open_feed
from titlewright.feeds.google import details_of, plain_of_structured, structured_title
from titlewright.feeds.names import fold
from titlewright.feeds.roles import assign, classify, readable
from titlewright.feeds.values import attributes_of, image_list, paths, text_of, tidy, unfold
from titlewright.text.clean import clean


def product_of(save, **fields):
    (product,) = products(open_feed(save("one.jsonl", json.dumps(fields) + "\n")))
    return product


@pytest.mark.parametrize(
    ("field", "names"),
    [
        ("title", "title Title product_title ProductName productDisplayName item_name#1.value"),
        (
            "title",
            "标题 商品标题 商品名称 商品名 Artikelname Titre Nombre Titolo Título 상품명 ชื่อสินค้า",
        ),
        ("brand", "brand Vendor manufacturer ProductBrand supplier 品牌 Marke Marque ブランド"),
        ("description", "description Body_(HTML) short_description features 商品描述 描述"),
        ("description", "Beschreibung descrição descrizione 商品説明 Product_Description"),
        ("category", "category product_type google_product_category breadcrumb 类目 Kategorie"),
        ("id", "id sku Handle product_id uniq_id ProductID 商品编号"),
        ("images", "image images image_link Image_Src img_high featured_image_url 图片"),
        ("queries", "queries search_terms keywords"),
        ("locale", "locale language language_tag"),
        ("level", "masterCategory subCategory articleType root_category"),
        ("ignore", "price Price_(INR) sale_price currency url product_url availability stock"),
        ("ignore", "in_stock_any rating average_rating reviews_count seller_name seller_followers"),
        ("ignore", "gtin ean barcode scraped_at created_at date_released custom_label_0 html"),
        ("ignore", "related_products promotions returns_and_warranty top_reviews shop_url 价格"),
        ("ignore", "image_count category_id gmv_cal shipping Unnamed:_0"),
        ("attribute", "color material thread_count energy_rating pack_count 颜色 Gender condition"),
        ("attribute", "attr_t_data_link_protocols attr_b_wireless model_number mpn warranty"),
    ],
)
def test_names(field, names):
    for name in names.split():
        assert classify(name.replace("_(", " (")).field == field, name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("attr_t_product_colour", "product colour"),
        ("attr_n_width", "width"),
        ("attr_b_wireless", "wireless"),
        ("attribute_neck_line", "neck line"),
        ("PrimaryColor", "primary color"),
        ("Color (product.metafields.shopify.color-pattern)", "color"),
        ("Meta: _fit", "fit"),
        ("颜色", "颜色"),
        ("attr_t_", "t"),
    ],
)
def test_readable_names(name, expected):
    assert readable(name) == expected


def test_fold_knows_case_spaces_and_marks():
    assert fold("Product_Name ") == fold("product name") == "productname"
    assert fold("Größe") == fold("Gro\u0308ße")
    assert classify("ส่งจาก").field == "ignore"


@pytest.mark.parametrize(
    ("names", "fields"),
    [
        (["name", "title"], ["attribute", "title"]),
        (["sku", "id", "handle"], ["ignore", "id", "ignore"]),
        (["brand", "manufacturer"], ["brand", "attribute"]),
        (["category", "sub_category"], ["level", "level"]),
        (["category_tree", "root_category"], ["category", "other category"]),
        (["product_type", "google_product_category"], ["other category", "category"]),
        (["description", "features"], ["description", "description"]),
    ],
)
def test_one_column_a_field(names, fields):
    assert [role.field for role in assign(names, classify)] == fields


def test_name_beside_title_is_an_attribute(save):
    product = product_of(save, name="LC51C", title="Brother LC51C Cyan", supplier="Brother")
    assert (product.title, product.brand) == ("Brother LC51C Cyan", "Brother")
    assert product.attributes == {"name": "LC51C"}
    assert product_of(save, name="LC51C").title == "LC51C"


def test_row_number_stands_in_for_a_missing_id(save):
    feed = open_feed(save("f.csv", "title,brand\nCup,A\nMug,B\n"))
    assert [product.id for product in products(feed)] == ["1", "2"]


def test_descriptions_are_joined_in_order_of_rank(save):
    product = product_of(
        save, title="t", features=["Thin", "Strong"], description="Long.", short_description="S."
    )
    assert product.description == "Long. S. Thin; Strong"


@pytest.mark.parametrize("empty", ["", "null", "NaN", "None", "N/A", " - ", "[]"])
def test_empty_cells(empty, save):
    product = product_of(save, title="t", brand=empty, color=empty, description=empty)
    assert (product.brand, product.attributes, product.description) == ("", {}, "")


@pytest.mark.parametrize("brand", ["No Brand", "Unbranded", "Generic", "N/A"])
def test_no_brand_is_no_brand(brand, save):
    assert product_of(save, title="t", brand=brand).brand == ""
    stated = [{"name": "Marke", "value": "Acme"}, {"name": "Stock", "value": "9"}]
    product = product_of(save, title="t", brand=brand, specs=stated)
    assert (product.brand, product.attributes) == ("Acme", {})


def test_levels_make_a_path(save):
    product = product_of(
        save, articleType="Shirts", masterCategory="Apparel", subCategory="Topwear", title="t"
    )
    assert product.category == ("Apparel", "Topwear", "Shirts")


def test_a_category_that_says_nothing_new_is_no_attribute(save):
    tree = [{"name": "Home", "url": "u"}, {"name": "Chairs", "url": "u"}]
    product = product_of(
        save, title="t", category_tree=tree, root_category="Home", product_type="X"
    )
    assert product.category == ("Home", "Chairs")
    assert product.attributes == {"product type": "X"}


def test_numbered_pairs(save):
    product = product_of(
        save,
        **{"title": "t", "Attribute 1 name": "Color", "Attribute 1 value(s)": "Red, Blue",
           "Attribute 2 name": "Size", "Attribute 2 value(s)": "", "Attribute 1 visible": "1"},
    )  # fmt: skip
    assert product.attributes == {"color": "Red, Blue"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            '[{"name":"Color","value":"Grey"},{"name":"Color","value":"Blue"}]',
            ["Color Grey", "Color Blue"],
        ),
        ('[{"name":"Size","variations":["S","M"]}]', ["Size S; M"]),
        ('{"k":"v","n":1.0,"deep":{"a":"b"}}', ["k v", "n 1", "deep a b"]),
        ("['a', 'b']", ["x a; b"]),
        ("[Pack of 2] Shirt", ["x [Pack of 2] Shirt"]),
        ("[Pack of 2]", ["x [Pack of 2]"]),
        ("[null]", []),
        (True, ["x yes"]),
        (33.0, ["x 33"]),
        ([{"key": "Fit", "value": {"value": "slim"}}], ["Fit slim"]),
        ([{"url": "u"}], []),
    ],
)
def test_attributes_in_cells(value, expected):
    assert [f"{name} {text}" for name, text in attributes_of("x", value)] == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("A > B > C", ("A", "B", "C")),
        ('["A","B"]', ("A", "B")),
        ('[{"name":"A","url":"u"},{"name":"B"}]', ("A", "B")),
        (["A > B"], ("A", "B")),
        ([["A", "B"], ["C"]], ("A", "B")),
        ("2271", ()),
        ("2271 - Apparel > Dresses", ("Apparel", "Dresses")),
        ("3D Printers - Large", ("3D Printers - Large",)),
        ({"name": "A"}, ("A",)),
    ],
)
def test_category_paths(value, expected):
    assert paths(value) == expected


def test_images():
    assert image_list("https://a/1,2.jpg,https://a/3.jpg") == (
        "https://a/1,2.jpg",
        "https://a/3.jpg",
    )
    assert image_list('["https://a/1.jpg"]') == ("https://a/1.jpg",)
    assert image_list("https://a/1.jpg~https://a/2.jpg") == ("https://a/1.jpg", "https://a/2.jpg")
    assert image_list([{"src": "x.jpg"}]) == ("x.jpg",)
    assert image_list("null") == ()


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        " spaces  inside ",
        "Tom & Jerry",
        "<b>x</b>",
        "caf\u00c3\u00a9",
        "a\tb",
        "\u200bx",
        "é" * 99,
    ],
)
def test_tidy_is_clean(text):
    assert tidy(text) == clean(text)


def test_hostile_literals_stay_text():
    for text in ("[" * 5000 + "]" * 5000, "['" + "-" * 50 + "1']", "{'a': " * 40 + "1" + "}" * 40):
        assert unfold(text) in (text, unfold(text))
        assert isinstance(text_of(unfold(text)), str)


@pytest.mark.parametrize("title", ['12" pan', "a: b", "plain", '"', 'end"'])
def test_structured_titles_read_back(title):
    assert plain_of_structured(structured_title(title)) == title


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("General:Weight:1,5 kg", [("Weight", "1,5 kg")]),
        ("A:B:C,D:E:F", [("B", "C"), ("E", "F")]),
        ('"A:B:C, d"', [("B", "C, d")]),
        (":Ratio:16:9", [("Ratio", "16:9")]),
        ("no colons", []),
    ],
)
def test_product_details(value, expected):
    assert list(details_of(value)) == expected
