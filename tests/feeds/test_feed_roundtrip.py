"""What must always hold: a written feed reads back the same, whatever the titles and cells are."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from titlewright.feeds import NewTitle, Row, open_feed, rewrite
from titlewright.text.clean import clean

TEXT = st.text(
    st.one_of(
        st.sampled_from(list(" ,;|\t\"'=+-@#&<>]éß好杯ア🎉\\/{}[]:.")),
        st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cf", "Cn", "Co"]),
    ),
    max_size=30,
)
# Reading cleans titles; what is written by this library is clean already.
TITLE = TEXT.map(lambda text: clean(clean(text + " of wool"))).filter(
    lambda text: text == clean(text)
)
ROWS = st.lists(st.tuples(TEXT, TITLE, TEXT), min_size=1, max_size=6)


def _delimited(rows, delimiter, quoting, line_end):
    table = io.StringIO()
    writer = csv.writer(table, delimiter=delimiter, quoting=quoting, lineterminator=line_end)
    writer.writerow(["id", "title", "description"])
    writer.writerows([f"id{n}", "Old title", cell] for n, (cell, _, _) in enumerate(rows))
    return table.getvalue()


def _jsonl(rows, ascii_only):
    return "".join(
        json.dumps({"id": n, "title": "Old", "x": cell, "y": other}, ensure_ascii=ascii_only) + "\n"
        for n, (cell, _, other) in enumerate(rows)
    )


def _xml(rows):
    items = "".join(
        f"<item><g:id>{n}</g:id><title>Old</title><d><![CDATA[{cell.replace(']]>', '')}]]></d>"
        f"<description>{escape(other)}</description></item>\n"
        for n, (cell, _, other) in enumerate(rows)
    )
    return f'<rss xmlns:g="http://base.google.com/ns/1.0"><channel>{items}</channel></rss>'


@st.composite
def feeds(draw):
    rows = draw(ROWS)
    kind = draw(st.sampled_from(["csv", "jsonl", "json", "xml"]))
    if kind == "csv":
        delimiter = draw(st.sampled_from(",;\t|"))
        quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
        line_end = draw(st.sampled_from(["\n", "\r\n"]))
        return rows, "f.csv", _delimited(rows, delimiter, quoting, line_end)
    if kind == "xml":
        return rows, "f.xml", _xml(rows)
    lines = _jsonl(rows, draw(st.booleans()))
    if kind == "json":
        return rows, "f.json", "[" + ",\n".join(lines.splitlines()) + "]"
    return rows, "f.jsonl", lines


@settings(max_examples=150, deadline=None)
@given(feeds(), st.booleans(), st.sampled_from(["", ".gz", ".zst"]))
def test_written_titles_read_back_and_the_rest_stays(made, model_made, packed):
    rows, name, text = made
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder, name), Path(folder, "out" + packed)
        path.write_bytes(text.encode())
        feed = open_feed(path)
        before = list(feed)
        assert [type(item) for item in before] == [Row] * len(rows)
        titles = [NewTitle(n, title, model_made) for n, (_, title, _) in enumerate(rows, 1)]
        assert rewrite(feed, out, titles) == len(rows)
        written = open_feed(out, format=feed.format)
        for old, new, (_, title, _) in zip(before, written, rows, strict=True):
            assert new.product.title == title
            for field in ("id", "description", "brand", "category", "attributes", "images"):
                assert getattr(new.product, field) == getattr(old.product, field)
        back = [NewTitle(item.number, item.product.title, False) for item in before]
        if not (model_made and name == "f.xml"):
            rewrite(written, Path(folder, "back"), back)
            assert Path(folder, "back").read_bytes() == text.encode()


@settings(max_examples=40, deadline=None)
@given(ROWS, st.sampled_from(["gb18030", "utf-16-le", "utf-8-sig", "cp932"]))
def test_encodings_hold_what_they_can(rows, codec):
    rows = [
        [text.encode(codec, "ignore").decode(codec).lstrip("\ufeff") for text in row]
        for row in rows
    ]
    text = _delimited(rows, ",", csv.QUOTE_ALL, "\n")
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder, "f.csv"), Path(folder, "o.csv")
        path.write_bytes(text.encode(codec))
        feed = open_feed(path, encoding=codec)
        titles = [NewTitle(n, "Old title", False) for n in range(1, len(rows) + 1)]
        rewrite(feed, out, titles)
        assert out.read_bytes() == path.read_bytes()


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends(line_end, tmp_path):
    path = tmp_path / "f.csv"
    path.write_bytes(
        f'id,title{line_end}1,"a{line_end}b"{line_end}2,c'.encode().replace(b"\r\n\r\n", b"\r\n")
    )
    feed = open_feed(path)
    assert [item.product.title for item in feed] == ["a b", "c"]
    rewrite(feed, tmp_path / "o.csv", [NewTitle(2, "d", False)], keep_rejected=True)
    assert (tmp_path / "o.csv").read_bytes() == path.read_bytes()[:-1] + b"d"
