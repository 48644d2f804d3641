"""What Google Merchant feeds write in their own way: titles marked as made by a model, details.

A model-made title goes to structured_title as digital_source_type:content, the content in double
quotes: https://support.google.com/merchants/answer/6324415. Details are section:name:value.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping

from titlewright.feeds.values import text_of

STRUCTURED_TITLE = "structured_title"
MODEL_MADE = "trained_algorithmic_media"

_STRUCTURED = re.compile(r"\s*[a-z_]+\s*:\s*(.*)", re.DOTALL)
_BETWEEN_DETAILS = re.compile(r",(?=[^:,]*:[^:,]*:)")  # not the comma of "1,5 kg"


def structured_title(text: str) -> str:
    """The cell that states a model-made title: trained_algorithmic_media:"Title"."""
    return f'{MODEL_MADE}:"' + text.replace('"', '""') + '"'


def plain_of_structured(value: object) -> str:
    """The title in a structured_title cell, or in its XML element read as an object."""
    if isinstance(value, Mapping):
        return str(value.get("content", ""))
    found = _STRUCTURED.fullmatch(str(value))
    text = (found[1] if found else str(value)).strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1].replace('""', '"')
    return text


def details_of(value: object) -> Iterator[tuple[str, str]]:
    """Names and values of product_detail: objects, or text section:name:value, several by commas.

    Text that isn't written so states nothing that can be told apart, and gives none.
    """
    if isinstance(value, Mapping):
        name, text = text_of(value.get("attribute_name")), text_of(value.get("attribute_value"))
        if name and text:
            yield name, text
        return
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from details_of(item)
        return
    for detail in _BETWEEN_DETAILS.split(str(value)):
        try:
            parts = next(csv.reader([" ".join(detail.split())], delimiter=":"), [])
        except csv.Error:  # a part too long to be a name or a value
            continue
        if len(parts) == 1:  # the whole detail stands in quotes
            parts = parts[0].split(":", 2)
        if len(parts) > 2:
            parts = [parts[1], ":".join(parts[2:])]
        if len(parts) == 2 and (name := text_of(parts[0])) and (text := text_of(parts[1])):
            yield name, text
