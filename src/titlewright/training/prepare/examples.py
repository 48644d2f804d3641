"""Reading training data: from a prepared folder, or from any feed, prepared on the way."""

from __future__ import annotations

import atexit
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Literal

from titlewright.errors import FeedError, SettingsError
from titlewright.records import Example, Product
from titlewright.training.prepare.options import PrepareOptions
from titlewright.training.prepare.storage import SPLITS, TEXT, product_of, read_rows


def read_examples(
    data: Path | str,
    split: Literal["train", "dev", "test"] = "train",
    options: PrepareOptions | None = None,
) -> Iterator[Example]:
    """The examples of a split, in the order of the feeds; products carry no title.

    `data` is a folder that `prepare` wrote, one of its Parquet files (then `split` is not looked
    at), or any feed with titles. A feed is prepared in a temporary folder, once in a process, with
    `options`. Raises FeedError when there is nothing to read.
    """
    if split not in SPLITS:
        raise SettingsError(f"There is no split {split!r}. Use one of: {', '.join(SPLITS)}.")
    for row in read_rows(_file(Path(data), split, options)):
        if row["title"]:
            yield Example(product_of(row), row["title"])


def read_products(data: Path | str, options: PrepareOptions | None = None) -> Iterator[Product]:
    """All products that pretraining may read: those of train, and those without a fit title.

    None of them is in a group of dev or test. A title is kept where it is fit to learn from.
    """
    for row in read_rows(_file(Path(data), TEXT, options)):
        yield product_of(row, row["title"])


def _file(data: Path, name: str, options: PrepareOptions | None) -> Path:
    """The Parquet file to read. Raises FeedError when there is none."""
    if data.is_dir():
        file = data / f"{name}.parquet"
        if not file.exists():
            raise FeedError(
                f"{data} holds no {name}.parquet. Make it with: titlewright prepare FEED -o {data}"
            )
        return file
    if not data.exists():
        raise FeedError(f"{data} doesn't exist. Give a prepared folder or a feed with titles.")
    if data.suffix == ".parquet" and _is_prepared(data):
        return data
    status = data.stat()
    folder = _prepared(
        data.resolve(), status.st_mtime_ns, status.st_size, repr(options), _Options(options)
    )
    return folder / f"{name}.parquet"


def _is_prepared(file: Path) -> bool:
    import pyarrow as pa
    from pyarrow.parquet import read_schema

    from titlewright.training.prepare.storage import schema

    try:
        return set(schema().names) <= set(read_schema(file).names)
    except (pa.ArrowException, OSError):
        return False


class _Options:
    """Options as a cache key that is left out of account: their text stands beside them."""

    def __init__(self, options: PrepareOptions | None) -> None:
        self.options = options

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Options)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=8)
def _prepared(data: Path, changed: int, size: int, key: str, options: _Options) -> Path:  # noqa: ARG001
    """The feed prepared in a folder that is removed when the process ends."""
    from titlewright.training.prepare.run import prepare

    holder = tempfile.TemporaryDirectory(prefix="titlewright-prepare-")
    atexit.register(holder.cleanup)
    folder = Path(holder.name) / "data"
    prepare([data], folder, options.options)
    return folder
