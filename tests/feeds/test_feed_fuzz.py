"""Whatever bytes come, there is an error with what to do, or every row is a row or a reject."""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_feed_formats import TEXTS

from titlewright.errors import FeedError
from titlewright.feeds import FORMATS, Feed, NewTitle, Row, open_feed, rewrite
from titlewright.records import Reject

FRAGMENTS = st.sampled_from(
    [b'"', b"\n", b"\r", b"\0", b",", b"\t", b"<item>", b"</item>", b"<![CDATA[", b"]]>",
     b"<!--", b"<!DOCTYPE a>", b"&", b"{", b"}", b"[", b"]", b"\\", b'"title":', b"\xff\xfe",
     b"\xef\xbb\xbf", b"\x80", b"\xe4\xbd", b"=", b"#", b"null", b"1e999", b"\\ud800", b"<",
     b">", b"/>", b"<title/>"]
)  # fmt: skip
SUFFIXES = st.sampled_from([".csv", ".tsv", ".json", ".jsonl", ".xml", ".txt", ".parquet", ".gz"])


def read_and_write(raw: bytes, suffix: str, **options: object) -> None:
    """Every data row gives one item, numbered without gaps, and rewriting writes what it says."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "f" + suffix)
        path.write_bytes(raw)
        try:
            check(open_feed(path, **options), Path(folder, "out"))  # type: ignore[arg-type]
        except FeedError as error:
            message = str(error)
        else:
            return
        assert message.count(". ") >= 1  # what is wrong, and what to do
        assert "Traceback" not in message


def check(feed: Feed, out: Path) -> None:
    items = list(feed)
    numbers = [item.number if isinstance(item, Row) else item.row for item in items]
    assert numbers == list(range(1, len(items) + 1))
    assert all(item.problem and item.advice for item in items if isinstance(item, Reject))
    rows = [item for item in items if isinstance(item, Row)]
    titles = [NewTitle(row.number, "A new title", False) for row in rows if row.titled]
    dropped: list[Reject] = []
    assert rewrite(feed, out, titles, dropped=dropped.append) + len(dropped) == len(rows)
    kept = rewrite(feed, out, titles, keep_rejected=True, dropped=dropped.append)
    assert kept == len(items)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), SUFFIXES, st.sampled_from([None, *FORMATS]))
def test_random_bytes(raw, suffix, chosen):
    read_and_write(raw, suffix, format=chosen)


@settings(max_examples=300, deadline=None)
@given(st.data(), st.sampled_from(sorted(TEXTS)), st.booleans())
def test_damaged_feeds(data, name, chosen):
    file, text = TEXTS[name]
    raw = bytearray(text.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(raw)))
        length = data.draw(st.integers(0, 12))
        raw[place : place + length] = data.draw(st.one_of(FRAGMENTS, st.binary(max_size=4)))
    read_and_write(bytes(raw), Path(file).suffix, format=name if chosen else None)


@settings(max_examples=100, deadline=None)
@given(st.lists(FRAGMENTS, max_size=40), SUFFIXES, st.sampled_from([None, *FORMATS]))
@example([b'"', b"\n"] * 20, ".csv", None)
@example([b"<item>", b"<![CDATA["] * 10, ".xml", None)
@example([b"{", b'"title":', b"["] * 10, ".json", None)
def test_heaps_of_marks(parts, suffix, chosen):
    read_and_write(b"id,title\n" + b"".join(parts), suffix, format=chosen)
    read_and_write(b"".join(parts), suffix, format=chosen)


@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from(sorted(TEXTS)), st.sampled_from(["gzip", "zstd"]))
def test_damaged_archives(data, name, packer):
    text = TEXTS[name][1].encode()
    raw = gzip.compress(text) if packer == "gzip" else zstandard.ZstdCompressor().compress(text)
    raw = raw[: data.draw(st.integers(0, len(raw)))]
    if raw and data.draw(st.booleans()):
        place = data.draw(st.integers(0, len(raw) - 1))
        raw = raw[:place] + data.draw(st.binary(min_size=1, max_size=3)) + raw[place + 1 :]
    read_and_write(raw, ".csv")


@settings(max_examples=100, deadline=None, derandomize=True)  # the C++ below may abort
@given(st.data())
def test_damaged_parquet(data):
    table = pa.table({"id": [1, 2], "title": ["Mug", "Cup"], "tags": [["a"], None]})
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    raw = bytearray(sink.getvalue().to_pybytes())
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(4, len(raw) - 1))
        raw[place] = data.draw(st.integers(0, 255))
    read_and_write(bytes(raw[: data.draw(st.integers(len(raw) // 2, len(raw)))]), ".parquet")
    read_and_write(bytes(raw), ".parquet")


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(sorted(TEXTS)),
    st.sampled_from(["utf-16-le", "utf-16-be", "cp1252", "gb18030", "cp932", "ascii", "utf-7"]),
)
def test_wrong_encodings(name, codec):
    file, text = TEXTS[name]
    read_and_write(text.encode(), Path(file).suffix, encoding=codec)
    read_and_write(text.encode("utf-16-le")[:-1], Path(file).suffix)
