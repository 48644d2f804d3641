"""Reading training data: from a prepared folder, or from any feed, prepared on the way."""

from __future__ import annotations

import atexit
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from titlewright.errors import FeedError, SettingsError
from titlewright.records import Example, Product
from titlewright.training.prepare.options import PrepareOptions
from titlewright.training.prepare.storage import (
    SPLITS,
    TEXT,
    is_prepared,
    product_of,
    read_rows,
)


def read_examples(
    data: Path | str,
    split: Literal["train", "dev", "test"] = "train",
    options: PrepareOptions | None = None,
    *,
    workers: int = 1,
) -> Iterator[Example]:
    """The examples of a split, in the order of the feeds; products carry no title.

    `data` is a folder that `prepare` wrote, one of its Parquet files (then `split` is not looked
    at), or any feed with titles. A feed is prepared in a temporary folder, once in a process, with
    `options` on so many `workers`. Raises FeedError when there is nothing to read, SettingsError
    for an unknown split.
    """
    if split not in SPLITS:
        raise SettingsError(f"There is no split {split!r}. Use one of: {', '.join(SPLITS)}.")
    for row in read_rows(_file(Path(data), split, options, workers)):
        if row["title"]:
            yield Example(product_of(row), row["title"])


def read_products(
    data: Path | str, options: PrepareOptions | None = None, *, workers: int = 1
) -> Iterator[Product]:
    """All products that pretraining may read: those of train, and those without a fit title.

    None of them is in a group of dev or test. A title is kept where it is fit to learn from.
    Arguments and errors as for `read_examples`.
    """
    for row in read_rows(_file(Path(data), TEXT, options, workers)):
        yield product_of(row, row["title"])


def _file(data: Path, name: str, options: PrepareOptions | None, workers: int) -> Path:
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
    if data.suffix == ".parquet" and is_prepared(data):
        return data
    return _prepared(data, options or PrepareOptions(), workers) / f"{name}.parquet"


_folders: dict[tuple[object, ...], Path] = {}  # of feeds that this process has prepared


def _prepared(data: Path, options: PrepareOptions, workers: int) -> Path:
    """The feed prepared in a folder that is removed when the process ends."""
    from titlewright.training.prepare.run import prepare

    status = data.stat()
    key = data.resolve(), status.st_mtime_ns, status.st_size, json.dumps(options.to_json())
    if key not in _folders:
        holder = tempfile.TemporaryDirectory(prefix="titlewright-prepare-")
        atexit.register(holder.cleanup)
        folder = Path(holder.name) / "data"
        prepare([data], folder, options, workers=workers)
        _folders[key] = folder
    return _folders[key]
