"""Numbers with their units, as sellers write them, brought to comparable values.

Reads 9/16 in, 1-9/16", 1,5 kg, 0.5 L, 12-pack, pack of 12, 10 x 20 cm, 5-10 kg, 一双, 420mm.
It knows units and notation, not products: what a number measures is the grounding's business.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import regex

from titlewright.records import Span
from titlewright.text.units import BY_SPELLING, CASED, unit_pattern

_COUNT_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "single": 1, "twin": 2, "double": 2,
    "triple": 3, "dozen": 12,
}  # fmt: skip
_HAN_DIGITS = {"一": 1, "二": 2, "两": 2, "兩": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7,
               "八": 8, "九": 9, "十": 10}  # fmt: skip
_FRACTION_CHARACTERS = {
    "½": 0.5, "⅓": 1 / 3, "⅔": 2 / 3, "¼": 0.25, "¾": 0.75, "⅕": 0.2, "⅛": 0.125, "⅜": 0.375,
    "⅝": 0.625, "⅞": 0.875, "⅙": 1 / 6,
}  # fmt: skip

_NUMBER = (
    r"(?:\d+[-‐‑–\s]\d+/\d+|\d+\s?[½⅓⅔¼¾⅕⅛⅜⅝⅞⅙]|[½⅓⅔¼¾⅕⅛⅜⅝⅞⅙]|\d+/\d+"
    r"|\d{1,3}(?:[\u00a0\u202f]\d{3})+(?:[.,]\d+)?"
    r"|\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3})+,\d+|\d+[.,]\d+|\.\d+|\d+)"
)
_WIDE = str.maketrans(
    {chr(0xFF01 + offset): chr(0x21 + offset) for offset in range(94)} | {"⁄": "/"}
)
_GROUPED = regex.compile(r"(?<=\d)[\u00a0\u202f](?=\d{3}(?!\d|/))")
_WHOLE_AND_FRACTION = regex.compile(r"[-‐‑–\s]+")
# A number, not inside a word or code, with the unit that may follow it.
_QUANTITY = regex.compile(
    rf"(?:(?<![\p{{Latin}}\p{{N}}_])(?<![\p{{N}}][.,/])|(?<=[\d\"″”][xX×*]))(?P<number>{_NUMBER})"
    rf"(?:(?P<gap>[\s\u00a0]?[-‐‑]?[\s\u00a0]?)(?P<unit>{unit_pattern()})"
    rf"|(?=[xX×*]\d)|(?![\p{{Latin}}\d_]))",
    flags=regex.IGNORECASE,
)
_LEADING_COUNT = regex.compile(
    r"\b(?:pack|packs|set|sets|box|case|bag|lot|bundle|carton|paquete|pacco|lote|juego|confezione)"
    r"\s+(?:of|de|da)\s+(?P<number>\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve)\b",
    flags=regex.IGNORECASE,
)
_WORD_COUNT = regex.compile(
    r"\b(?P<number>one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen)"
    r"[\s-]?(?P<unit>packs?|pieces?|pcs|pairs?|sets?|count|dozen)\b"
    r"|\b(?P<several>twin|single|double|triple)[\s-]?packs?\b"
    r"|(?<!\d[\s-]?)(?P<lone>\bdozen\b|\bpair\s+of\b)",
    flags=regex.IGNORECASE,
)
_HAN_COUNT = regex.compile(
    r"(?P<number>[一二两兩三四五六七八九十])(?P<unit>件套|[个個只隻件片包盒瓶支条條张袋罐枚粒双雙对套])"
    r"(?!种|人|步|次)"
)
_SPACES = regex.compile(r"\s+")
_NO_INCHES = regex.compile(r"[\s-]*(?:\d|an?\b|the\b|one\b|our\b|your\b|stock)")
_DIGIT_NEXT = regex.compile(r"\s?\d")
_LETTER_NEXT = regex.compile(r"s?\p{L}")
_TIMES = regex.compile(r"\s?[x×*✕X]\s?")
_RANGE = regex.compile(r"\s?(?:-|–|—|~|to|/|&|and|or|,)\s?")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as written: `value` in the unit written, `base` in the dimension's base unit.

    `dimension` is "" for a bare number; `unit` is the spelling found, lower case, or borrowed
    from the number it is listed with ("10 x 20 cm" gives 10 cm and 20 cm).
    """

    span: Span
    number_span: Span
    text: str
    value: float
    decimals: int
    unit: str
    dimension: str
    base: float
    part_of_fraction: bool = False


def parse_number(text: str) -> float | None:
    """The value of a number as sellers write it; None when it isn't one (3/0, too many digits)."""
    try:
        value = _parse(_GROUPED.sub("", text.strip()))
    except ValueError:  # a digit of Unicode that this Python doesn't know yet
        return None
    return value if value is not None and math.isfinite(value) else None


def _parse(text: str) -> float | None:
    whole = 0.0
    if text and text[-1] in _FRACTION_CHARACTERS:
        head = text[:-1].strip()
        return (float(head) if head else 0.0) + _FRACTION_CHARACTERS[text[-1]]
    if "/" in text:
        head, _, rest = _WHOLE_AND_FRACTION.sub(" ", text).rpartition(" ")
        whole = float(head) if head else 0.0
        numerator, denominator = map(float, rest.split("/"))
        return whole + numerator / denominator if denominator else None
    if "," in text and "." in text:
        text = (
            text.replace(",", "")
            if text.rfind(".") > text.rfind(",")
            else (text.replace(".", "").replace(",", "."))
        )
    elif "," in text:
        head, _, tail = text.rpartition(",")
        grouped = len(tail) == 3 and head.lstrip("0") != ""
        text = text.replace(",", "") if grouped else text.replace(",", ".")
    return float(text)


@lru_cache(maxsize=4096)
def find_quantities(text: str) -> tuple[Quantity, ...]:
    """Every number in the text, left to right, with its unit where one is written."""
    text = text.translate(_WIDE)  # one character for one: places stay the same
    found = [
        quantity
        for match in _QUANTITY.finditer(text)
        if (quantity := _read_match(text, match)) is not None
    ]
    found = _share_units(text, found)
    found = _merge(found, list(_counts(text)))
    return tuple(found)


def _read_match(text: str, match: regex.Match[str]) -> Quantity | None:
    value = parse_number(match["number"])
    if value is None:
        return None
    unit = _accepted_unit(text, match)
    if match["unit"] and not unit and not match["gap"] and match["unit"][0].isalpha():
        return None  # letters that are no unit make it a code: 5G, 3M, 90s
    dimension, factor = BY_SPELLING.get(unit, ("", 1.0))
    number = Span(*match.span("number"))
    end = match.end("unit") if unit else number.end
    fractional = match["number"].replace(",", ".").rpartition(".")[2]
    has_point = any(mark in match["number"] for mark in ".,") and "/" not in match["number"]
    return Quantity(
        span=Span(number.start, end),
        number_span=number,
        text=text[number.start : end],
        value=value,
        decimals=len(fractional) if has_point and not value.is_integer() else 0,
        unit=unit,
        dimension=dimension,
        base=value * factor,
        part_of_fraction="/" in match["number"],
    )


def _accepted_unit(text: str, match: regex.Match[str]) -> str:
    """The unit's spelling in lower case, or "" where what follows is no unit after all."""
    written = match["unit"]
    if not written:
        return ""
    unit: str = _SPACES.sub(" ", written.lower())
    gap, after = match["gap"], text[match.end() : match.end() + 8]
    if unit not in BY_SPELLING:
        unit = unit.replace(" ", "")
        unit = {"floz": "fl oz", "sqft": "sq ft"}.get(unit, unit)
        if unit not in BY_SPELLING:
            return ""
    if unit in CASED and written != CASED[unit] and not (unit == "w" and not gap):
        return ""
    if unit == "g" and written == "G" and match["number"] in {"2", "3", "4", "5", "6"}:
        return ""  # mobile networks
    if unit == "in" and _NO_INCHES.match(after):
        return ""  # 3-in-1, 4 in a row, 5 in stock
    if unit in {"x", "×"} and (gap or _DIGIT_NEXT.match(after)):
        return ""  # 10 x 20
    if unit in {"a", "h", "p", "u", "v", "l", "m"} and "-" in gap:
        return ""
    if unit in {"'", "’", "’’"} and (gap or _LETTER_NEXT.match(after)):
        return ""
    if unit in {'"', "”", "“", "″", "''"} and gap:
        return ""
    if unit == "cal" and written[0] == "C":
        return ""
    return unit


def _share_units(text: str, found: list[Quantity]) -> list[Quantity]:
    """Numbers joined by x or by a range borrow the unit of the number that follows them."""
    shared = list(found)
    for index in range(len(found) - 2, -1, -1):
        here, following = shared[index], shared[index + 1]
        if here.unit or not following.unit or following.dimension == "count":
            continue
        between = text[here.span.end : following.span.start]
        if (_TIMES.fullmatch(between) and following.dimension == "length") or (
            _RANGE.fullmatch(between) and between.strip() != ","
        ):
            factor = BY_SPELLING[following.unit][1]
            shared[index] = Quantity(
                here.span, here.number_span, here.text, here.value, here.decimals,
                following.unit, following.dimension, here.value * factor, here.part_of_fraction,
            )  # fmt: skip
    return shared


def _counts(text: str) -> Iterator[Quantity]:
    """Counts whose number stands after the word or is a word: pack of 12, two-piece, 三件."""
    for match in _LEADING_COUNT.finditer(text):
        yield _count(text, match, match["number"], 1.0)
    for match in _WORD_COUNT.finditer(text):
        if match["lone"]:
            yield _count(text, match, "1", 12.0 if match["lone"].lower() == "dozen" else 2.0)
        elif match["several"]:
            yield _count(text, match, match["several"], 1.0)
        else:
            yield _count(text, match, match["number"], BY_SPELLING[match["unit"].lower()][1])
    for match in _HAN_COUNT.finditer(text):
        yield _count(text, match, match["number"], BY_SPELLING[match["unit"]][1])


def _count(text: str, match: regex.Match[str], number: str, factor: float) -> Quantity:
    value = float(
        _COUNT_WORDS.get(number.lower()) or _HAN_DIGITS.get(number) or parse_number(number) or 0
    )
    span = Span(*match.span())
    return Quantity(
        span, span, text[span.start : span.end], value, 0, "count", "count", value * factor
    )


def _merge(found: list[Quantity], counts: list[Quantity]) -> list[Quantity]:
    """Both lists by position; where spans overlap the longer one stays."""
    kept = [
        quantity
        for quantity in found
        if not any(count.span.start < quantity.span.end and quantity.span.start < count.span.end
                   for count in counts)
    ]  # fmt: skip
    return sorted(kept + counts, key=lambda quantity: quantity.span)


def without_quantities(text: str) -> str:
    """The text without "500 ml", "pack of 2" and the like."""
    kept, end = [], 0
    for quantity in find_quantities(text):
        kept.append(text[end : quantity.span.start])
        end = max(end, quantity.span.end)
    return " ".join([*kept, text[end:]])


def same_quantity(title: Quantity, source: Quantity) -> bool:
    """Whether the source's quantity states what the title's says.

    In the same unit the numbers must be equal. Across units of one dimension the converted value
    may be rounded to the title's own decimals, by at most 0.6 % (15.6 in for 39.6 cm).
    """
    if title.dimension != source.dimension:
        return _fluid_ounces(title, source) and _equal(title.value, source.value)
    if title.dimension == "count" or _factor(title) == _factor(source):
        return _equal(title.base, source.base)
    if title.dimension == "data":
        return _same_bytes(title, source)
    if _equal(title.base, source.base, tolerance=1e-4):
        return True
    step = 0.5 * 10.0**-title.decimals * _factor(title)
    source_step = 0.5 * 10.0**-source.decimals * _factor(source)
    near = abs(title.base - source.base)
    return near <= max(step, source_step) * 1.001 and near <= 0.006 * abs(source.base)


def _factor(quantity: Quantity) -> float:
    return quantity.base / quantity.value if quantity.value else 1.0


def _equal(one: float, other: float, tolerance: float = 1e-9) -> bool:
    return abs(one - other) <= tolerance * max(abs(one), abs(other))


def _same_bytes(title: Quantity, source: Quantity) -> bool:
    """Bytes by powers of 1000 or of 1024: 1 TB is sold as 1000 GB and as 1024 GB."""
    if not title.base or not source.base:
        return title.base == source.base
    ratio = title.base / source.base
    return any(_equal(ratio, (1000 / 1024) ** power, 1e-6) for power in (-3, -2, -1, 0, 1, 2, 3))


def _fluid_ounces(title: Quantity, source: Quantity) -> bool:
    """Sellers write "oz" for fluid ounces too."""
    pair = {title.dimension, source.dimension}
    units = title.unit + " " + source.unit
    return (
        pair == {"mass", "volume"}
        and units.count("o") >= 2
        and "oz" in units.replace("ounce", "oz")
        and _ounce(title)
        and _ounce(source)
    )


def _ounce(quantity: Quantity) -> bool:
    return quantity.unit.rstrip(".s").endswith(("oz", "ounce"))
