"""Parquet feeds in batches: rows out of record batches, and the same batches written back.

Memory holds one batch (and one row group's pages), never the table.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any, cast

from titlewright.errors import FeedError, RecordError
from titlewright.feeds.archives import open_bytes
from titlewright.feeds.items import NewTitle, Record
from titlewright.records import Reject

_BATCH = 4096  # rows held at a time
_GROUP_ROWS, _GROUP_BYTES = 1 << 16, 64 << 20  # rows are written in groups up to this large
_SPOOL = 64 << 20  # a packed Parquet file up to this many bytes is unpacked in memory


class ParquetSource:
    """A Parquet file. Raises FeedError when it isn't one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._open() as file:
            self.schema = file.schema_arrow
            self.compression, self.group_rows = _storage(file)
        self.columns: tuple[str, ...] = tuple(self.schema.names)
        if not self.columns:
            raise FeedError(f"{path} is a Parquet file without columns.")

    @contextlib.contextmanager
    def _open(self) -> Iterator[Any]:
        import pyarrow as pa
        import pyarrow.parquet as pq

        stream: Any = open_bytes(self.path)
        if not stream.seekable() or stream.peek(4)[:4] != b"PAR1":
            stream = _unpacked(stream)
        try:
            with stream, pq.ParquetFile(stream, pre_buffer=False) as file:
                yield file
        except (pa.ArrowException, OSError, ValueError, RecursionError, MemoryError) as error:
            raise self._broken(error) from None

    def _broken(self, error: BaseException) -> FeedError:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        return FeedError(f"{self.path} can't be read as Parquet ({reason}). Write the file again.")

    def records(self) -> Iterator[Record]:
        """Every row in file order; `raw` is its batch and its place there."""
        number = 0
        with self._open() as file:
            batches = file.iter_batches(batch_size=_BATCH)
            while True:
                batch = next(batches, None)
                if batch is None:
                    return
                columns = [_python_values(column) for column in batch.columns]
                for place in range(batch.num_rows):
                    number += 1
                    yield self._record(number, batch, place, [column[place] for column in columns])

    def _record(self, number: int, batch: Any, place: int, values: list[object]) -> Record:
        for column, value in zip(self.columns, values, strict=True):
            if isinstance(value, _Undecoded):
                problem = "The cell holds bytes that are not UTF-8 text."
                reject = Reject(number, "", column, problem, "Write the column as UTF-8 strings.")
                return Record(number, (batch, place), problem=reject)
        return Record(number, (batch, place), self.columns, values)


class _Undecoded:
    """Stands where a value's bytes are not text."""


_UNDECODED = _Undecoded()


def _python_values(column: Any) -> list[Any]:
    import pyarrow as pa

    try:
        values: list[Any] = column.to_pylist()
    except UnicodeDecodeError:
        values = [_text(value) for value in column.cast(pa.large_binary()).to_pylist()]
    if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
        values = [_text(value) if value else None for value in values]
    return values


def _text(value: bytes | None) -> object:
    if value is None:
        return None
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return _UNDECODED


def _storage(file: Any) -> tuple[str, int]:
    """The codec and the number of rows of the first row group.

    Damaged metadata makes the library abort here; that one row can be read shows it is sound.
    """
    metadata = file.metadata
    if next(file.iter_batches(batch_size=1), None) is not None and metadata.num_row_groups:
        group = metadata.row_group(0)
        codec = str(group.column(0).compression).lower()
        return "none" if codec == "uncompressed" else codec, group.num_rows
    return "snappy", _GROUP_ROWS


def _unpacked(stream: IO[bytes]) -> IO[bytes]:
    """Parquet is read from its end, so a packed file is unpacked first."""
    spool = tempfile.SpooledTemporaryFile(max_size=_SPOOL)  # noqa: SIM115 (given to the reader)
    with stream:
        while chunk := stream.read(1 << 20):
            spool.write(chunk)
    spool.seek(0)
    return spool


class ParquetWriter:
    """Writes rows of `source` with the title in `column` (added at the end if new)."""

    def __init__(self, source: ParquetSource, out: IO[bytes], column: str) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        schema = source.schema
        if column not in schema.names:
            schema = schema.append(pa.field(column, pa.string()))
        self._schema = schema
        self._place = schema.names.index(column)
        self._new_column = column not in source.schema.names
        kind = schema.field(self._place).type
        text = kind.value_type if pa.types.is_dictionary(kind) else kind
        if not (
            pa.types.is_string(text) or pa.types.is_large_string(text) or str(text) == "string_view"
        ):
            raise FeedError(
                f"Column {column!r} of {source.path} holds {kind}, so no titles can be put there. "
                "Put them in a column of their own (title_column)."
            )
        self._batch: Any = None
        self._rows: list[int] = []
        self._titles: dict[int, str] = {}
        self._group: list[Any] = []  # record batches of the row group to be written next
        self._group_rows = min(source.group_rows, _GROUP_ROWS)
        self._writer = pq.ParquetWriter(out, schema, compression=source.compression)

    def keep(self, record: Record) -> None:
        self._take(record)

    def retitle(self, record: Record, title: NewTitle) -> None:
        try:
            title.text.encode()
        except UnicodeEncodeError:
            raise RecordError(
                f"The title {title.text!r} is not valid Unicode.",
                field="title",
                advice="Remove its lone surrogates.",
            ) from None
        row = self._take(record)
        self._titles[row] = title.text

    def leave_out(self, record: Record) -> None:
        """Rows that are not taken are not written."""

    def close(self) -> None:
        self._finish_batch()
        self._write_group()
        self._writer.close()

    def _take(self, record: Record) -> int:
        batch, place = cast("tuple[Any, int]", record.raw)
        if batch is not self._batch:
            self._finish_batch()
            self._batch = batch
        self._rows.append(place)
        return len(self._rows) - 1

    def _finish_batch(self) -> None:
        import pyarrow as pa
        import pyarrow.compute as pc

        if not self._rows:
            return
        taken = self._batch.take(pa.array(self._rows, pa.int64()))
        columns: Sequence[Any] = list(taken.columns)
        kind = self._schema.field(self._place).type
        plain = kind.value_type if pa.types.is_dictionary(kind) else kind
        new = pa.array([self._titles.get(row) for row in range(len(self._rows))], plain)
        if not self._new_column:
            new = pc.coalesce(new, columns[self._place].cast(plain))
        if plain is not kind:
            new = new.dictionary_encode().cast(kind)
        columns = [*columns[: self._place], new, *columns[self._place + 1 :]]
        self._group.append(pa.RecordBatch.from_arrays(columns, schema=self._schema))
        self._rows, self._titles = [], {}
        rows = sum(batch.num_rows for batch in self._group)
        if rows >= self._group_rows or sum(batch.nbytes for batch in self._group) >= _GROUP_BYTES:
            self._write_group()

    def _write_group(self) -> None:
        import pyarrow as pa

        if self._group:
            self._writer.write_table(pa.Table.from_batches(self._group, self._schema))
            self._group = []
