"""The prepared folder's files: Parquet with one schema, and the spool between two passes."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from titlewright.errors import FeedError
from titlewright.records import Product
from titlewright.training.prepare.rows import PreparedRow

if TYPE_CHECKING:
    from pyarrow import Schema

SPLITS = ("train", "dev", "test")
TEXT = "text"  # all product text that pretraining may read
_ROW_GROUP = 8192


def schema() -> Schema:
    """Columns of every Parquet file; docs/training.md says what each holds."""
    import pyarrow as pa

    return pa.schema(
        [
            ("id", pa.string()),
            ("title", pa.string()),
            ("description", pa.string()),
            ("brand", pa.string()),
            ("category", pa.list_(pa.string())),
            ("attributes", pa.map_(pa.string(), pa.string())),
            ("locale", pa.string()),
            ("language", pa.string()),
            ("group", pa.string()),
            ("source", pa.string()),
            ("row", pa.int64()),
            ("flags", pa.list_(pa.string())),
        ]
    )


class ParquetFile:
    """Writes rows in row groups of a fixed size, so that the same rows give the same bytes."""

    def __init__(self, path: Path) -> None:
        from pyarrow.parquet import ParquetWriter

        self.rows = 0
        self._writer = ParquetWriter(path, schema(), compression="zstd")
        self._waiting: list[dict[str, Any]] = []

    def write(self, row: PreparedRow, title: str, group: int, source: str) -> None:
        product = row.product
        self._waiting.append(
            {
                "id": _sound(product.id),
                "title": _sound(title),
                "description": _sound(product.description),
                "brand": _sound(product.brand),
                "category": list(map(_sound, product.category)),
                "attributes": [
                    (_sound(name), _sound(value)) for name, value in product.attributes.items()
                ],
                "locale": product.locale,
                "language": row.language,
                "group": f"{group:016x}",
                "source": source,
                "row": row.number,
                "flags": list(row.flags),
            }
        )
        self.rows += 1
        if len(self._waiting) == _ROW_GROUP:
            self._flush()

    def close(self) -> None:
        if self._waiting:
            self._flush()
        self._writer.close()

    def _flush(self) -> None:
        import pyarrow as pa

        table = pa.Table.from_pylist(self._waiting, schema=schema())
        self._writer.write_table(table, row_group_size=_ROW_GROUP)
        self._waiting.clear()


def _sound(text: str) -> str:
    """Half surrogate pairs, as broken JSON holds, are no UTF-8."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a prepared Parquet file as dictionaries, a row group at a time.

    Raises FeedError when the file can't be read or isn't one.
    """
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile as Reader

    try:
        with Reader(path) as file:
            if missing := set(schema().names) - set(file.schema_arrow.names):
                raise FeedError(
                    f"{path} was not written by `titlewright prepare`: it has no column "
                    f"{min(missing)!r}. Prepare the feed first."
                )
            for batch in file.iter_batches(batch_size=_ROW_GROUP):
                yield from batch.to_pylist()
    except (pa.ArrowException, OSError) as error:
        raise FeedError(f"{path} can't be read: {error}. Prepare the feed again.") from error


def is_prepared(file: Path) -> bool:
    """Whether a Parquet file has the columns of a prepared one."""
    import pyarrow as pa
    from pyarrow.parquet import read_schema

    try:
        return set(schema().names) <= set(read_schema(file).names)
    except (pa.ArrowException, OSError):
        return False


def product_of(row: dict[str, Any], title: str = "") -> Product:
    """The product of a prepared row; `title` is the one that it is to have."""
    return Product(
        id=row["id"],
        title=title,
        description=row["description"],
        brand=row["brand"],
        category=tuple(row["category"]),
        attributes=dict(row["attributes"]),
        locale=row["locale"] or row["language"],
    )


class Spool:
    """Chunks of rows on disk between two passes, read back in the order they were added."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stream = path.open("wb")

    def add(self, rows: Sequence[PreparedRow]) -> None:
        pickle.dump(rows, self._stream, protocol=pickle.HIGHEST_PROTOCOL)

    def __iter__(self) -> Iterator[list[PreparedRow]]:
        self._stream.flush()
        with self._path.open("rb") as stream:
            while True:
                try:
                    yield pickle.load(stream)
                except EOFError:
                    return

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stream.close()
        self._path.unlink(missing_ok=True)
