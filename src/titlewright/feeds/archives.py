"""Compressed files by their first bytes: gzip and Zstandard in and out, others named.

Decompression streams, so an archive that unpacks to far more than it weighs costs time, never
memory. An archive that ends early or is damaged is a FeedError, not a shorter feed.
"""

from __future__ import annotations

import gzip
import io
import zlib
from pathlib import Path
from typing import IO, Any

from titlewright.errors import FeedError

_GZIP, _ZSTANDARD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_UNREAD = (
    (b"PK\x03\x04", "a zip archive or an Excel workbook", "Unzip it, or save the sheet as CSV."),
    (b"PK\x05\x06", "an empty zip archive", "Give the feed that was meant to be in it."),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "Save the sheet as CSV (UTF-8)."),
    (b"BZh", "a bzip2 archive", "Unpack it with bunzip2 first."),
    (b"\xfd7zXZ", "an xz archive", "Unpack it with unxz first."),
    (b"7z\xbc\xaf", "a 7-Zip archive", "Unpack it first."),
    (b"Rar!", "a RAR archive", "Unpack it first."),
    (b"%PDF", "a PDF document", "Export the feed as CSV, JSON or XML."),
    (b"SQLite format 3", "an SQLite database", "Export the table as CSV."),
)
_ZSTANDARD_STEP = 1024  # one compressed byte may unpack to 32 KiB, so feed it small pieces


def open_bytes(path: Path) -> io.BufferedReader:
    """The file's unpacked bytes. Raises FeedError when it can't be opened or isn't a feed."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise FeedError(f"There is no file {path}. Check the path.") from None
    except IsADirectoryError:
        raise FeedError(f"{path} is a folder. Give one feed file.") from None
    except OSError as error:
        raise FeedError(
            f"{path} can't be opened: {error.strerror}. Check it is readable."
        ) from None
    magic = file.read(16)
    file.seek(0)
    if not magic:
        file.close()
        raise FeedError(f"{path} is empty. Give a feed with at least a header and one row.")
    for start, what, advice in _UNREAD:
        if magic.startswith(start):
            file.close()
            raise FeedError(f"{path} is {what}, which isn't read as a feed. {advice}")
    if magic.startswith(_GZIP):
        return io.BufferedReader(_Checked(gzip.GzipFile(fileobj=file), file, path), 1 << 16)
    if magic.startswith(_ZSTANDARD):
        return io.BufferedReader(_Checked(_Zstandard(file), file, path), 1 << 16)
    return file


def pack(file: IO[bytes], name: str) -> IO[bytes]:
    """A stream that packs into `file` as the suffix of `name` asks (.gz, .zst, or not at all).

    Closing it ends the archive and leaves `file` open. The same bytes in give the same bytes out.
    """
    suffix = Path(name).suffix.casefold()
    if suffix == ".gz":
        packed: Any = gzip.GzipFile("", "wb", fileobj=file, compresslevel=6, mtime=0)
        return io.BufferedWriter(packed, 1 << 16)
    if suffix in {".zst", ".zstd"}:
        import zstandard

        packed = zstandard.ZstdCompressor(level=3).stream_writer(file, closefd=False)
        return io.BufferedWriter(packed, 1 << 16)
    return io.BufferedWriter(_KeepOpen(file), 1 << 16)


class _KeepOpen(io.RawIOBase):
    """Passes writes on; closing it leaves the file below open."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return self._file.write(data)


class _Zstandard(io.RawIOBase):
    """Zstandard frames one after another; a frame cut short raises EOFError.

    The library's own stream reader takes a cut frame for the end of the data.
    """

    def __init__(self, file: IO[bytes]) -> None:
        import zstandard

        self._file = file
        self._new_frame = zstandard.ZstdDecompressor().decompressobj
        self._frame: Any = None
        self._ready = memoryview(b"")
        self._waiting = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready:
            if not self._more():
                return 0
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def _more(self) -> bool:
        packed = self._waiting or self._file.read(_ZSTANDARD_STEP)
        self._waiting = b""
        if not packed:
            if self._frame is not None:
                raise EOFError("the last frame is cut short")
            return False
        if self._frame is None:
            self._frame = self._new_frame()
        self._ready = memoryview(self._frame.decompress(packed))
        if self._frame.eof:
            self._waiting = self._frame.unused_data
            self._frame = None
        return True


class _Checked(io.RawIOBase):
    """Turns every way an archive can be broken into one FeedError that names the file."""

    def __init__(self, unpacked: gzip.GzipFile | io.RawIOBase, file: IO[bytes], path: Path) -> None:
        self._unpacked: Any = unpacked
        self._file = file
        self._path = path

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        import zstandard

        try:
            return int(self._unpacked.readinto(buffer) or 0)
        except (OSError, EOFError, zlib.error, zstandard.ZstdError) as error:
            raise FeedError(
                f"{self._path} is a broken archive ({error}). Download or pack it again."
            ) from None

    def close(self) -> None:
        if not self.closed:
            self._unpacked.close()
            self._file.close()
        super().close()
