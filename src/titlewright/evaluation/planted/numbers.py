"""Planted numbers: wrong digits, units, counts and model codes, and numbers of something else."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import pairwise
from random import Random

from titlewright.evaluation.planted.bases import Base
from titlewright.evaluation.planted.plants import Plant, Pool
from titlewright.evaluation.stated import (
    COUNT_WORDS,
    QUANTITY,
    UNITS,
    Quantity,
    number_value,
    quantities,
    quantity_matches,
)

_BARE_NUMBER = re.compile(r"(?<![\w.,/-])\d+(?:\.\d+)?(?![\w/-]|[.,]\d)")
_COUNT_OF = re.compile(r"(?:pack|set|box|case|bundle|lot) of (\d+)", re.IGNORECASE)
_CODE = re.compile(r"(?<![\w-])(?=[A-Z0-9-]*\d)(?=[A-Z0-9-]*[A-Z])[A-Z0-9][A-Z0-9-]{3,}[A-Z0-9]"
                   r"(?![\w-])")  # fmt: skip
_SPECIFICATION = re.compile(r"\d+(?:[.,]\d+)?-?[A-Z]{1,5}|[A-Z]{2,4}\d{1,2}|\d+X\d+.*")
_OTHER_UNIT = {
    "oz": "lb", "ounce": "pound", "ounces": "pounds", "lb": "oz", "lbs": "oz", "lb.": "oz",
    "pound": "ounce", "pounds": "ounces", "g": "kg", "kg": "g", "gb": "TB", "tb": "GB",
    "mb": "GB", "cm": "in", "in": "cm", "inch": "cm", "inches": "cm", '"': "cm", "″": "cm",
    "mm": "cm", "m": "ft", "ft": "in", "feet": "inches", "foot": "inch", "ml": "L", "l": "ml",
    "gallon": "quart", "fl oz": "gal", "w": "V", "v": "W", "watt": "volt", "watts": "volts",
    "mah": "Ah", "ghz": "MHz", "mhz": "GHz", "克": "公斤", "公斤": "克", "毫升": "升", "厘米": "米",
}  # fmt: skip


def number(base: Base, rng: Random, pool: Pool) -> Plant | None:  # noqa: ARG001 - a Planter
    """The digits changed: 32 to 23, 9/16 to 1-9/16, 0.5 to 5, one digit for another."""
    places = [match for match in quantity_matches(base.title) if _unit(match) not in COUNT_WORDS]
    spans = [(match.start("number"), match.end("number")) for match in places]
    counts = {match.start(1) for match in _COUNT_OF.finditer(base.title)}
    spans += [
        match.span() for match in _BARE_NUMBER.finditer(base.title) if match.start() not in counts
    ]
    rng.shuffle(spans)
    for start, end in spans:
        written = base.title[start:end]
        for new, variant in _wrong_numbers(written, rng):
            title = base.title[:start] + new + base.title[end:]
            if _is_false(base, new, title):
                return Plant(title, new, written, variant)
    return None


def _wrong_numbers(written: str, rng: Random) -> list[tuple[str, str]]:
    options: list[tuple[str, str]] = []
    if re.fullmatch(r"\d+/\d+", written):
        return [(f"1-{written}", "whole added to a fraction")]
    digits = [place for place, sign in enumerate(written) if sign.isdigit()]
    for left, right in pairwise(digits):
        if written[left] != written[right] and written[right] != "0":
            swapped = list(written)
            swapped[left], swapped[right] = swapped[right], swapped[left]
            options.append(("".join(swapped), "digits swapped"))
    if "." in written:
        options.append((written.replace(".", "").lstrip("0") or "0", "decimal point lost"))
    place = rng.choice(digits)
    new = rng.choice([digit for digit in "123456789" if digit != written[place]])
    options.append((written[:place] + new + written[place + 1 :], "one digit changed"))
    rng.shuffle(options)
    return options


def _is_false(base: Base, new: str, title: str) -> bool:
    """Whether the product states neither the new number nor the same amount in another unit."""
    if number_value(new) in base.stated.numbers or new.replace("-", "") in base.stated.folded:
        return False
    before = {quantity.base for quantity in quantities(base.title)}
    added = [quantity for quantity in quantities(title) if quantity.base not in before]
    return not any(base.stated.says_amount(quantity) for quantity in added)


def unit(base: Base, rng: Random, pool: Pool) -> Plant | None:  # noqa: ARG001 - a Planter
    """The unit changed: oz to lb, GB to TB, cm to in."""
    places = [match for match in quantity_matches(base.title) if _unit(match) in _OTHER_UNIT]
    rng.shuffle(places)
    for match in places:
        new = _OTHER_UNIT[_unit(match)]
        gap = " " if match["unit"] in '"″' else match["gap"]
        title = base.title[: match.end("number")] + gap + new + base.title[match.end() :]
        quantity = Quantity(number_value(match["number"]), new.casefold(), 0, 0)
        if f"{match['number']}{new}".casefold() in base.stated.folded.replace(" ", ""):
            continue
        if new.casefold() in UNITS and not base.stated.says_amount(quantity):
            return Plant(title, f"{match['number']}{gap}{new}", match[0])
    return None


def count(base: Base, rng: Random, pool: Pool) -> Plant | None:  # noqa: ARG001 - a Planter
    """Another number of pieces: pack of 12 for pack of 6."""
    spans = [match.span(1) for match in _COUNT_OF.finditer(base.title)]
    spans += [
        (match.start("number"), match.end("number"))
        for match in quantity_matches(base.title)
        if _unit(match) in COUNT_WORDS
    ]
    rng.shuffle(spans)
    for start, end in spans:
        written = base.title[start:end]
        if not written.isdigit():
            continue
        options = [int(written) * 2, int(written) * 3, int(written) + 2, int(written) * 10]
        for new in rng.sample(options, len(options)):
            title = base.title[:start] + str(new) + base.title[end:]
            if _is_false(base, str(new), title):
                return Plant(title, str(new), written)
    return None


def number_moved(base: Base, rng: Random, pool: Pool) -> Plant | None:  # noqa: ARG001 - a Planter
    """A number that the product states, but of something else: 4 GB where it has 4 cores."""
    stated = quantities(base.stated.text)
    places = [match for match in quantity_matches(base.title) if _unit(match) in UNITS]
    rng.shuffle(places)
    for match in places:
        dimension = UNITS[_unit(match)][0]
        value = number_value(match["number"])
        elsewhere = {
            quantity.value
            for quantity in stated
            if quantity.base[0] != dimension
            and quantity.value.denominator == 1
            and quantity.value != value
            and _always_has_unit(base, quantity.value, dimension)
        }
        for other in sorted(elsewhere, key=lambda option: (abs(option - value), option)):
            moved = Quantity(other, _unit(match), 0, 0)
            if base.stated.says_amount(moved):
                continue
            title = base.title[: match.start()] + str(other) + base.title[match.end("number") :]
            return Plant(title, f"{other}{match['gap']}{match['unit']}", match[0])
    return None


def _always_has_unit(base: Base, value: Fraction, dimension: str) -> bool:
    """Whether the product gives this number only beside units of other dimensions."""
    text = base.stated.text
    for match in re.finditer(rf"(?<![\w.,/]){value}(?![\d/]|[.,]\d)", text):
        here = QUANTITY.match(text, match.start())
        if here is None or UNITS.get(_unit(here), ("",))[0] == dimension:
            return False
        if re.search(r"(?:-|–|to|x|×) ?$", text[: match.start()]):
            return False  # part of a range or of "4 x 8"
    return True


def model(base: Base, rng: Random, pool: Pool) -> Plant | None:  # noqa: ARG001 - a Planter
    """One character of a model code changed."""
    codes = [match for match in _CODE.finditer(base.title) if _is_code(match[0])]
    rng.shuffle(codes)
    for match in codes:
        code = match[0]
        place = rng.choice([index for index, sign in enumerate(code) if sign.isalnum()])
        signs = "123456789" if code[place].isdigit() else "ABCDEFGHKLMNPRSTUVWX"
        new_sign = rng.choice([sign for sign in signs if sign != code[place]])
        new = code[:place] + new_sign + code[place + 1 :]
        if new.casefold() in base.stated.folded or not base.stated.says_word(code):
            continue
        title = base.title[: match.start()] + new + base.title[match.end() :]
        return Plant(title, new, code)
    return None


def _is_code(code: str) -> bool:
    return not (_SPECIFICATION.fullmatch(code) or QUANTITY.fullmatch(code))


def _unit(match: re.Match[str]) -> str:
    return match["unit"].casefold()
