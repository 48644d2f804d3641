"""Rewriting: what it writes, what it refuses, and that a half-written feed never shows."""

from __future__ import annotations

import gzip
import json
import stat

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from feed_helpers import products, retitled, titles_of

from titlewright.errors import FeedError
from titlewright.feeds import NewTitle, open_feed, rewrite
from titlewright.feeds.delimited_writer import escape_formula, split_raw, unescape_formula
from titlewright.feeds.json_text import find_value, put_value

CSV = "id,title,brand\n1,Cup,Acme\n2,Mug,Acme\n3,Pot,Acme\n"


def test_rows_without_a_new_title_are_left_out_or_kept(save, tmp_path):
    feed = open_feed(save("f.csv", CSV))
    titles = [NewTitle(2, "Big mug", False)]
    assert rewrite(feed, tmp_path / "o.csv", titles) == 1
    assert (tmp_path / "o.csv").read_text() == "id,title,brand\n2,Big mug,Acme\n"
    assert rewrite(feed, tmp_path / "o.csv", titles, keep_rejected=True) == 3
    assert (tmp_path / "o.csv").read_text() == CSV.replace("Mug", "Big mug")


def test_title_column_is_added_at_the_end(save, tmp_path):
    path = save("f.csv", CSV.replace("\n", "\r\n").replace("2,Mug,Acme", "2,Mug,Acme,surplus"))
    feed = open_feed(path)
    titles = [NewTitle(3, "Big, big pot", True)]
    rewrite(feed, tmp_path / "o.csv", titles, title_column="new title", keep_rejected=True)
    assert (tmp_path / "o.csv").read_bytes().decode() == (
        "id,title,brand,new title\r\n"
        "1,Cup,Acme,\r\n"
        "2,Mug,Acme,surplus\r\n"
        '3,Pot,Acme,"Big, big pot"\r\n'
    )


def test_title_column_that_exists_is_filled(save, tmp_path):
    path = save("f.csv", "id,name,Title EN\n1,Cup,old\n")
    out = retitled(path, tmp_path / "o.csv", "New", title_column="title_en")
    assert out == "id,name,Title EN\n1,Cup,New\n"


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("f.csv", "sku,brand\n1,Acme\n", "sku,brand,title\n1,Acme,New\n"),
        ("f.tsv", "sku\tbrand\n1\tAcme\n", "sku\tbrand\ttitle\n1\tAcme\tNew\n"),
        ("f.csv", '"sku","brand"\n"1","Acme"\n', '"sku","brand","title"\n"1","Acme","New"\n'),
        ("f.jsonl", '{"brand": "A"}\n', '{"brand": "A", "title": "New"}\n'),
        ("f.jsonl", '{"brand":"A"}\n', '{"brand":"A","title":"New"}\n'),
        (
            "f.xml",
            "<rss>\n <item>\n  <g:brand>A</g:brand>\n </item>\n</rss>",
            "<rss>\n <item>\n  <g:brand>A</g:brand>\n  <g:title>New</g:title>\n </item>\n</rss>",
        ),
    ],
)
def test_feed_without_titles_gets_the_formats_own_column(name, text, expected, save, tmp_path):
    assert retitled(save(name, text), tmp_path / "o", "New") == expected


def test_xml_empty_titles_are_filled(save, tmp_path):
    path = save("f.xml", "<rss><item><g:id>1</g:id><title/><g:color>red</g:color></item></rss>")
    assert "<title>A &amp; B</title>" in retitled(path, tmp_path / "o", "A & B")
    made = retitled(path, tmp_path / "p", "A & B", model_made=True)
    assert "<title" not in made
    assert "<g:content>A &amp; B</g:content>" in made


def test_google_mixed_titles_get_one_column(save, tmp_path):
    text = "id\ttitle\tlink\tprice\n" + "".join(f"{n}\tMug {n}\thttp://x\t1\n" for n in range(1, 4))
    feed = open_feed(save("f.tsv", text))
    titles = [NewTitle(1, "A", False), NewTitle(2, "=B", True), NewTitle(3, "C", False)]
    rewrite(feed, tmp_path / "o.tsv", iter(titles))
    lines = [line.split("\t") for line in (tmp_path / "o.tsv").read_text().splitlines()]
    assert [(line[1], line[-1]) for line in lines] == [
        ("title", "structured_title"),
        ("A", ""),
        ("", 'trained_algorithmic_media:"=B"'),
        ("C", ""),
    ]
    assert [product.title for product in products(open_feed(tmp_path / "o.tsv"))] == [
        "A",
        "=B",
        "C",
    ]


@pytest.mark.parametrize(
    "text", ["=1+1", "+49", "-5 °C mat", "@home", "'=x", "''=x", "'s Hertogenbosch"]
)
def test_formulas_are_written_safe_and_read_back(text, save, tmp_path):
    path = save("f.csv", CSV.replace("Acme", "=SUM(A1)"))
    out = retitled(path, tmp_path / "o.csv", text, "b", "c")
    cell = out.splitlines()[1].split(",")[1]
    assert not cell.startswith(("=", "+", "-", "@"))
    assert "=SUM(A1)" in out  # cells we don't write stay as they are
    assert products(open_feed(tmp_path / "o.csv"))[0].title == text
    assert unescape_formula(escape_formula(text)) == text


def test_formulas_are_no_matter_in_json(save, tmp_path):
    path = save("f.jsonl", '{"title": "Cup"}\n')
    assert retitled(path, tmp_path / "o", "=1") == '{"title": "=1"}\n'


def test_out_packs_as_its_suffix_says_and_the_same_each_time(save, tmp_path):
    feed = open_feed(save("f.csv", CSV))
    titles = titles_of(feed, "a", "b", "c")
    expected = b"id,title,brand\n1,a,Acme\n2,b,Acme\n3,c,Acme\n"
    for name, unpack in (
        ("o.csv.gz", gzip.decompress),
        ("o.csv.zst", lambda raw: zstandard.ZstdDecompressor().decompressobj().decompress(raw)),
        ("o.csv", bytes),
    ):
        out = tmp_path / name
        rewrite(feed, out, titles)
        first = out.read_bytes()
        assert unpack(first) == expected
        rewrite(feed, out, titles)
        assert out.read_bytes() == first
        assert [product.title for product in products(open_feed(out))] == ["a", "b", "c"]


def test_a_feed_may_be_written_over_itself(save):
    path = save("f.csv", CSV)
    path.chmod(0o640)
    feed = open_feed(path)
    rewrite(feed, path, titles_of(feed, "a", "b", "c"))
    assert [product.title for product in products(feed)] == ["a", "b", "c"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.parametrize("name", ["f.csv", "f.parquet"])
@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
def test_nothing_half_written_when_titles_fail(name, suffix, save, tmp_path):
    path = save(name, CSV)
    if name == "f.parquet":
        pq.write_table(pa.table({"title": ["Cup", "Mug", "Pot"]}), path)
    feed = open_feed(path)
    out = tmp_path / f"o{suffix}"
    out.write_text("before")

    def failing():
        yield NewTitle(1, "a", False)
        raise RuntimeError("the generator died")

    with pytest.raises(RuntimeError):
        rewrite(feed, out, failing())
    assert out.read_text() == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == [name, out.name]


@pytest.mark.parametrize("name", ["f.csv", "f.jsonl"])
@pytest.mark.parametrize("rows", [[7], [2, 1], [1, 1], [0]])
def test_titles_that_dont_belong_are_refused(name, rows, save, tmp_path):
    lines = "".join(json.dumps({"id": n, "title": "x"}) + "\n" for n in (1, 2, 3))
    feed = open_feed(save(name, CSV if name == "f.csv" else lines))
    with pytest.raises(FeedError, match=r"row \d"):
        rewrite(feed, tmp_path / "o", [NewTitle(row, "t", False) for row in rows])


def test_places_that_cant_be_written_are_named(save, tmp_path):
    feed = open_feed(save("f.csv", CSV))
    with pytest.raises(FeedError, match="can't be written"):
        rewrite(feed, tmp_path / "no" / "o.csv", [])
    with pytest.raises(FeedError, match="is a folder"):
        rewrite(feed, tmp_path, [])


def test_xml_refuses_bad_names_and_characters(save, tmp_path):
    feed = open_feed(save("f.xml", "<rss><item><title>a</title></item></rss>"))
    with pytest.raises(FeedError, match="can't be the name of an XML element"):
        rewrite(feed, tmp_path / "o", [], title_column="new title")
    dropped = []
    rewrite(feed, tmp_path / "o", [NewTitle(1, "a\x0bb", False)], dropped=dropped.append)
    assert "XML" in dropped[0].problem


@pytest.mark.parametrize(
    ("raw", "cells"),
    [
        ("a,b\n", ["a", "b"]),
        (",\r\n", ["", ""]),
        ('"a,b",c', ['"a,b"', "c"]),
        ('"a""b","c\nd",\n', ['"a""b"', '"c\nd"', ""]),
        ('"a" x,b', ['"a" x', "b"]),
        ('"open,b', ['"open', "b"]),
        ("", [""]),
    ],
)
def test_split_raw(raw, cells):
    assert split_raw(raw, ",") == cells


def test_json_places():
    text = '{"a": {"b": [1, {"c": "x"}]}, "a": {"b": [2, {"c" : "y"}]}}'
    start, end = find_value(text, ("a", "b", 1, "c"))
    assert text[start:end] == '"y"'  # the last of two equal keys is what readers see
    assert find_value(text, ("a", "z")) is None
    assert find_value(text, ("a", "b", "c")) is None
    assert json.loads(put_value("{}", ("a", 0, "v"), "t")) == {"a": [{"v": "t"}]}
    assert json.loads(put_value('{"a": "s"}', ("a", 0, "v"), "t")) == {"a": [{"v": "t"}]}
    assert json.loads(put_value('{"a": []}', ("a", 0, "v"), "t")) == {"a": [{"v": "t"}]}
    assert json.loads(put_value('{"a": [{"w": 1}]}', ("a", 0, "v"), "t")) == {
        "a": [{"w": 1, "v": "t"}]
    }
    assert put_value('{\n  "a": 1\n}', ("b",), "t") == '{\n  "a": 1,\n  "b": "t"\n}'
