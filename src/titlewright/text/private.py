"""Private data in product texts: e-mail, phone, messenger handles, identity and bank numbers.

Product feeds are full of digits that are not private (GTIN, part numbers, dimensions), so a bare
run of digits counts only with a checksum and a known prefix, or with a word near it that says
what it is. Street addresses and names are not looked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from itertools import cycle
from typing import Literal, NamedTuple

import regex

from titlewright.records import Span

PrivateKind = Literal["e-mail", "phone", "messenger", "id card", "bank account", "credit card"]


class PrivateMatch(NamedTuple):
    """A piece of private data and where it stands, text[span.start:span.end]."""

    kind: PrivateKind
    span: Span


def find_private(text: str) -> list[PrivateMatch]:
    """Private data in the text, left to right, without overlaps; the first kind tried wins."""
    found: list[PrivateMatch] = []
    taken: list[Span] = []
    digits = _DIGITS.search(text) is not None
    for kind, find in _FINDERS:
        if not digits and kind in _MADE_OF_DIGITS:
            continue
        for span in find(text):
            if all(span.end <= other.start or other.end <= span.start for other in taken):
                found.append(PrivateMatch(kind, span))
                taken.append(span)
    return sorted(found, key=lambda match: match.span)


def scrub(text: str) -> str:
    """The text with private data replaced by its kind: "call [phone]". Idempotent."""
    pieces, end = [], 0
    for kind, span in find_private(text):
        pieces += [text[end : span.start], f"[{kind}]"]
        end = span.end
    return "".join([*pieces, text[end:]])


_HAN = regex.compile(r"\p{Han}")

# Words before a number that make it a phone number.
_PHONE_CUE = regex.compile(
    r"(?:(?<!\p{L})(?:tel|t[eé]l[eé]fonos?|telefon|telepon|telp|tlp|tlf|hotline|helpline"
    r"|toll[- ]?free|call(?:\s+us)?|text\s+us|sms|whats\s?app|no\.?\s?hp|hubungi|contact\s+us"
    r"|customer\s+(?:care|service|support)|celular|móvil|zalo|sđt|liên\s+hệ|โทร)"
    r"|电话|電話|联系方式|聯繫方式|联系我|热线|熱線|座机|致电|拨打|전화)"
    r"\s*(?:number|no|nr|号码|號碼|番号|at|on|to|or\s+sms)?\.?\s*[:：#/]?\s*\(?\s*$"
    # These also name products ("phone 11 12 13", "HP 490371-021", "fax 2820"): a colon must follow.
    r"|(?:(?<!\p{L})(?:phones?|ph|mobile|cell(?:phone)?|handy|fax|wa|hp|contact|viber)|手机号?|手機號?)"
    r"\s*(?:number|no|nr)?\.?\s*[:：]\s*\(?\s*$"
    r"|(?<!\p{L})(?:phone|contact|mobile)\s+(?:number|no\.?|us\s+(?:at|on)|at)\s*:?\s*\(?\s*$",
    flags=regex.IGNORECASE,
)
_NUMBER = regex.compile(
    r"(?<![\w.,/+\-])\(?\d[\d\s().\-]{5,20}\d(?![\w\-]|[.,/]\d)", flags=regex.ASCII
)
# After a number: no digit, code or unit; a whole word may follow, since feeds lose line breaks.
_END = r"(?!\d|[\-_]\w|[.,/]\d|[A-Za-z]{1,2}(?![A-Za-z]))"
_INTERNATIONAL = regex.compile(
    r"(?<![\w.+])[+＋]\s?[1-9]\d{0,2}[\s.\-]?(?:\(\d{1,4}\)[\s.\-]?)?"
    rf"\d{{1,5}}(?:[\s.\-]?\d{{2,5}}){{1,4}}{_END}(?!\s?[%×*]|\s?x\s?\d)",
    flags=regex.ASCII,
)
_NORTH_AMERICAN = regex.compile(
    r"(?<![\w.+\-/])(?:1[\s.\-])?(?:\([2-9]\d{2}\)\s?|[2-9]\d{2}([.\-]))[2-9]\d{2}(?(1)\1|[.\-])\d{4}"
    rf"{_END}",
    flags=regex.ASCII,
)
_TOLL_FREE = regex.compile(
    r"(?<![\w.+\-/])1?[\s.\-]?\(?8(?:00|33|44|55|66|77|88)\)?[\s.\-][2-9]\d{2}[\s.\-]\d{4}"
    rf"{_END}",
    flags=regex.ASCII,
)
_CHINA_MOBILE = regex.compile(
    r"(?<![\d.\-_/A-Za-z+])(?:\+?86[\s\-]?)?(?:13\d|14[5-9]|15[0-35-9]|16[2567]|17[0-8]|18\d|19[0-35-9])"
    r"([\s\-]?)\d{4}\1\d{4}(?![\w\-]|[.,]\d)",
    flags=regex.ASCII,
)
_CHINA_LANDLINE = regex.compile(
    r"(?<![\w.\-])(?:0\d{2,3}[\s\-]\d{7,8}|[48]00[\s\-]\d{3}[\s\-]\d{4}|[48]00[\s\-]\d{4}[\s\-]\d{3})"
    r"(?![\w\-])",
    flags=regex.ASCII,
)


def _phones(text: str) -> Iterator[Span]:
    for match in _INTERNATIONAL.finditer(text):
        if 9 <= _digit_count(match[0]) <= 15:
            yield Span(*match.span())
    chinese = _HAN.search(text) is not None
    for pattern in (_CHINA_MOBILE, _CHINA_LANDLINE):
        for match in pattern.finditer(text):
            if chinese or _has_cue(text, match.start()):
                yield Span(*match.span())
    for pattern in (_NORTH_AMERICAN, _TOLL_FREE):
        for match in pattern.finditer(text):
            yield Span(*match.span())
    for match in _NUMBER.finditer(text):
        if 7 <= _digit_count(match[0]) <= 15 and _has_cue(text, match.start()):
            yield Span(*match.span())


def _has_cue(text: str, start: int) -> bool:
    return _PHONE_CUE.search(text[max(0, start - 40) : start]) is not None


def _digit_count(text: str) -> int:
    return sum(character.isdigit() for character in text)


# Feeds lose spaces ("shop@example.comPhone: ..."), so a lower-case domain ends at a capital.
_EMAIL = regex.compile(
    r"(?<![\w.+%\-])[A-Za-z0-9](?:[\w.+%\-]{0,62}[A-Za-z0-9_])?[@＠]"
    r"(?:(?:[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?\.)+(?!(?:png|jpe?g|gif|webp|svg)\b)[a-z]{2,24}(?![a-z@])"
    r"|(?:[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?\.)+(?!(?i:png|jpe?g|gif|webp|svg)\b)[A-Za-z]{2,24}(?![\w@]))",
    flags=regex.ASCII,
)


def _emails(text: str) -> Iterator[Span]:
    if "@" not in text and "＠" not in text:
        return
    for match in _EMAIL.finditer(text):
        yield Span(*match.span())


_HANDLE = r"[A-Za-z][\w\-]{4,19}"
_MESSENGER = regex.compile(
    rf"(?:微信|薇信|威信|加[vV]信?|[vV]信|(?<![A-Za-z])(?i:vx|wechat|weixin))\s?(?:号|號|(?i:id))?\s?[:：]\s?"
    rf"(?<handle>{_HANDLE}|1[3-9]\d{{9}})"
    rf"|(?:加微信?|微信[号號])\s?[:：]?\s?(?<handle>{_HANDLE}|1[3-9]\d{{9}})"
    r"|(?<![A-Za-z])[qQ]{2}(?:群|号|號|群号)?\s?[:：号號群]\s?(?<handle>[1-9]\d{4,10})(?!\d)"
    r"|(?<![A-Za-z])[qQ]{2}\s?(?<handle>[1-9]\d{7,9})(?![\w\-])"
    rf"|(?<![\w\-])(?i:line)\s?(?:(?i:id)\s?[:：]?|@|[:：]\s?@)\s?(?<handle>@?{_HANDLE})"
    rf"|(?<![\w\-])(?i:telegram|skype|viber|ig|instagram)\s?(?:(?i:id)\s?)?[:：]\s?(?<handle>@?{_HANDLE})"
    rf"|(?i:\bt\.me/)(?<handle>{_HANDLE})|(?i:\bwa\.me/)(?<handle>\d{{7,15}})"
    r"|(?i:whats\s?app)\s?(?:(?i:no|number|us|at))?\.?\s?[:：]?\s?(?<handle>[+\d(][\d\s().\-]{6,18}\d)",
    flags=regex.ASCII,
)


_MESSENGER_NAMES = (
    "微信", "薇信", "威信", "加v", "v信", "vx", "wechat", "weixin", "qq", "whats", "wa.me/",
    "t.me/", "line id", "lineid", "line:", "line：", "line :", "line@", "line @", "telegram",
    "skype", "viber", "instagram", "ig:", "ig :", "ig：",
)  # fmt: skip


_NAMED = re.compile("|".join(map(re.escape, _MESSENGER_NAMES)))


def _handles(text: str) -> Iterator[Span]:
    if not _NAMED.search(text.lower()):
        return
    for match in _MESSENGER.finditer(text):
        yield Span(*match.span("handle"))


_DIGITS = re.compile(r"\d(?:[ \u00a0().\-]{0,3}\d){6}")  # what every number below holds

_ID_CARD = regex.compile(r"(?<![\w.\-])[1-9]\d{16}[\dXx](?![\w\-])", flags=regex.ASCII)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _id_cards(text: str) -> Iterator[Span]:
    """Chinese resident identity numbers: GB 11643, birth date in 7-14, ISO 7064 check in 18."""
    for match in _ID_CARD.finditer(text):
        digits = match[0]
        try:
            born = date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
        except ValueError:
            continue
        check = sum(int(d) * w for d, w in zip(digits, _ID_WEIGHTS, strict=False)) % 11
        if born.year >= 1900 and "10X98765432"[check] == digits[17].upper():
            yield Span(*match.span())


# Country code to length, ISO 13616 registry; the letters and digits are checked modulo 97.
_IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AT": 20, "BE": 16, "BG": 22, "BR": 29, "CH": 21, "CY": 28, "CZ": 24,
    "DE": 22, "DK": 18, "EE": 20, "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GR": 27, "HR": 21,
    "HU": 28, "IE": 22, "IL": 23, "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21,
    "MC": 27, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "RS": 22, "SA": 24,
    "SE": 24, "SI": 19, "SK": 24, "TR": 26, "UA": 29,
}  # fmt: skip
_IBAN_START = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9 ]{11}")
_IBAN = regex.compile(
    r"(?<![\w\-])[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){2,7}(?:\s?[A-Z0-9]{1,3})?(?![\w\-])",
    flags=regex.ASCII,
)


def _ibans(text: str) -> Iterator[Span]:
    if not _IBAN_START.search(text):
        return
    for match in _IBAN.finditer(text):
        length = _IBAN_LENGTHS.get(match[0][:2])
        end = _end_of(match[0], length) if length else 0
        if end and _is_iban("".join(match[0][:end].split())):
            yield Span(match.start(), match.start() + end)


def _end_of(text: str, length: int) -> int:
    """Where `length` characters other than spaces end; 0 when there are fewer."""
    count = 0
    for index, character in enumerate(text):
        count += not character.isspace()
        if count == length:
            return index + 1
    return 0


def _is_iban(account: str) -> bool:
    return int("".join(str(int(c, 36)) for c in account[4:] + account[:4])) % 97 == 1


_CARD = regex.compile(
    r"(?<![\w.\-/]|\d{4}[ \-])"
    r"(?:\d{4}([ \-])\d{4}\1\d{4}\1\d{4}|3[47]\d{2}([ \-])\d{6}\2\d{5}|\d{15,16})"
    r"(?![\w\-/]|[.,]\d| \d{4})",
    flags=regex.ASCII,
)
# Visa, Mastercard (both ranges), American Express, Discover, UnionPay.
_CARD_PREFIX = regex.compile(r"4|5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)|3[47]|6011|65|62")


def _credit_cards(text: str) -> Iterator[Span]:
    for match in _CARD.finditer(text):
        digits = "".join(filter(str.isdigit, match[0]))
        american_express = digits[:2] in {"34", "37"}
        if (
            _CARD_PREFIX.match(digits)
            and len(digits) == (15 if american_express else 16)
            and _luhn(digits)
        ):
            yield Span(*match.span())


def _luhn(digits: str) -> bool:
    """The check of ISO/IEC 7812-1, annex B."""
    doubled = zip(map(int, reversed(digits)), cycle((1, 2)), strict=False)
    return len(set(digits)) > 1 and sum(sum(divmod(d * f, 10)) for d, f in doubled) % 10 == 0


_MADE_OF_DIGITS = frozenset({"id card", "credit card", "phone"})
_FINDERS: tuple[tuple[PrivateKind, Callable[[str], Iterator[Span]]], ...] = (
    ("e-mail", _emails),
    ("id card", _id_cards),
    ("bank account", _ibans),
    ("credit card", _credit_cards),
    ("messenger", _handles),
    ("phone", _phones),
)
