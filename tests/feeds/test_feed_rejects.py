"""Bad rows are named rejects and the rest goes on; bad files are errors with what to do."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest
import zstandard
from feed_helpers import products, rejects, titles_of

from titlewright.errors import FeedError
from titlewright.feeds import Row, open_feed, rewrite
from titlewright.feeds.items import RECORD_LIMIT, TEXT_LIMIT

HEADER = "id,title,brand\n"


def numbers(feed):
    return [item.number if isinstance(item, Row) else -item.row for item in feed]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("2,Mug,Acme,surplus", "4 cells, the header has 3"),
        ("2,Mug", "2 cells, the header has 3"),
        ('2,"Mug" big,"Acme', "quotes"),
        ("2,Mu\0g,Acme", "NUL"),
        ("2,,", "no title, description, brand or attribute"),
        ("2,N/A,null", "no title, description, brand or attribute"),
        (f'2,"{"x" * (TEXT_LIMIT + 1)}",Acme', "1,000,001 characters"),
    ],
)
def test_csv_row(row, problem, save):
    feed = open_feed(save("f.csv", f"{HEADER}1,Cup,Acme\n{row}\n3,Pot,Acme\n"))
    assert numbers(feed) == [1, -2, 3]
    (reject,) = rejects(feed)
    assert problem in reject.problem
    assert reject.field
    assert reject.advice


def test_quote_never_closed_costs_its_own_row_only(save, tmp_path):
    body = "".join(f'{n},Mug {n},"Acme, Inc"\n' for n in range(3, 5000))
    text = f'{HEADER}1,Cup,Acme\n2,"Mug,Acme\n{body}'
    feed = open_feed(save("f.csv", text))
    assert numbers(feed) == [1, -2, *range(3, 5000)]
    titles = titles_of(feed, "Cup", *(f"Mug {n}" for n in range(3, 5000)))
    rewrite(feed, tmp_path / "o.csv", titles, keep_rejected=True)
    assert (tmp_path / "o.csv").read_text() == text


def test_quote_never_closed_at_the_end(save):
    feed = open_feed(save("f.csv", f'{HEADER}1,Cup,Acme\n2,"Mug,Acme\n3,Pot,Acme'))
    assert numbers(feed) == [1, -2, 3]


def test_harmless_oddities_are_no_rejects(save, tmp_path):
    text = 'id\ttitle\tbrand\n\n1\t12" pan\t"Acme" Ltd\t\t\n2\t"Best\tAcme\n'
    feed = open_feed(save("f.tsv", text))
    first, second = products(feed)
    assert (first.title, second.title) == ('12" pan', '"Best')
    rewrite(feed, tmp_path / "o.tsv", titles_of(feed, '10" pan', "Better"))
    assert (tmp_path / "o.tsv").read_text() == text.replace("12", "10").replace('"Best', "Better")


def test_large_cells_in_unused_columns_and_up_to_ten_megabytes(save):
    text = f"id,title,html\n1,Cup,{'x' * 10_000_000}\n2,Pot,\n"
    assert numbers(open_feed(save("f.csv", text))) == [1, 2]
    text = f'id,title,description\n1,Cup,"{"x" * 10_000_000}"\n2,Pot,\n'
    feed = open_feed(save("g.csv", text))
    assert numbers(feed) == [-1, 2]
    assert rejects(feed)[0].field == "description"


@pytest.mark.parametrize("name", ["f.csv", "f.jsonl", "f.json", "f.xml"])
def test_endless_rows_are_never_held_whole(name, save, tmp_path):
    long = "x" * (RECORD_LIMIT * 2 + 5)
    if name == "f.csv":
        text = f"id,title\n1,Cup\n2,{long}\n3,Pot\n"
    elif name == "f.jsonl":
        text = f'{{"id":1,"title":"Cup"}}\n{{"id":2,"title":"{long}"}}\n{{"id":3,"title":"Pot"}}\n'
    elif name == "f.json":
        text = f'[{{"id":1,"title":"Cup"}},{{"id":2,"title":"{long}"}},{{"id":3,"title":"Pot"}}]'
    else:
        item = "<item><id>{}</id><title>{}</title></item>".format
        text = f"<rss>{item(1, 'Cup')}{item(2, long)}{item(3, 'Pot')}</rss>"
    feed = open_feed(save(name, text))
    assert numbers(feed) == [1, -2, 3]
    assert f"{RECORD_LIMIT:,}" in rejects(feed)[0].problem
    titles = titles_of(feed, "Cup", "Pot")
    rewrite(feed, tmp_path / "kept", titles, keep_rejected=True)
    assert (tmp_path / "kept").read_text() == text
    rewrite(feed, tmp_path / "left", titles)
    assert numbers(open_feed(tmp_path / "left", format=feed.format)) == [1, 2]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"id": 2, "title": }', "Not valid JSON"),
        ('{"id": 2', "Not valid JSON"),
        ("[1, 2]", "an array, not an object"),
        ('"text"', "a string, not an object"),
        ('{"id": 2, "title": "a\0b"}', "NUL"),
        ('{"id": 2, "n": ' + "[" * 100_000 + "]" * 100_000 + "}", "nested too deeply"),
        ('{"id": 2, "n": ' + "9" * 5000 + "}", "Not valid JSON"),
        ('{"id": 2, "title": null, "price": 3}', "no title"),
        ("{}", "no title"),
        (
            '{"id": 2, "title": "t", "n": ' + "[" * 900 + '"x"' + "]" * 900 + "}",
            "nested too deeply",
        ),
    ],
)
def test_json_line(line, problem, save):
    good = '{{"id": {0}, "title": "Mug {0}"}}\n'
    feed = open_feed(save("f.jsonl", good.format(1) + line + "\n" + good.format(3)))
    assert numbers(feed) == [1, -2, 3]
    assert problem in rejects(feed)[0].problem


def test_json_array_element(save):
    text = '[{"title": "a"}, {"title": "b",, "x"}, 7,, {"title": "c \\"]\\" }{"},\n]'
    feed = open_feed(save("f.json", text))
    assert numbers(feed) == [1, -2, -3, -4, 5]
    assert products(feed)[1].title == 'c "]" }{'


@pytest.mark.parametrize(
    ("item", "problem"),
    [
        ("<item><title>A & B</title></item>", "not well-formed"),
        ("<item><title>A&nbsp;B</title></item>", "undefined entity"),
        ("<item><title>A</g:title></item>", "not well-formed XML: mismatched tag"),
        ("<item><title>A</title>", "no end tag"),
        ("<item>" + "<a>" * 100_000 + "</a>" * 100_000 + "</item>", "nested deeper than 64"),
        ("<item><!DOCTYPE a><title>A</title></item>", "not well-formed"),
        ("<item></item>", "no title"),
        ("<item/>", "no title"),
    ],
)
def test_xml_item(item, problem, save):
    good = "<item><id>{0}</id><title>Mug {0}</title></item>\n"
    text = f"<rss><channel>{good.format(1)}{item}{good.format(3)}</channel></rss>"
    feed = open_feed(save("f.xml", text))
    assert numbers(feed) == [1, -2, 3]
    assert problem in rejects(feed)[0].problem


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "http://example.com/x.dtd">',
        '<!doctype x [<!ENTITY f SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_document_types_are_refused(declared, save):
    text = f"<?xml version='1.0'?>{declared}<rss><item><title>&b;</title></item></rss>"
    with pytest.raises(FeedError, match="document type"):
        open_feed(save("f.xml", text))


def test_deep_xml_without_items_is_refused(save):
    with pytest.raises(FeedError, match="without <item>"):
        open_feed(save("f.xml", "<a>" * 100_000 + "</a>" * 100_000))


def zipped() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("f.csv", HEADER)
    return archive.getvalue()


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (gzip.compress(b"", mtime=0), "is empty"),
        (zipped(), r"zip archive or an Excel workbook.*Unzip"),
        (b"%PDF-1.7 x", "PDF"),
        (bytes(range(256)) * 40, "not a text file|no column that is known"),
        (b"PAR1 but no footer, really not", "can't be read as Parquet"),
        (gzip.compress(HEADER.encode() * 999, mtime=0)[:-20], "broken archive"),
        (b"\x1f\x8b\x08\x00garbage garbage", "broken archive"),
        (zstandard.ZstdCompressor().compress(HEADER.encode() * 999)[:-3], "broken archive"),
        (b"\x28\xb5\x2f\xfdgarbage garbage", "broken archive"),
        (b"{]", "no JSON object"),
        (b"[]", "no JSON object"),
        (b"[[[[[[", "no JSON object"),
        (b"\n".join(b"prose, and more of it" for _ in range(9)), "no column that is known"),
    ],
)
def test_no_feed(raw, problem, save):
    with pytest.raises(FeedError, match=problem):
        open_feed(save("f.csv", raw))


def test_an_archive_that_breaks_late_stops_the_feed(save, tmp_path):
    text = HEADER + "".join(f"{n},Mug {n},Acme {n * n}\n" for n in range(200_000))
    path = save("f.csv.gz", gzip.compress(text.encode(), 1))
    feed = open_feed(path)
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(FeedError, match="broken archive"):
        list(feed)
    with pytest.raises(FeedError, match="broken archive"):
        rewrite(feed, tmp_path / "o.csv", [])
    assert [path.name for path in tmp_path.iterdir()] == ["f.csv.gz"]


def test_a_folder_is_no_feed(tmp_path):
    with pytest.raises(FeedError, match="is a folder"):
        open_feed(tmp_path)
