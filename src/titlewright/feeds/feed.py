"""Opens a feed of any format and gives its rows as products.

`open_feed` finds out how the file is written; the source it picks gives raw records; here they
become products, and Shopify's variant rows are told from the products they belong to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from titlewright.errors import FeedError
from titlewright.feeds.amazon import classify_amazon
from titlewright.feeds.delimited import DelimitedSource
from titlewright.feeds.delimited_writer import unescape_formula
from titlewright.feeds.detect import (
    find_encoding,
    holds_listings,
    is_parquet,
    kind_of,
    read_head,
)
from titlewright.feeds.dialect import detect_dialect
from titlewright.feeds.formats import DELIMITED, FORMATS, classifier, delimited_format, title_column
from titlewright.feeds.items import Record, Row
from titlewright.feeds.json_source import JsonSource
from titlewright.feeds.parquet import ParquetSource
from titlewright.feeds.products import build
from titlewright.feeds.roles import Classify, Role, assign, known, mapped
from titlewright.feeds.variants import with_variants
from titlewright.feeds.xml_source import XmlSource
from titlewright.records import Reject

Source = DelimitedSource | JsonSource | ParquetSource | XmlSource
_ROLES_KEPT = 1000  # sets of keys whose roles are remembered; JSON rows may all differ


class Feed:
    """A product feed: iterate it for its rows. Each iteration reads the file anew.

    path, format, encoding  what was opened and how it is written
    columns                 the column names (for JSON and XML, of the first rows)
    """

    def __init__(
        self, path: Path, format_name: str, source: Source, columns: Mapping[str, str] | None
    ) -> None:
        self.path = path
        self.format = format_name
        self.source = source
        self.encoding = "" if isinstance(source, ParquetSource) else source.encoding.name
        self.columns = source.columns
        classify = classify_amazon if format_name == "amazon-json" else classifier(format_name)
        self._classify: Classify = mapped(columns, classify) if columns else classify
        self._roles: dict[tuple[str, ...], tuple[Role, ...]] = {}
        for column in columns or ():
            if column not in self.columns:
                raise FeedError(
                    f"{path} has no column {column!r}. It has: {', '.join(self.columns)}."
                )
        if isinstance(source, (DelimitedSource, ParquetSource)) and not self._has_fields():
            raise FeedError(
                f"{path} has no column that is known as a product field. "
                f"Its columns are: {', '.join(self.columns)[:500]}. "
                "Map some, such as: --map COLUMN=title."
            )

    def __iter__(self) -> Iterator[Row | Reject]:
        """Every data row in file order: a Row, or the Reject that says why it is none."""
        if self.format == "shopify":
            yield from with_variants(self.source.records(), self.roles(self.columns), self.read)
            return
        for record in self.source.records():
            if record.number:
                yield self.read(record)

    def read(self, record: Record) -> Row | Reject:
        """The product of one record."""
        if record.problem is not None:
            return record.problem
        roles = self.roles(record.keys)
        item = build(record.number, roles, record.values)
        if isinstance(item, Reject):
            return item
        if self.format in DELIMITED and item.title[:1] == "'":
            item = replace(item, title=unescape_formula(item.title))
        return Row(record.number, item, titled=True, written_title=self._written(record, roles))

    def _written(self, record: Record, roles: Sequence[Role]) -> str:
        """The title's cell as it is, but for the apostrophe that guards a formula."""
        for role, value in zip(roles, record.values, strict=True):
            if role.field == "title" and isinstance(value, str) and value.strip():
                return unescape_formula(value) if self.format in DELIMITED else value
        return ""

    def roles(self, keys: Sequence[str]) -> tuple[Role, ...]:
        """What each of these columns is for."""
        names = tuple(keys)
        roles = self._roles.get(names)
        if roles is None:
            if len(self._roles) >= _ROLES_KEPT:
                self._roles.clear()
            roles = self._roles[names] = assign(names, self._classify)
        return roles

    def title_column(self, keys: Sequence[str]) -> str:
        """The column among these that titles are read from, or the format's name for it."""
        for key, role in zip(keys, self.roles(keys), strict=True):
            if role.field == "title":
                return key
        return title_column(self.format)

    def _has_fields(self) -> bool:
        fields = {role.field for role in self.roles(self.columns)}
        return bool(fields - {"attribute", "ignore", "other category"})


def open_feed(
    path: Path,
    *,
    format: str | None = None,  # noqa: A002 (the name callers know)
    columns: Mapping[str, str] | None = None,
    encoding: str | None = None,
) -> Feed:
    """Open a feed; format and encoding are found unless they are given.

    `columns` maps source columns to product fields (id, title, description, brand, category,
    images, queries, locale, ignore, or attributes.NAME) and overrules what their names suggest.
    Raises FeedError when the file is missing, empty, broken or no feed, with what to do.
    """
    path = Path(path)
    if format is not None and format not in FORMATS:
        raise FeedError(f"There is no feed format {format!r}. Use one of {', '.join(FORMATS)}.")
    parquet = is_parquet(path)
    if format is not None and parquet != (format == "parquet"):
        is_what = "a Parquet file" if parquet else "no Parquet file"
        raise FeedError(
            f"{path} is {is_what}, so it can't be read as {format}. Leave out the format."
        )
    if parquet:
        return Feed(path, "parquet", ParquetSource(path), columns)
    found = find_encoding(path, encoding)
    head = read_head(path, found)
    kind = kind_of(path, head, format)
    if kind == "xml":
        return Feed(path, "google-xml", XmlSource(path, found), columns)
    if kind in ("lines", "document"):
        amazon = format == "amazon-json" or (format is None and holds_listings(head, kind))
        format_name = "amazon-json" if amazon else "jsonl" if kind == "lines" else "json"
        source = JsonSource(path, found, lines=kind == "lines", amazon=amazon)
        return Feed(path, format_name, source, columns)
    dialect = detect_dialect(head, known, prefer="\t" if format in ("tsv", "google-tsv") else "")
    table = DelimitedSource(path, found, dialect)
    detected = delimited_format(table.columns, dialect.delimiter, comments=dialect.preamble > 0)
    return Feed(path, format or detected, table, columns)
