"""Which encoding a feed is written in: byte order mark, UTF-8, UTF-16, or a legacy code page.

UTF-8 is proved by strict decoding. A legacy encoding can only be guessed: each candidate decodes
the lines that hold non-ASCII bytes, and the one that gives the most everyday characters wins.
Bytes that don't decode become lone surrogates, so one bad row neither stops the feed nor changes
when it is written back.
"""

from __future__ import annotations

import codecs
import io
import re
from dataclasses import dataclass
from typing import IO, Any

from titlewright.errors import FeedError

SCAN_LIMIT = 64 << 20  # bytes looked at to prove UTF-8
_EVIDENCE_LIMIT = 256 << 10  # bytes of non-ASCII lines kept for guessing
_LINE_LIMIT = 1 << 14  # of each, so that one long line is not all there is
_CHUNK = 1 << 20
_UNDECODED = re.compile("[\ud800-\udfff]")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")


@dataclass(frozen=True, slots=True)
class Encoding:
    """A Python codec without byte order mark, and the mark the file starts with."""

    codec: str
    mark: bytes = b""

    @property
    def name(self) -> str:
        """The codec as people write it: utf-8-sig for UTF-8 with a byte order mark."""
        return "utf-8-sig" if self.mark and self.codec == "utf-8" else self.codec

    @property
    def errors(self) -> str:
        """The error handler that carries undecodable bytes there and back."""
        return "surrogatepass" if self.codec.startswith("utf-16") else "surrogateescape"

    def open(self, stream: IO[bytes]) -> io.TextIOWrapper:
        """Text of a byte stream, the mark taken off, line ends as they are."""
        stream.read(len(self.mark))
        if self.codec.startswith("utf-16"):
            stream = io.BufferedReader(_WholeUnits(stream))
        return io.TextIOWrapper(stream, self.codec, self.errors, newline="")

    def encode(self, text: str) -> bytes:
        return text.encode(self.codec, self.errors)

    def can_write(self, text: str) -> bool:
        """Whether every character of a new text exists in this encoding."""
        try:
            text.encode(self.codec)
        except UnicodeEncodeError:
            return False
        return True


class _WholeUnits(io.RawIOBase):
    """UTF-16 cut in the middle of a unit gets a last byte that shows as undecodable."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._odd = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        if not data and self._odd:
            data = b"\xdc"
        buffer[: len(data)] = data
        self._odd ^= bool(len(data) % 2)
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()


_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def is_decoded(text: str) -> bool:
    """Whether no byte of the text failed to decode."""
    return text.isascii() or _UNDECODED.search(text) is None


def detect_encoding(stream: IO[bytes]) -> Encoding:
    """The encoding of a byte stream, read from its start up to SCAN_LIMIT bytes."""
    chunk = stream.read(_CHUNK)
    for mark, codec in _MARKS:
        if chunk.startswith(mark):
            return Encoding(codec, mark)
    if codec := _utf16_without_mark(chunk):
        return Encoding(codec)
    scanned, evidence = 0, b""
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    valid = True
    while chunk:
        scanned += len(chunk)
        if valid and not _decodes(decoder, chunk):
            valid = False
        if not chunk.isascii() and len(evidence) < _EVIDENCE_LIMIT:
            evidence += _non_ascii_lines(chunk, _EVIDENCE_LIMIT - len(evidence))
        if scanned >= SCAN_LIMIT or (not valid and len(evidence) >= _EVIDENCE_LIMIT):
            break
        chunk = stream.read(_CHUNK)
    else:
        valid = valid and _decodes(decoder, b"", final=True)
    if valid or _mostly_utf8(evidence):
        return Encoding("utf-8")
    return Encoding(guess_legacy(evidence))


def named_encoding(name: str, stream: IO[bytes]) -> Encoding:
    """The encoding a caller asks for, with the mark the stream starts with.

    Raises FeedError when Python knows no text encoding of that name.
    """
    try:
        codec = codecs.lookup(name).name
        "a".encode(codec)
    except (LookupError, ValueError):
        raise FeedError(
            f"There is no text encoding named {name!r}. "
            "Use one such as utf-8, utf-16, cp1252, gb18030 or shift_jis."
        ) from None
    start = stream.read(4)
    if codec in {"utf-8", "utf-8-sig"}:
        return Encoding("utf-8", codecs.BOM_UTF8 if start.startswith(codecs.BOM_UTF8) else b"")
    if codec.startswith("utf-16"):
        for mark, marked in _MARKS[1:]:
            if start.startswith(mark):
                return Encoding(marked, mark)
        return Encoding("utf-16-le" if codec == "utf-16" else codec)
    return Encoding(codec)


def guess_legacy(evidence: bytes) -> str:
    """The likeliest of cp1252, gb18030 and cp932 (Shift-JIS) for bytes that aren't UTF-8.

    Lines with only a letter or two outside ASCII speak for a Western language.
    """
    foreign = sum(map(len, _HIGH_RUN.findall(evidence)))
    few = foreign < 4 * evidence.count(b"\n")
    scores = {
        "cp1252": _western_share(evidence) + (0.3 if few else 0.0),
        "gb18030": _share(evidence, "gb18030", _chinese_weight),
        "cp932": _share(evidence, "cp932", _japanese_weight),
    }
    return max(scores, key=scores.__getitem__)  # a tie goes to cp1252, the first


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _utf16_without_mark(chunk: bytes) -> str:
    """UTF-16 shows as NUL bytes at every other place of ASCII text: a header always has some."""
    head = chunk[:4096]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) < max(2, len(head) // 100) or max(even, odd) < 10 * min(even, odd):
        return ""
    codec = "utf-16-le" if odd > even else "utf-16-be"
    text = head[: len(head) // 2 * 2].decode(codec, "replace")
    return "" if text.count("\ufffd") > len(text) // 20 or "\0" in text else codec


def _non_ascii_lines(chunk: bytes, limit: int) -> bytes:
    kept: list[bytes] = []
    size = 0
    for line in chunk.split(b"\n"):
        found = None if line.isascii() else _HIGH_RUN.search(line)
        if found is None:
            continue
        kept.append(line[found.start() : found.start() + _LINE_LIMIT])
        size += len(kept[-1])
        if size >= limit:
            break
    return b"\n".join(kept) + b"\n"


def _mostly_utf8(evidence: bytes) -> bool:
    """Several bytes in a row form valid UTF-8 by accident only very rarely."""
    good = bad = 0
    for run in _HIGH_RUN.findall(evidence):
        try:
            run.decode("utf-8")
            good += 1
        except UnicodeDecodeError:
            bad += 1
    return good > 2 * bad


def _western_share(evidence: bytes) -> float:
    """Western text holds single accented letters or signs between ASCII ones, not long runs."""
    everyday = frozenset("’‘“”–—…•™®©°£€½¼¾×²³·«»±")
    total = points = 0.0
    for run in _HIGH_RUN.findall(evidence):
        text = run.decode("cp1252", "replace")
        total += len(text)
        weight = 1.0 if len(text) == 1 else 0.5 if len(text) == 2 else 0.2
        points += weight * sum("À" <= char <= "ÿ" or char in everyday for char in text)
    return points / total if total else 0.0


def _share(evidence: bytes, codec: str, weight: object) -> float:
    """Mean weight of the non-ASCII characters; bytes that don't decode weigh minus one."""
    text = evidence.decode(codec, "surrogateescape")
    points = [weight(char) for char in text if char > "\x7f"]  # type: ignore[operator]
    return sum(points) / len(points) if points else 0.0


def _chinese_weight(char: str) -> float:
    """GB 2312 level 1 holds the 3,755 commonest characters, level 2 the next 3,008."""
    if "\ud800" <= char <= "\udfff":
        return -1.0
    try:
        lead = char.encode("gb2312")[0]
    except UnicodeEncodeError:
        return 0.0
    return 1.0 if lead <= 0xA3 or 0xB0 <= lead <= 0xD7 else 0.6


def _japanese_weight(char: str) -> float:
    """Kana and JIS level 1 kanji are everyday; half-width kana are what other bytes turn into."""
    if "\ud800" <= char <= "\udfff":
        return -1.0
    if "｡" <= char <= "ﾟ":
        return 0.1
    try:
        lead = char.encode("shift_jis")[0]
    except UnicodeEncodeError:
        return 0.0
    return 1.0 if lead in (0x81, 0x82, 0x83) or 0x88 <= lead <= 0x97 else 0.4
