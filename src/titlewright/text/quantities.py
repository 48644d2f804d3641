"""Numbers with their units, as sellers write them, brought to comparable values.

Reads 9/16 in, 1-9/16", 1,5 kg, 0.5 L, 12-pack, pack of 12, 10 x 20 cm, 5-10 kg, 一双, 420mm.
It knows units and notation, not products: what a number measures is the grounding's business.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import regex

from titlewright.records import Span

# dimension → {spelling: factor to the dimension's base unit}; spellings are matched without case
# unless they stand in _CASED below.
_UNITS: dict[str, dict[str, float]] = {
    "length": {  # metre
        "nm": 1e-9, "µm": 1e-6, "μm": 1e-6, "um": 1e-6, "micron": 1e-6, "microns": 1e-6,
        "mm": 1e-3, "millimeter": 1e-3, "millimeters": 1e-3, "millimetre": 1e-3,
        "millimetres": 1e-3, "毫米": 1e-3, "cm": 1e-2, "cms": 1e-2, "centimeter": 1e-2,
        "centimeters": 1e-2, "centimetre": 1e-2, "centimetres": 1e-2, "厘米": 1e-2, "公分": 1e-2,
        "dm": 0.1, "m": 1.0, "meter": 1.0, "meters": 1.0, "metre": 1.0, "metres": 1.0,
        "mtr": 1.0, "mtrs": 1.0, "米": 1.0, "km": 1e3, "公里": 1e3,
        "in": 0.0254, "in.": 0.0254, "inch": 0.0254, "inches": 0.0254, "inchs": 0.0254,
        "zoll": 0.0254, "pouces": 0.0254, "pulgadas": 0.0254, "pollici": 0.0254,
        "polegadas": 0.0254, "英寸": 0.0254, "寸": 0.0254, "吋": 0.0254, "インチ": 0.0254,
        '"': 0.0254, "''": 0.0254, "″": 0.0254, "”": 0.0254, "“": 0.0254, "’’": 0.0254,
        "ft": 0.3048, "ft.": 0.3048, "foot": 0.3048, "feet": 0.3048, "'": 0.3048, "′": 0.3048,
        "’": 0.3048, "yd": 0.9144, "yds": 0.9144, "yard": 0.9144, "yards": 0.9144,
        "mile": 1609.344, "miles": 1609.344,
    },
    "area": {  # square metre
        "sq ft": 0.09290304, "sq. ft.": 0.09290304, "sq.ft": 0.09290304, "sqft": 0.09290304,
        "square feet": 0.09290304, "square foot": 0.09290304, "ft²": 0.09290304,
        "sq m": 1.0, "sqm": 1.0, "m²": 1.0, "m2": 1.0, "square meters": 1.0, "平方米": 1.0,
        "平米": 1.0, "cm²": 1e-4, "sq in": 0.00064516, "sq. in.": 0.00064516,
    },
    "volume": {  # litre
        "ml": 1e-3, "mls": 1e-3, "milliliter": 1e-3, "milliliters": 1e-3, "millilitre": 1e-3,
        "millilitres": 1e-3, "毫升": 1e-3, "cc": 1e-3, "cl": 1e-2, "dl": 0.1,
        "l": 1.0, "lt": 1.0, "ltr": 1.0, "ltrs": 1.0, "liter": 1.0, "liters": 1.0, "litre": 1.0,
        "litres": 1.0, "litro": 1.0, "litros": 1.0, "升": 1.0, "リットル": 1.0,
        "fl oz": 0.0295735295625, "fl. oz.": 0.0295735295625, "fl. oz": 0.0295735295625,
        "fl.oz": 0.0295735295625, "fl.oz.": 0.0295735295625, "floz": 0.0295735295625,
        "fluid ounce": 0.0295735295625, "fluid ounces": 0.0295735295625,
        "fl ounce": 0.0295735295625, "fl ounces": 0.0295735295625,
        "gal": 3.785411784, "gal.": 3.785411784, "gallon": 3.785411784, "gallons": 3.785411784,
        "qt": 0.946352946, "qt.": 0.946352946, "quart": 0.946352946, "quarts": 0.946352946,
        "pint": 0.473176473, "pints": 0.473176473, "cup": 0.2365882365, "cups": 0.2365882365,
        "tbsp": 0.01478676478, "tsp": 0.00492892159, "cu ft": 28.316846592,
        "cu. ft.": 28.316846592, "cubic feet": 28.316846592, "cu.ft": 28.316846592,
        "m³": 1000.0, "m3": 1000.0, "cubic meters": 1000.0,
    },
    "mass": {  # gram
        "mcg": 1e-6, "µg": 1e-6, "ug": 1e-6, "mg": 1e-3, "毫克": 1e-3, "g": 1.0, "gm": 1.0,
        "gms": 1.0, "gr": 1.0, "gram": 1.0, "grams": 1.0, "gramme": 1.0, "grammes": 1.0,
        "克": 1.0, "グラム": 1.0, "kg": 1e3, "kgs": 1e3, "kilo": 1e3, "kilos": 1e3,
        "kilogram": 1e3, "kilograms": 1e3, "千克": 1e3, "公斤": 1e3, "キロ": 1e3, "斤": 500.0,
        "oz": 28.349523125, "oz.": 28.349523125, "ounce": 28.349523125, "ounces": 28.349523125,
        "lb": 453.59237, "lb.": 453.59237, "lbs": 453.59237, "lbs.": 453.59237,
        "pound": 453.59237, "pounds": 453.59237, "吨": 1e6, "ton": 907184.74, "tons": 907184.74,
        "tonne": 1e6, "tonnes": 1e6, "carat": 0.2, "carats": 0.2, "ctw": 0.2,
    },
    "data": {  # byte
        "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12, "pb": 1e15, "kilobyte": 1e3,
        "megabyte": 1e6, "megabytes": 1e6, "gigabyte": 1e9, "gigabytes": 1e9,
        "terabyte": 1e12, "terabytes": 1e12,
    },
    "data rate": {  # bit per second
        "kbps": 1e3, "kbit/s": 1e3, "kb/s": 8e3, "mbps": 1e6, "mbit/s": 1e6, "mb/s": 8e6,
        "mb/sec": 8e6, "gbps": 1e9, "gbit/s": 1e9, "gb/s": 8e9, "gbit": 1e9, "mbit": 1e6,
        "gbe": 1e9, "gigabit": 1e9, "gt/s": 1e9,
    },
    "frequency": {"hz": 1.0, "khz": 1e3, "mhz": 1e6, "ghz": 1e9, "赫兹": 1.0},
    "power": {
        "mw": 1e-3, "w": 1.0, "watt": 1.0, "watts": 1.0, "kw": 1e3, "瓦": 1.0, "千瓦": 1e3,
        "horsepower": 745.7, "btu": 0.29307107,
    },
    "apparent power": {"va": 1.0, "kva": 1e3},
    "energy": {"wh": 3600.0, "kwh": 3.6e6, "kj": 1e3, "joule": 1.0, "joules": 1.0,
               "kcal": 4184.0, "cal": 4.184, "calories": 4184.0},
    "charge": {"mah": 1e-3, "ah": 1.0, "毫安": 1e-3, "毫安时": 1e-3},
    "voltage": {"mv": 1e-3, "v": 1.0, "volt": 1.0, "volts": 1.0, "kv": 1e3, "伏": 1.0,
                "vac": 1.0, "vdc": 1.0},
    "current": {"ma": 1e-3, "a": 1.0, "amp": 1.0, "amps": 1.0, "ampere": 1.0},
    "luminous flux": {"lm": 1.0, "lumen": 1.0, "lumens": 1.0, "流明": 1.0},
    "sound level": {"db": 1.0, "decibel": 1.0, "decibels": 1.0, "分贝": 1.0, "dba": 1.0},
    "temperature": {"°c": 1.0, "℃": 1.0, "deg c": 1.0},
    "temperature f": {"°f": 1.0, "℉": 1.0, "deg f": 1.0},
    "angle": {"°": 1.0, "deg": 1.0, "degree": 1.0, "degrees": 1.0, "度": 1.0},
    "time": {
        "ms": 1e-3, "sec": 1.0, "secs": 1.0, "second": 1.0, "seconds": 1.0, "秒": 1.0,
        "min": 60.0, "mins": 60.0, "minute": 60.0, "minutes": 60.0, "分钟": 60.0,
        "h": 3600.0, "hr": 3600.0, "hrs": 3600.0, "hour": 3600.0, "hours": 3600.0,
        "小时": 3600.0, "day": 86400.0, "days": 86400.0, "天": 86400.0, "week": 604800.0,
        "weeks": 604800.0, "month": 2629800.0, "months": 2629800.0, "个月": 2629800.0,
        "year": 31557600.0, "years": 31557600.0, "yr": 31557600.0, "yrs": 31557600.0,
        "年": 31557600.0,
    },
    "pressure": {"psi": 6894.757, "bar": 1e5, "kpa": 1e3, "mpa": 1e6, "hpa": 100.0},
    "resolution": {"mp": 1e6, "megapixel": 1e6, "megapixels": 1e6, "mpix": 1e6, "万像素": 1e4},
    "lines": {"p": 1.0},
    "print resolution": {"dpi": 1.0, "ppi": 1.0},
    "rotation": {"rpm": 1.0, "r/min": 1.0, "转": 1.0},
    "pages per minute": {"ppm": 1.0},
    "characters per second": {"cps": 1.0},
    "frames per second": {"fps": 1.0},
    "speed": {"mph": 0.44704, "km/h": 1 / 3.6, "kmh": 1 / 3.6, "kph": 1 / 3.6, "m/s": 1.0},
    "fraction": {"%": 1.0, "percent": 1.0, "pct": 1.0, "％": 1.0},
    "paper weight": {"gsm": 1.0, "g/m²": 1.0, "g/m2": 1.0, "g/sm": 1.0},
    "gauge": {"awg": 1.0, "gauge": 1.0, "ga": 1.0},
    "denier": {"denier": 1.0, "den": 1.0},
    "rack units": {"u": 1.0, "ru": 1.0},
    "bits": {"bit": 1.0, "bits": 1.0, "位": 1.0},
    "magnification": {"x": 1.0, "×": 1.0, "倍": 1.0},
    "iu": {"iu": 1.0},
    "count": {
        "pc": 1.0, "pcs": 1.0, "pc(s)": 1.0, "pcs.": 1.0, "piece": 1.0, "pieces": 1.0,
        "pack": 1.0, "packs": 1.0, "pk": 1.0, "pck": 1.0, "ct": 1.0, "ct.": 1.0, "count": 1.0, "cnt": 1.0,
        "unit": 1.0, "units": 1.0, "set": 1.0, "sets": 1.0, "item": 1.0, "items": 1.0,
        "each": 1.0, "stück": 1.0, "stk": 1.0, "er-pack": 1.0, "pièces": 1.0, "piezas": 1.0,
        "pezzi": 1.0, "stuks": 1.0, "個": 1.0, "个": 1.0, "只": 1.0, "隻": 1.0, "件": 1.0,
        "片": 1.0, "包": 1.0, "盒": 1.0, "瓶": 1.0, "支": 1.0, "条": 1.0, "條": 1.0, "张": 1.0,
        "袋": 1.0, "罐": 1.0, "枚": 1.0, "粒": 1.0, "本": 1.0, "卷": 1.0, "块": 1.0, "套": 1.0,
        "件套": 1.0, "片装": 1.0, "个装": 1.0, "支装": 1.0, "只装": 1.0, "包装": 1.0,
        "枚入り": 1.0, "個セット": 1.0, "個入り": 1.0, "本入り": 1.0, "枚セット": 1.0,
        "dozen": 12.0, "pair": 2.0, "pairs": 2.0, "双": 2.0, "雙": 2.0, "对": 2.0,
    },
}  # fmt: skip

# Spellings that mean a unit only in this case: "5G" is a network, "3M" a company, "90s" a decade.
_CASED = {"a": "A", "w": "W", "u": "U", "m": "m", "p": "p", "mw": "mW", "h": "h", "mpa": "MPa"}

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

_BY_SPELLING: dict[str, tuple[str, float]] = {
    spelling: (dimension, factor)
    for dimension, spellings in _UNITS.items()
    for spelling, factor in spellings.items()
}


def _unit_pattern() -> str:
    """Longest first; a unit in Latin letters ends where the word ends, a Chinese one anywhere."""
    spellings = sorted(_BY_SPELLING, key=len, reverse=True)
    unspaced = [
        spelling for spelling in spellings if regex.search(r"[\p{Han}\p{Katakana}]", spelling)
    ]
    spaced = [spelling for spelling in spellings if spelling not in unspaced]
    latin, other = (
        "|".join(regex.escape(spelling).replace("\\ ", r"\s?") for spelling in group)
        for group in (spaced, unspaced)
    )
    return rf"(?:{latin})(?:(?![\p{{Latin}}\p{{N}}])|(?=[xX]\s?\d))|(?:mm|cm|ml|kg)(?=\d+\s?\p{{Han}})|(?:{other})"


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
    rf"(?:(?P<gap>[\s\u00a0]?[-‐‑]?[\s\u00a0]?)(?P<unit>{_unit_pattern()})|(?=[xX×*]\d)|(?![\p{{Latin}}\d_]))",
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
    """The value of a number as sellers write it; None when it isn't one (3/0, a thousand digits)."""
    value = _parse(_GROUPED.sub("", text.strip()))
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
    dimension, factor = _BY_SPELLING.get(unit, ("", 1.0))
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
    if unit not in _BY_SPELLING:
        unit = unit.replace(" ", "")
        unit = {"floz": "fl oz", "sqft": "sq ft"}.get(unit, unit)
        if unit not in _BY_SPELLING:
            return ""
    if unit in _CASED and written != _CASED[unit] and not (unit == "w" and not gap):
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
            factor = _BY_SPELLING[following.unit][1]
            shared[index] = Quantity(
                here.span, here.number_span, here.text, here.value, here.decimals,
                following.unit, following.dimension, here.value * factor, here.part_of_fraction,
            )  # fmt: skip
    return shared


def _counts(text: str) -> list[Quantity]:
    """Counts whose number stands after the word or is a word: pack of 12, two-piece, 三件."""
    counts = []
    for match in _LEADING_COUNT.finditer(text):
        counts.append(_count(text, match, match["number"], 1.0))
    for match in _WORD_COUNT.finditer(text):
        if match["lone"]:
            lone = match["lone"].split()[0].lower()
            counts.append(_count(text, match, "1", 12.0 if lone == "dozen" else 2.0))
        elif match["several"]:
            counts.append(_count(text, match, match["several"], 1.0))
        else:
            unit = match["unit"].lower()
            counts.append(_count(text, match, match["number"], _BY_SPELLING[unit][1]))
    for match in _HAN_COUNT.finditer(text):
        counts.append(_count(text, match, match["number"], _BY_SPELLING[match["unit"]][1]))
    return counts


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


def unit_factors(dimension: str) -> tuple[float, ...]:
    """Every distinct factor of a dimension, for sources that state a number without its unit."""
    return tuple(sorted(set(_UNITS.get(dimension, {}).values())))
