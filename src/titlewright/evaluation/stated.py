"""What a product states, by a criterion simple enough to check by eye.

This is the judge of the planted-error set and of fact errors, and shares no code with
titlewright.grounding: a word counts as stated when the same letters stand in the product (any
case, plural or not, two neighbours written as one word), a quantity when the same number stands
beside the same unit.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from titlewright.records import Product


def word_set(text: str) -> frozenset[str]:
    """The words of a text, parted by white space."""
    return frozenset(text.split())


# Unit -> (dimension, size in the dimension's base unit). Counts and parts are their own dimension.
UNITS: dict[str, tuple[str, Fraction]] = {
    spelling: (dimension, Fraction(size))
    for dimension, units in {
        "mass (g)": {
            "mg": "1/1000", "g": "1", "gram": "1", "grams": "1", "gm": "1", "克": "1",
            "kg": "1000", "kilogram": "1000", "kilograms": "1000", "公斤": "1000", "千克": "1000",
            "oz": "28.349523125", "ounce": "28.349523125", "ounces": "28.349523125",
            "lb": "453.59237", "lbs": "453.59237", "pound": "453.59237", "pounds": "453.59237",
        },
        "volume (ml)": {
            "ml": "1", "milliliter": "1", "milliliters": "1", "millilitre": "1", "毫升": "1",
            "cl": "10", "l": "1000", "liter": "1000", "liters": "1000", "litre": "1000",
            "litres": "1000", "升": "1000", "gal": "3785.411784", "gallon": "3785.411784",
            "quart": "946.352946", "qt": "946.352946",
            "fl oz": "29.5735295625", "fl. oz": "29.5735295625",
        },
        "length (mm)": {
            "mm": "1", "毫米": "1", "cm": "10", "centimeter": "10", "centimeters": "10",
            "厘米": "10", "meter": "1000", "meters": "1000", "metre": "1000", "metres": "1000",
            "m": "1000", "米": "1000", "in": "25.4", "inch": "25.4", "inches": "25.4",
            '"': "25.4", "″": "25.4", "”": "25.4", "ft": "304.8", "feet": "304.8",
            "foot": "304.8", "'": "304.8", "yd": "914.4", "yard": "914.4", "yards": "914.4",
        },
        "data (byte)": {"kb": "1e3", "mb": "1e6", "gb": "1e9", "tb": "1e12"},
        "power (W)": {"w": "1", "watt": "1", "watts": "1", "kw": "1000"},
        "voltage (V)": {"v": "1", "volt": "1", "volts": "1", "kv": "1000"},
        "current (A)": {"a": "1", "amp": "1", "amps": "1"},
        "charge (mAh)": {"mah": "1", "ah": "1000"},
        "frequency (Hz)": {"hz": "1", "khz": "1e3", "mhz": "1e6", "ghz": "1e9"},
        "rate (bit/s)": {"mbit": "1", "mbps": "1", "gbit": "1000", "gbps": "1000"},
    }.items()
    for spelling, size in units.items()
}  # fmt: skip
COUNT_WORDS = word_set(
    "pack packs pk pcs pc piece pieces count ct set sets box boxes bottle bottles pair pairs "
    "片 只 个 包 支 件 瓶 盒 条 双 张 罐 袋"
)
MEASURE_WORDS = COUNT_WORDS | word_set(
    "core cores port ports cell cells page pages rpm ppm bit dpi sheet sheets slice slices mp "
    "megapixel channel channels outlet outlets year years month months hour hours day days "
    "drawer drawers shelf shelves light lights speed gauge thread ply pocket pockets"
)

NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+[ -]\d+/\d+|\d+/\d+|\d*\.\d+|\d+"
_UNIT_SPELLINGS = "|".join(sorted(map(re.escape, {*UNITS, *MEASURE_WORDS}), key=len, reverse=True))
QUANTITY = re.compile(
    # Chinese puts no space before a number, other letters before one belong to a code.
    rf"(?<![^\W\u3400-\u9fff])(?<![.,/])(?P<number>{NUMBER})(?P<gap>[ -]?)"
    rf"(?P<unit>{_UNIT_SPELLINGS})(?![A-Za-z])",
    re.IGNORECASE,
)
_NUMBER = re.compile(rf"(?<![\w.,/])(?:{NUMBER})(?![\d/])|\d+(?:\.\d+)?")
_TOKEN = re.compile(r"[^\W_]+(?:['’](?:s|t|re|ll)\b)?")
HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number beside a unit, where it stands in its text."""

    value: Fraction
    unit: str
    start: int
    end: int

    @property
    def base(self) -> tuple[str, Fraction]:
        """Dimension and size in its base unit; a measure word is its own dimension."""
        dimension, size = UNITS.get(self.unit, (self.unit.rstrip("s"), Fraction(1)))
        return dimension, self.value * size


def fold(text: str) -> str:
    """Casefolded text without accents, curly quotes or full-width letters."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).replace(
        "’", "'"
    )


def tokens(text: str) -> list[str]:
    """Letters-and-digits runs, folded: "T-Shirt (6mm)" gives t, shirt, 6mm."""
    return _TOKEN.findall(fold(text))


def number_value(written: str) -> Fraction:
    """1,000 and 0.5 and 9/16 and 1-9/16 (one and nine sixteenths) as exact fractions."""
    whole, _, part = written.replace("-", " ").rpartition(" ")
    value = Fraction(part.replace(",", "")) if not part.endswith("/0") else Fraction(0)
    return value + (Fraction(whole) if whole else 0)


def quantity_matches(text: str) -> list[re.Match[str]]:
    """Where a number (group "number") stands beside a unit or counted thing (group "unit")."""
    return [
        match
        for match in QUANTITY.finditer(text)
        if not match["number"].endswith("/0") and _is_unit_here(match, text)
    ]


def quantities(text: str) -> list[Quantity]:
    """Every number beside a known unit or counted thing."""
    return [
        Quantity(
            number_value(match["number"]), match["unit"].casefold(), match.start(), match.end()
        )
        for match in quantity_matches(text)
    ]


def _is_unit_here(match: re.Match[str], text: str) -> bool:
    """Rules out "5 in 1", "2010 'Action'", "4G" and clothing sizes such as "6 M"."""
    unit, gap, after = match["unit"], match["gap"], text[match.end() :]
    if unit in ('"', "″", "”", "'"):
        return not gap and not after[:1].isalnum()
    if unit.casefold() == "in":
        return not re.match(r"\s*-?\s*\d", after) and (
            gap == "-" or not re.match(r"\s*[a-z]+\b(?! x)", after)
        )
    if len(unit) == 1 and unit.isascii():
        return unit in "gmlLVW" or (not gap and unit in "vw")
    return True


def stem(token: str) -> str:
    """A token without its plural or possessive ending."""
    token = token.removesuffix("'s").removesuffix("'")
    if token.endswith("ies") and len(token) > 4:
        return token[:-3] + "y"
    if token.endswith(("ches", "shes", "sses", "xes")):
        return token[:-2]
    if token.endswith("s") and not token.endswith("ss") and len(token) > 3:
        return token[:-1]
    return token


def product_text(product: Product) -> str:
    """Every value the product states except its title, one field a line."""
    return "\n".join(
        filter(
            None,
            [
                product.brand,
                product.description,
                " > ".join(product.category),
                *product.attributes.values(),
            ],
        )
    )


class Stated:
    """The words, numbers and quantities that one product states."""

    def __init__(self, product: Product) -> None:
        self.text = product_text(product)
        self.folded = fold(self.text)

    @cached_property
    def words(self) -> frozenset[str]:
        """Tokens, their stems, and each two neighbours as one word."""
        found = tokens(self.text)
        found += [left + right for left, right in pairwise(found)]
        return frozenset((*found, *map(stem, found)))

    @cached_property
    def numbers(self) -> frozenset[Fraction]:
        return frozenset(
            number_value(written)
            for written in _NUMBER.findall(self.folded)
            if not written.endswith("/0")
        )

    @cached_property
    def amounts(self) -> tuple[tuple[str, Fraction], ...]:
        return tuple(quantity.base for quantity in quantities(self.text))

    def says_word(self, word: str) -> bool:
        """Whether a word (or hyphenated words) is stated; Chinese by substring."""
        if HAN.search(word):
            return fold(word) in self.folded
        parts = tokens(word)
        return "".join(parts) in self.words or all(
            part in self.words or stem(part) in self.words for part in parts
        )

    def says_amount(self, quantity: Quantity) -> bool:
        """Whether the same amount is stated, in any unit, within a thousandth."""
        dimension, size = quantity.base
        return any(
            kind == dimension and abs(amount - size) * 1000 <= size for kind, amount in self.amounts
        )

    def mentions(self, *letters: str) -> bool:
        """Whether any of these letter runs stands anywhere, even inside a word."""
        return any(run in self.folded for run in letters)
