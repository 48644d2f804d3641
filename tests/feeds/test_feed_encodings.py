"""Encodings are found, kept when writing, and one undecodable row is one reject."""

from __future__ import annotations

import codecs

import pytest
from feed_helpers import products, rejects, retitled, titles_of

from titlewright.errors import FeedError
from titlewright.feeds import open_feed, rewrite

CHINESE = (
    "商品编号,商品名称,品牌,描述\n"
    "1,男士纯棉短袖衬衫夏季薄款,海澜之家,透气舒适的面料，适合夏天穿着。\n"
    "2,不锈钢保温杯500毫升,苏泊尔,保温十二小时，杯盖防漏。\n"
)
JAPANESE = (
    "商品コード,商品名,ブランド,商品説明\n"
    "1,ステンレス水筒 500ml,サーモス,保温・保冷ができる水筒です。ふたが開けやすい。\n"
    "2,綿のシャツ,無印良品,夏に涼しい薄手の生地を使いました。\n"
)
GERMAN = (
    "Artikelnummer;Titel;Marke;Beschreibung\n"
    "1;Größere Tasche für Büro;Müller;Schöne Ledertasche – 30 € günstiger\n"
    "2;Café-Tasse “Émile”;Söhne;Für heiße Getränke\n"
)
ENGLISH = "id,title,brand\n1,Acme Café Crème – 12oz,Acme\n2,Plain mug,Acme\n"


@pytest.mark.parametrize(
    ("text", "codec", "named"),
    [
        (CHINESE, "utf-8", "utf-8"),
        (CHINESE, "utf-8-sig", "utf-8-sig"),
        (CHINESE, "gb18030", "gb18030"),
        (CHINESE, "gbk", "gb18030"),
        (CHINESE, "utf-16-le", "utf-16-le"),
        (CHINESE, "utf-16-be", "utf-16-be"),
        (JAPANESE, "shift_jis", "cp932"),
        (JAPANESE, "utf-8", "utf-8"),
        (JAPANESE, "utf-16-le", "utf-16-le"),
        (GERMAN, "cp1252", "cp1252"),
        (GERMAN, "utf-16-le", "utf-16-le"),
        (ENGLISH, "cp1252", "cp1252"),
        ("id,name,颜色\n1,Mug 1,红\n2,Mug 2,蓝色\n", "gb18030", "gb18030"),
        ("id,name,色\n1,Mug 1,赤\n2,Mug 2,ブルー\n", "shift_jis", "cp932"),
        (ENGLISH, "utf-16-be", "utf-16-be"),
    ],
)
def test_found_and_kept(text, codec, named, save, tmp_path):
    path = save("f.csv", text, codec)
    feed = open_feed(path)
    assert feed.encoding == named
    expected = [line.replace(";", ",").split(",")[1] for line in text.splitlines()[1:]]
    assert [product.title for product in products(feed)] == expected
    rewrite(feed, tmp_path / "o.csv", titles_of(feed, *expected))
    assert (tmp_path / "o.csv").read_bytes() == path.read_bytes()


def test_damaged_signs_in_english_are_not_taken_for_kanji(data):
    assert open_feed(data / "homedepot_relevance/train.csv").encoding == "cp1252"


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
def test_utf16_with_its_mark(mark, save, tmp_path):
    codec = "utf-16-le" if mark == codecs.BOM_UTF16_LE else "utf-16-be"
    path = save("f.csv", mark + JAPANESE.encode(codec))
    feed = open_feed(path)
    assert feed.columns[0] == "商品コード"
    rewrite(feed, tmp_path / "o.csv", titles_of(feed, "水筒", "シャツ"))
    written = (tmp_path / "o.csv").read_bytes()
    assert written.startswith(mark)
    assert [p.title for p in products(open_feed(tmp_path / "o.csv"))] == ["水筒", "シャツ"]


@pytest.mark.parametrize("codec", ["gb18030", "shift_jis", "cp1252", "utf-8"])
def test_the_first_foreign_letter_may_come_late(codec, save):
    text = {"gb18030": CHINESE, "shift_jis": JAPANESE}.get(codec, GERMAN)
    body = "".join(f"{n},Plain ascii mug number {n},Acme,Nothing\n" for n in range(60_000))
    late = "\n".join(line.replace(";", ",") for line in text.splitlines()[1:]) + "\n"
    feed = open_feed(save("f.csv", "id,title,brand,description\n" + body + late, codec))
    assert feed.encoding == {"shift_jis": "cp932"}.get(codec, codec)
    assert not rejects(feed)


@pytest.mark.parametrize("offset", range(4))
def test_characters_cut_by_every_buffer(offset, save):
    text = "id,title\n" + "x" * offset + "1," + "好" * 900_000 + "\n2,杯\n"
    feed = open_feed(save("f.csv", text))
    assert feed.encoding == "utf-8"
    assert [product.title[-1] for product in products(feed)] == ["好", "杯"]


@pytest.mark.parametrize("name", ["f.csv", "f.jsonl", "f.xml"])
def test_one_undecodable_row_is_one_reject(name, save, tmp_path):
    rows = [f"Tasse für {n} Gäste".encode() for n in range(6)]
    rows[2] = b"Tasse f\xfcr drei"
    if name == "f.csv":
        raw = b"id,title\n" + b"".join(b"%d,%s\n" % (n, row) for n, row in enumerate(rows))
    elif name == "f.jsonl":
        raw = b"".join(b'{"id": %d, "title": "%s"}\n' % (n, row) for n, row in enumerate(rows))
    else:
        items = b"".join(b"<item><id>%d</id><title>%s</title></item>" % x for x in enumerate(rows))
        raw = b"<rss><channel>" + items + b"</channel></rss>"
    path = save(name, raw)
    feed = open_feed(path)
    assert feed.encoding == "utf-8"
    (reject,) = rejects(feed)
    assert reject.row == 3
    assert "utf-8" in reject.problem
    assert len(products(feed)) == 5
    texts = [row.decode() for row in rows if row != rows[2]]
    rewrite(feed, tmp_path / "o", titles_of(feed, *texts), keep_rejected=True)
    assert (tmp_path / "o").read_bytes() == raw


def test_a_chosen_encoding_overrules(save):
    path = save("f.csv", GERMAN.replace(";", ","), "cp1250")
    assert products(open_feed(path, encoding="cp1250"))[0].brand == "Müller"
    with pytest.raises(FeedError, match="no text encoding named 'utf-88'"):
        open_feed(path, encoding="utf-88")
    with pytest.raises(FeedError, match="no text encoding named 'base64'"):
        open_feed(path, encoding="base64")


def test_declared_xml_encodings(save, tmp_path):
    text = '<?xml version="1.0" encoding="GB2312"?><rss><channel><item><title>红色 é</title>'
    text += "<id>1</id></item></channel></rss>"
    path = save("f.xml", text, "gb18030")
    assert products(open_feed(path))[0].title == "红色 é"
    latin = text.replace("GB2312", "ISO-8859-1").replace("红色 é", "Café")
    path = save("g.xml", latin, "latin-1")
    assert products(open_feed(path))[0].title == "Café"
    out = retitled(path, tmp_path / "o.xml", "Café 红")  # XML can write every character
    assert "<title>Café &#32418;</title>" in out
    assert products(open_feed(tmp_path / "o.xml"))[0].title == "Café 红"


def test_a_title_the_encoding_lacks_is_named(save, tmp_path):
    feed = open_feed(save("f.csv", GERMAN, "cp1252"))
    dropped = []
    titles = titles_of(feed, "Tasche 红", "Tasse")
    assert rewrite(feed, tmp_path / "o.csv", titles, dropped=dropped.append) == 1
    assert (dropped[0].row, dropped[0].product_id, dropped[0].field) == (1, "1", "title")
    assert "UTF-8" in dropped[0].advice
    with pytest.raises(FeedError, match=r"Row 1: .*cp1252"):
        rewrite(feed, tmp_path / "p.csv", titles)
    assert not (tmp_path / "p.csv").exists()
