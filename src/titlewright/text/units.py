"""Units of measure as sellers write them: which dimension, and what factor to its base unit.

The table knows spellings in several languages. Reading numbers out of text is quantities.py.
"""

from __future__ import annotations

import regex

# dimension → {spelling: factor to the dimension's base unit}; spellings are matched without case
# unless they stand in CASED below.
UNITS: dict[str, dict[str, float]] = {
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
        "pack": 1.0, "packs": 1.0, "pk": 1.0, "pck": 1.0, "ct": 1.0, "ct.": 1.0,
        "count": 1.0, "cnt": 1.0,
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
CASED = {"a": "A", "w": "W", "u": "U", "m": "m", "p": "p", "mw": "mW", "h": "h", "mpa": "MPa"}

BY_SPELLING: dict[str, tuple[str, float]] = {
    spelling: (dimension, factor)
    for dimension, spellings in UNITS.items()
    for spelling, factor in spellings.items()
}


def unit_pattern() -> str:
    """Longest first; a unit in Latin letters ends where the word ends, a Chinese one anywhere."""
    spellings = sorted(BY_SPELLING, key=len, reverse=True)
    unspaced = [
        spelling for spelling in spellings if regex.search(r"[\p{Han}\p{Katakana}]", spelling)
    ]
    spaced = [spelling for spelling in spellings if spelling not in unspaced]
    latin, other = (
        "|".join(regex.escape(spelling).replace("\\ ", r"\s?") for spelling in group)
        for group in (spaced, unspaced)
    )
    ends = r"(?:(?![\p{Latin}\p{N}])|(?=[xX]\s?\d))"
    before_count = r"(?:mm|cm|ml|kg)(?=\d+\s?\p{Han})"  # 338mm8片
    return f"(?:{latin}){ends}|{before_count}|(?:{other})"


def unit_factors(dimension: str) -> tuple[float, ...]:
    """Every distinct factor of a dimension, for sources that state a number without its unit."""
    return tuple(sorted(set(UNITS.get(dimension, {}).values())))
