"""The tables, the same on SQLite and PostgreSQL.

Times are seconds since 1970-01-01 UTC, days are ISO dates of UTC, lists and mappings are JSON.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
)

VERSION = 1  # raise it with every change to the tables, and bring older stores along

_metadata = MetaData()

facts = Table(  # about the store itself: "version", and "kept from", a day
    "store_facts",
    _metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

events = Table(
    "events",
    _metadata,
    # the order of arrival: whoever reads from where they stopped misses nothing that came late
    Column("sequence", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("time", Double, nullable=False),
    Column("product_id", Text, nullable=False),
    Column("title_id", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("impression", Text, nullable=False),
    Column("value", Double, nullable=False),
    Column("policy", Text, nullable=False),
    Column("propensity", Double),
    Column("arms", Text, nullable=False),
    Column("segments", Text, nullable=False),
    Column("features", Text, nullable=False),
    sqlite_autoincrement=True,  # numbers of deleted events don't come again
)
# None on `who`, whose hashes are spread at random: it would cost every event a page to write, and
# is asked for only when somebody is to be forgotten.
Index("events_by_product", events.c.product_id)
Index("events_by_time", events.c.time)
titles = Table(
    "titles",
    _metadata,
    Column("product_id", Text, nullable=False),
    Column("title_id", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("control", Boolean, nullable=False),
    PrimaryKeyConstraint("product_id", "title_id"),
)


def _daily_columns() -> list[Any]:
    key = ("day", "source", "product_id", "title_id", "segments", "part")
    counts = ("impressions", "clicks", "carts", "purchases", "dismissals", "value", "spend")
    return [
        *(Column(name, Text, nullable=False) for name in key),
        *(Column(name, Double, nullable=False) for name in counts),
        PrimaryKeyConstraint(*key),
    ]


# What is known as counts only: reports of other companies, and days whose events are gone.
# `part` tells rows of one report apart that have all else in common, such as campaigns.
daily = Table("daily_counts", _metadata, *_daily_columns())

# A report on its way in: rows of the same key are added up here before they go to `daily`.
arriving = Table("arriving_counts", MetaData(), *_daily_columns(), prefixes=["TEMPORARY"])

KEY = tuple(column.name for column in daily.primary_key)
COUNTS = tuple(column.name for column in daily.columns if column.name not in KEY)


def create_all(connection: object) -> None:
    _metadata.create_all(connection)  # type: ignore[arg-type]
