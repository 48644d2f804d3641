"""Reads and writes product feeds: CSV, TSV, JSON, Parquet and XML in the channels' own formats.

Reading streams and gives one item for every data row: a product, or a named reject. Writing gives
back the feed that came in with only its titles changed.
"""

from titlewright.feeds.feed import Feed, open_feed
from titlewright.feeds.formats import FORMATS
from titlewright.feeds.items import NewTitle, Row
from titlewright.feeds.rewrite import rewrite

__all__ = ["FORMATS", "Feed", "NewTitle", "Row", "open_feed", "rewrite"]
