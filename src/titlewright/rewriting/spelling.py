"""The usual spelling of units, abbreviations and packs; the spellings of a brand."""

from __future__ import annotations

import regex

from titlewright.text.casing import title_case

_OTHER_NAMES = regex.compile(r"\s*[/|;／]\s*")
_UNITS = {
    "ml": "ml", "kg": "kg", "mm": "mm", "cm": "cm", "ghz": "GHz", "mhz": "MHz", "khz": "kHz",
    "mah": "mAh", "kwh": "kWh", "oz": "oz", "lbs": "lbs",
}  # fmt: skip
_WRITTEN_UNIT = regex.compile(
    rf"(?<=\d)(\s?)({'|'.join(_UNITS)})(?![\p{{L}}\p{{N}}])", flags=regex.IGNORECASE
)
_ABBREVIATIONS = (
    (regex.compile(r"(?<!\S)w/o(?:\s+|(?=\p{L}))", regex.I), "without "),
    (regex.compile(r"(?<!\S)w/(?:\s+|(?=\p{L}))", regex.I), "with "),
)
_ONE_OF = regex.compile(r"(?<=\p{L})\s?[*×x]\s?1\s?(?=[瓶罐听桶盒袋包支个](?!\p{Han}))")


def brand_names(brand: str) -> list[str]:
    """The spellings that a brand's field holds: SNOW/雪花."""
    return [name for name in _OTHER_NAMES.split(brand) if name]


def fitted(words: str, title: str) -> str:
    """Words with capitals where the title is written so, as English ones are."""
    said = [word for word in title.split() if word[:1].isalpha()]
    capital = sum(word[:1].isupper() for word in said)
    return title_case(words, "en") if title.isascii() and 2 * capital > len(said) else words


def usual_form(text: str) -> str:
    """The text with its units and abbreviations in their usual form."""
    usual = _WRITTEN_UNIT.sub(lambda match: match[1] + _UNITS[match[2].lower()], text)
    usual = _ONE_OF.sub("/", usual)
    for pattern, words in _ABBREVIATIONS:
        usual = pattern.sub(words, usual)
    return usual
