"""Every format: told from its content, read into the right fields, written back as it came."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from feed_helpers import products, rejects, retitled, titles_of

from titlewright.errors import FeedError
from titlewright.feeds import FORMATS, open_feed, rewrite

CSV = "sku,name,brand,colour,price\n7,Wool scarf,Acme,red,9.99\n8,Silk tie,Acme,blue,19\n"
GOOGLE_TSV = (
    "id\ttitle\tdescription\tlink\timage_link\tbrand\tgoogle_product_category\tcolor\t"
    "product_detail\tproduct_highlight\tcustom_label_0\n"
    'A1\t12" pan\tCast iron\thttp://x/1\thttp://x/1.jpg\tAcme\tHome > Kitchen > Pans\tblack\t'
    "General:Weight:1,5 kg,General:Lid:yes\tOven safe\tsummer\n"
)
RSS = """<?xml version="1.0"?>
<rss xmlns:g="http://base.google.com/ns/1.0" xmlns:x="http://example.com" version="2.0">
<channel>
  <title>Shop</title><!-- <item> in a comment -->
  <item>
    <g:id>A1</g:id>
    <title><![CDATA[Tom & Jerry mug]]></title>
    <g:description>A &amp; B <![CDATA[<b>bold</b>]]></g:description>
    <g:brand>Acme</g:brand>
    <x:note>keep &#169; me</x:note>
    <g:product_detail>
      <g:section_name>General</g:section_name>
      <g:attribute_name>Volume</g:attribute_name>
      <g:attribute_value>300 ml</g:attribute_value>
    </g:product_detail>
    <g:image_link>http://x/1.jpg</g:image_link>
    <g:additional_image_link>http://x/2.jpg</g:additional_image_link>
    <g:product_type>Home &gt; Kitchen</g:product_type>
  </item>
  <item><g:id>A2</g:id><g:title>Plate</g:title></item>
</channel>
</rss>
"""
ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0">
  <title>Shop</title>
  <entry><g:id>1</g:id><title>Mug</title><link href="http://x/1"/><g:color>red</g:color></entry>
</feed>
"""
SHOPIFY = (
    "Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,"
    "Option1 Value,Variant SKU,Variant Price,Image Src,Google Shopping / Gender,"
    "Fabric (product.metafields.shopify.fabric)\n"
    'tee,Cotton tee,"<p>Soft</p>\n<p>Warm</p>",Acme,Apparel > Shirts,Shirts,"soft, basic",true,'
    "Color,Red,T-R,10,http://x/r.jpg,female,jersey\n"
    "tee,,,,,,,,,Blue,T-B,10,http://x/b.jpg,,\n"
    "tee,,,,,,,,,,,,http://x/c.jpg,,\n"
    "cap,Cap,,Acme,,Hats,,true,Title,Default Title,C,5,,,\n"
)
SHOPIFY_NEW = (
    "Title,URL handle,Description,Vendor,Product category,Type,Published on online store,SKU,"
    "Option1 name,Option1 value,Price,Product image URL\n"
    "Cotton tee,tee,Soft,Acme,Apparel > Shirts,Shirts,TRUE,T-R,Size,S,10,http://x/1.jpg\n"
    ",tee,,,,,,T-B,,M,10,\n"
)
WOOCOMMERCE = (
    'ID,Type,SKU,"GTIN, UPC, EAN, or ISBN",Name,Published,Is featured?,Short description,'
    "Description,Regular price,Categories,Tags,Images,Brands,Attribute 1 name,"
    "Attribute 1 value(s),Attribute 1 visible,Attribute 1 global,Meta: fit\n"
    '12,simple,W-1,0123,Hoodie,1,0,Short.,Long <b>text</b>.,45,"Clothing > Hoodies, Sale",'
    'logo,"http://x/1.jpg, http://x/2.jpg",Acme,Color,"Blue, Red",1,1,slim\n'
)
META = (
    "# Required | The id,# Required,,\n# Max 100,,,\n"
    "id,title,description,availability,condition,price,link,image_link,brand,color\n"
    "m1,Mug,Nice,in stock,new,9 USD,http://x,http://x/1.jpg,Acme,red\n"
)
LISTING = {
    "sku": "S1",
    "productType": "CELL_PHONE_CASE",
    "attributes": {
        "item_name": [{"value": "Case", "language_tag": "en_US", "marketplace_id": "M"}],
        "brand": [{"value": "Acme"}],
        "bullet_point": [{"value": "Thin"}, {"value": "Strong"}],
        "color": [{"value": "Black"}],
        "item_weight": [{"value": 33.5, "unit": "grams"}],
        "list_price": [{"value": 9.99, "currency": "USD"}],
        "main_product_image_locator": [{"media_location": "http://x/1.jpg"}],
    },
}
FEED_JSON = json.dumps({"header": {"sellerId": "A"}, "messages": [{"messageId": 1, **LISTING}]})

TEXTS = {
    "csv": ("f.csv", CSV),
    "tsv": ("f.tsv", CSV.replace(",", "\t")),
    "jsonl": ("f.jsonl", '{"id": 1, "title": "Mug", "n": 1.50}\n\n{"id": 2, "title": "Cup"}\n'),
    "json": ("f.json", '[\n  {"id": 1, "title": "Mug"},\n  {"id": 2, "title": "Cup"}\n]\n'),
    "google-tsv": ("f.txt", GOOGLE_TSV),
    "google-xml": ("f.xml", RSS),
    "shopify": ("f.csv", SHOPIFY),
    "woocommerce": ("f.csv", WOOCOMMERCE),
    "meta": ("f.csv", META),
    "amazon-json": ("f.json", FEED_JSON),
}


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("packed", ["", ".gz", ".zst", "unnamed.gz", "unnamed.zst"])
def test_detected_and_written_back_byte_for_byte(name, packed, save, tmp_path):
    file, text = TEXTS[name]
    raw = text.encode()
    if packed.endswith(".gz"):
        raw = gzip.compress(raw)
    elif packed.endswith(".zst"):
        raw = zstandard.ZstdCompressor().compress(raw)
    suffix = "" if packed.startswith("unnamed") else packed  # told by content, not by name
    feed = open_feed(save(file + suffix, raw))
    assert feed.format == name
    titles = [product.title for product in products(feed)]
    assert titles
    assert not rejects(feed)
    assert retitled(feed.path, tmp_path / "out", *titles) == text


def test_formats_are_the_ones_that_open(save):
    assert set(TEXTS) | {"parquet"} == set(FORMATS)


def test_csv_fields(save):
    first, second = products(open_feed(save("f.csv", CSV)))
    assert (first.id, first.title, first.brand) == ("7", "Wool scarf", "Acme")
    assert first.attributes == {"colour": "red"}
    assert second.title == "Silk tie"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(delimiter, save, tmp_path):
    text = f'id;title;description\n1;"a{delimiter}b";x, y\n2;c;"z"\n'.replace(";", delimiter)
    if delimiter == ",":
        text = text.replace("x, y", '"x, y"')
    path = save("f.csv", text)
    inside = " " if delimiter == "\t" else delimiter
    assert [product.title for product in products(open_feed(path))] == [f"a{inside}b", "c"]
    out = retitled(path, tmp_path / "o", f"new{delimiter}one", "two")
    assert f'"new{delimiter}one"' in out


def test_excel_separator_hint_and_line_ends_stay(save, tmp_path):
    path = save("f.csv", "sep=;\r\nid;title\r\n1;a,b\r\n")
    assert retitled(path, tmp_path / "o", "new") == "sep=;\r\nid;title\r\n1;new\r\n"


def test_google_tsv(save, tmp_path):
    path = save("f.tsv", GOOGLE_TSV)
    (product,) = products(open_feed(path))
    assert product.title == '12" pan'
    assert product.category == ("Home", "Kitchen", "Pans")
    assert product.attributes == {"color": "black", "weight": "1,5 kg", "lid": "yes"}
    assert product.description == "Cast iron Oven safe"
    assert product.images == ("http://x/1.jpg",)

    plain = retitled(path, tmp_path / "plain", 'New: 12" pan')
    assert plain == GOOGLE_TSV.replace('12" pan', 'New: 12" pan')  # no column added

    made = retitled(path, tmp_path / "made", 'New: 12" pan', model_made=True)
    header, row = (line.split("\t") for line in made.splitlines())
    assert header[-1] == "structured_title"
    assert row[1] == ""
    assert row[-1] == 'trained_algorithmic_media:"New: 12"" pan"'
    assert products(open_feed(tmp_path / "made"))[0].title == 'New: 12" pan'

    again = retitled(tmp_path / "made", tmp_path / "again", "Plain pan")  # the mark goes again
    header, row = (line.split("\t") for line in again.splitlines())
    assert (row[1], row[-1]) == ("Plain pan", "")


def test_google_rss(save, tmp_path):
    path = save("f.xml", RSS)
    first, second = products(open_feed(path))
    assert (first.id, first.title, first.brand) == ("A1", "Tom & Jerry mug", "Acme")
    assert first.description == "A & B bold"
    assert first.category == ("Home", "Kitchen")
    assert first.attributes == {"volume": "300 ml"}
    assert first.images == ("http://x/1.jpg", "http://x/2.jpg")
    assert second.title == "Plate"

    plain = retitled(path, tmp_path / "plain.xml", "A <&> ]]> B", "C & D")
    assert plain == RSS.replace(
        "<![CDATA[Tom & Jerry mug]]>", "<![CDATA[A <&> ]]]]><![CDATA[> B]]>"
    ).replace("<g:title>Plate<", "<g:title>C &amp; D<")
    assert [p.title for p in products(open_feed(tmp_path / "plain.xml"))] == [
        "A <&> ]]> B",
        "C & D",
    ]

    made = retitled(path, tmp_path / "made.xml", "E & F", "G", model_made=True)
    assert "<title>" not in made.replace("<title>Shop</title>", "")
    assert (
        "<g:structured_title><g:digital_source_type>trained_algorithmic_media"
        "</g:digital_source_type><g:content>E &amp; F</g:content></g:structured_title>" in made
    )
    assert "<x:note>keep &#169; me</x:note>" in made
    assert [p.title for p in products(open_feed(tmp_path / "made.xml"))] == ["E & F", "G"]

    back = retitled(tmp_path / "made.xml", tmp_path / "back.xml", "H", "I")
    assert "structured_title" not in back
    assert back.count("<g:title>") == 2


def test_google_atom(save, tmp_path):
    path = save("f.xml", ATOM)
    (product,) = products(open_feed(path))
    assert (product.title, product.attributes) == ("Mug", {"color": "red"})
    assert retitled(path, tmp_path / "o", "Cup") == ATOM.replace(">Mug<", ">Cup<")


def test_xml_title_in_a_new_element(save, tmp_path):
    path = save("f.xml", ATOM)
    out = retitled(path, tmp_path / "o.xml", "Cup", title_column="new_title")
    assert "<title>Mug</title>" in out
    assert "<g:new_title>Cup</g:new_title></entry>" in out
    feed = open_feed(tmp_path / "o.xml", columns={"new_title": "title"})
    assert products(feed)[0].title == "Cup"


@pytest.mark.parametrize("text", [SHOPIFY, SHOPIFY_NEW])
def test_shopify_variants(text, save, tmp_path):
    path = save("f.csv", text)
    feed = open_feed(path)
    items = list(feed)
    assert feed.format == "shopify"
    assert [item.number for item in items] == list(range(1, len(items) + 1))
    product = items[0].product
    assert (product.id, product.title, product.brand) == ("tee", "Cotton tee", "Acme")
    assert product.category == ("Apparel", "Shirts")
    assert [item.titled for item in items[:2]] == [True, False]
    assert items[1].product is product


def test_shopify_options_of_all_variants(save):
    tee, cap = products(open_feed(save("f.csv", SHOPIFY)))
    assert tee.description == "Soft Warm"
    assert tee.attributes == {
        "color": "Red; Blue",
        "gender": "female",
        "fabric": "jersey",
        "tags": "soft, basic",
    }
    assert cap.category == ("Hats",)
    assert cap.attributes == {}  # "Title: Default Title" is no option


def test_shopify_variants_follow_their_product(save, tmp_path):
    feed = open_feed(save("f.csv", SHOPIFY))
    dropped = []
    titles = titles_of(feed, "Tee!", "Cap!")[1:]
    assert rewrite(feed, tmp_path / "o.csv", titles, dropped=dropped.append) == 1
    assert [(reject.row, reject.product_id) for reject in dropped] == [(2, "tee"), (3, "tee")]
    lines = (tmp_path / "o.csv").read_text().splitlines()
    assert [line.split(",")[:2] for line in lines[1:]] == [["cap", "Cap!"]]
    assert rewrite(feed, tmp_path / "o.csv", titles, keep_rejected=True) == 4


def test_shopify_orphans_of_a_broken_product(save, tmp_path):
    text = SHOPIFY.replace("tee,Cotton tee,", "tee,Cotton tee,surplus,")
    feed = open_feed(save("f.csv", text))
    items = list(feed)
    assert [getattr(item, "titled", "reject") for item in items] == ["reject", False, False, True]
    dropped = []
    assert rewrite(feed, tmp_path / "o.csv", titles_of(feed, "Cap"), dropped=dropped.append) == 1
    assert [reject.row for reject in dropped] == [2, 3]


def test_woocommerce(save):
    (product,) = products(open_feed(save("f.csv", WOOCOMMERCE)))
    assert (product.id, product.title, product.brand) == ("12", "Hoodie", "Acme")
    assert product.category == ("Clothing", "Hoodies")
    assert product.description == "Long text. Short."
    assert product.attributes == {"color": "Blue, Red", "tags": "logo", "fit": "slim"}
    assert product.images == ("http://x/1.jpg", "http://x/2.jpg")


def test_meta_comment_rows(save):
    (product,) = products(open_feed(save("f.csv", META)))
    assert (product.id, product.title, product.attributes) == (
        "m1",
        "Mug",
        {"condition": "new", "color": "red"},
    )


@pytest.mark.parametrize(
    "text",
    [
        FEED_JSON,
        json.dumps([LISTING]),
        json.dumps(LISTING, indent=2),
        json.dumps(LISTING) + "\n" + json.dumps(LISTING) + "\n",
        json.dumps({"sku": "S1", "productType": "CELL_PHONE_CASE", **LISTING["attributes"]}),
    ],
    ids=["feed", "array", "single", "lines", "flat"],
)
def test_amazon(text, save, tmp_path):
    path = save("f.json", text)
    feed = open_feed(path)
    assert feed.format == "amazon-json"
    found = products(feed)
    product = found[0]
    assert (product.id, product.title, product.brand) == ("S1", "Case", "Acme")
    assert product.locale == "en-US"
    assert product.category == ("Cell phone case",)
    assert product.description == "Thin; Strong"
    assert product.attributes == {"color": "Black", "item weight": "33.5 grams"}
    assert product.images == ("http://x/1.jpg",)
    out = retitled(path, tmp_path / "o", *["Thin case"] * len(found))
    assert out == text.replace('"Case"', '"Thin case"')


def test_amazon_listing_without_title_gets_one(save, tmp_path):
    listing = json.loads(FEED_JSON)
    del listing["messages"][0]["attributes"]["item_name"]
    listing["messages"][0]["attributes"]["color"][0]["language_tag"] = "de_DE"
    path = save("f.json", json.dumps(listing))
    retitled(path, tmp_path / "o.json", "Hülle")
    written = json.loads((tmp_path / "o.json").read_bytes())
    assert written["messages"][0]["attributes"]["item_name"] == [
        {"value": "Hülle", "language_tag": "de_DE"}
    ]


def test_json_array_leaves_out_rows_and_stays_valid(save, tmp_path):
    text = '{"meta": {"a": [1, 2]}, "products": [\n {"id": 1, "title": "a"},\n'
    text += ' {"id": 2, "title": "b"},\n {"id": 3, "title": "c"}\n], "end": true}\n'
    feed = open_feed(save("f.json", text))
    for kept in ([1], [2], [3], [1, 3], [2, 3], []):
        titles = [title for title in titles_of(feed, "x", "y", "z") if title.row in kept]
        assert rewrite(feed, tmp_path / "o.json", titles) == len(kept)
        written = json.loads((tmp_path / "o.json").read_text())
        assert [product["id"] for product in written["products"]] == kept
        assert written["end"] is True


def test_json_product_below_a_wrapper(save, tmp_path):
    text = '{"fields":{"title":"Mug","colour":"red"},"put":"id:1"}\n'
    path = save("f.jsonl", text)
    assert products(open_feed(path))[0].attributes == {"colour": "red"}
    assert retitled(path, tmp_path / "o", "Cup") == text.replace("Mug", "Cup")


def test_jsonl_keeps_numbers_escapes_and_spaces(save, tmp_path):
    text = '{"id":1.0e5,  "title" : "M\\u00fcg", "x": [1.10,{"title":"no"}], "title2":null}\n'
    path = save("f.jsonl", text)
    out = retitled(path, tmp_path / "o", "Tässe")
    assert out == text.replace("M\\u00fcg", "T\\u00e4sse")


def test_parquet_keeps_schema_and_metadata(tmp_path):
    schema = pa.schema(
        [
            pa.field("id", pa.int64(), metadata={"a": "b"}),
            pa.field("title", pa.dictionary(pa.int32(), pa.string())),
            pa.field("tags", pa.list_(pa.string())),
            pa.field("price", pa.decimal128(9, 2)),
        ],
        metadata={"made by": "us"},
    )
    rows = [{"id": n, "title": f"Mug {n}", "tags": ["a", "b"], "price": None} for n in range(9000)]
    path = tmp_path / "f.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema), path, compression="zstd")
    feed = open_feed(path)
    titles = titles_of(feed, *(f"Cup {n}" for n in range(9000)))[2:]
    out = tmp_path / "o.parquet"
    assert rewrite(feed, out, titles) == 8998
    written = pq.read_table(out)
    assert written.schema.equals(pq.read_schema(path), check_metadata=True)
    assert written["title"].to_pylist() == [f"Cup {n}" for n in range(2, 9000)]
    assert pq.ParquetFile(out).metadata.row_group(0).column(0).compression == "ZSTD"
    assert products(feed)[0].attributes == {"tags": "a; b"}

    rewrite(feed, tmp_path / "o.parquet.gz", titles, title_column="new", keep_rejected=True)
    packed = open_feed(tmp_path / "o.parquet.gz", columns={"new": "title"})
    assert [product.title for product in products(packed)][:3] == ["", "", "Cup 2"]


def test_chosen_format_and_columns_overrule(save):
    path = save("f.csv", "code,label,maker,shade\n1,Mug,Acme,red\n")
    feed = open_feed(
        path,
        format="csv",
        columns={"label": "title", "maker": "brand", "shade": "attributes.colour"},
    )
    (product,) = products(feed)
    assert (product.title, product.brand) == ("Mug", "Acme")
    assert product.attributes == {"code": "1", "colour": "red"}
    with pytest.raises(FeedError, match=r"no column 'lable'.*code, label"):
        open_feed(path, columns={"lable": "title"})
    with pytest.raises(FeedError, match=r"no product field.*attributes\.NAME"):
        open_feed(path, columns={"label": "titel"})
    with pytest.raises(FeedError, match=r"no feed format 'excel'.*csv"):
        open_feed(path, format="excel")
    with pytest.raises(FeedError, match="no Parquet file"):
        open_feed(path, format="parquet")


def test_headless_tables_and_other_files_are_refused(save):
    with pytest.raises(FeedError, match="no column that is known"):
        open_feed(save("f.csv", "1,apple iphone 8,77,Mobile Phones\n2,nokia,78,Mobile Phones\n"))
    with pytest.raises(FeedError, match="web page"):
        open_feed(save("f.csv", "<!doctype html><html><body>Log in</body></html>"))
    with pytest.raises(FeedError, match="without <item> or <entry>"):
        open_feed(save("f.xml", "<a><b/></a>"))
    with pytest.raises(FeedError, match="There is no file"):
        open_feed(Path("nowhere.csv"))
