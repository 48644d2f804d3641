"""From raw cells and JSON values to text, lists and attributes.

Cells may hold JSON (or a Python literal, as pandas writes lists): it is unfolded where it states
attributes, a category path or a list, and stays text where it isn't valid.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache

from titlewright.feeds.names import is_empty
from titlewright.records import category_path, plain_text
from titlewright.text.clean import clean

_LITERAL_LIMIT = 20_000  # characters of a Python literal that are still worth reading
_LITERAL_START = re.compile(r"""[\[{]\s*(?:['{\[]|\]|\}|\d)""")
_NAME_KEYS = ("name", "key", "label", "attribute_name", "attributeName", "title", "k")
_VALUE_KEYS = (
    "value", "values", "attribute_value", "attributeValue", "options", "variations", "v",
)  # fmt: skip
_IMAGE_SPLIT = re.compile(r"[\s~|]+|[,;](?=https?://|//)")
_CATEGORY_ID = re.compile(r"^\d+ - ")  # as in Google's taxonomy with ids
_BETWEEN_PATHS = re.compile(r"(?<!\\),\s*")
_QUERY_SPLIT = re.compile(r"[,;|，；、\n]")


def tidy(text: str) -> str:
    """The same as `clean`, without its cost where nothing can need cleaning; empty if it is."""
    if text.isascii() and text.isprintable() and not ("<" in text or "&" in text or "  " in text):
        text = text.strip()
    else:
        text = _clean_short(text) if len(text) <= 64 else clean(text)
    return "" if len(text) < 10 and is_empty(text) else text


@lru_cache(maxsize=1 << 14)
def _clean_short(text: str) -> str:
    return clean(text)  # colours, materials and the like come again and again


def unfold(value: object) -> object:
    """The JSON value a cell holds, or the cell itself."""
    if not isinstance(value, str) or value[:1] not in ("[", "{") or value[-1:] not in ("]", "}"):
        return value
    with suppress(ValueError, RecursionError):  # it may be a Python literal still
        return json.loads(value)
    if len(value) > _LITERAL_LIMIT or not _LITERAL_START.match(value) or _deep(value):
        return value
    try:
        return ast.literal_eval(value)
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return value


def _deep(text: str) -> bool:
    """Whether brackets stand in heaps, on which Python's parser may run out of stack."""
    return any(mark * 10 in text for mark in "[({-+~") or max(map(text.count, "[({")) > 1000


def text_of(value: object) -> str:
    """Readable text of any value: lists joined by "; ", of objects their name or value."""
    if isinstance(value, str):
        return tidy(value)
    if isinstance(value, Mapping):
        for key in (*_VALUE_KEYS, *_NAME_KEYS, "text", "content"):
            if key in value:
                return text_of(value[key])
        return ""
    if isinstance(value, (list, tuple, set)):
        texts = dict.fromkeys(text for item in value if (text := text_of(item)))
        return "; ".join(texts)
    if value is None or isinstance(value, (int, float)):
        return plain_text(value)
    return tidy(str(value))


def paths(value: object) -> tuple[str, ...]:
    """A category path from text ("A > B"), a list, or a list of objects with names.

    A bare number is a category's id: it says nothing by itself.
    """
    value = unfold(value)
    if isinstance(value, Mapping):
        value = text_of(value)
    if isinstance(value, (list, tuple)):
        if len(value) == 1 or (value and isinstance(value[0], (list, tuple))):
            return paths(value[0])
        parts = tuple(text_of(_name_first(item)) for item in value)
    else:
        text = text_of(value)
        parts = category_path(_CATEGORY_ID.sub("", text))
    return tuple(part for part in parts if part and not part.isdigit())


def first_path(text: str) -> str:
    """The first of several paths, as WooCommerce lists them: "A > B, C > D"."""
    return _BETWEEN_PATHS.split(text, maxsplit=1)[0].replace("\\,", ",")


def _name_first(item: object) -> object:
    return item["name"] if isinstance(item, Mapping) and "name" in item else item


def image_list(value: object) -> tuple[str, ...]:
    """Addresses of images from a list or from text that separates them."""
    value = unfold(value)
    if isinstance(value, Mapping):
        value = value.get("url") or value.get("src") or value.get("value") or ""
    if isinstance(value, (list, tuple)):
        return tuple(image for item in value for image in image_list(item))
    if not isinstance(value, str) or is_empty(value):
        return ()
    return tuple(image for part in _IMAGE_SPLIT.split(value) if (image := part.strip(",;")))


def query_list(value: object) -> tuple[str, ...]:
    """Search queries from a list or from text separated by commas, semicolons or bars."""
    value = unfold(value)
    if isinstance(value, (list, tuple)):
        return tuple(text for item in value if (text := text_of(item)))
    return tuple(text for part in _QUERY_SPLIT.split(text_of(value)) if (text := part.strip()))


def attributes_of(name: str, value: object) -> Iterator[tuple[str, str]]:
    """Attributes that a value states: (name, text). Plain text is the attribute `name`.

    A list of objects with a name and a value, and an object, state their own names.
    """
    value = unfold(value)
    if isinstance(value, Mapping):
        yield from _of_object(name, value)
    elif isinstance(value, (list, tuple)) and any(isinstance(item, Mapping) for item in value):
        for item in value:
            if isinstance(item, Mapping):
                yield from _of_entry(name, item)
            elif text := text_of(item):
                yield name, text
    elif text := text_of(value):
        yield name, text


def _of_entry(name: str, entry: Mapping[object, object]) -> Iterator[tuple[str, str]]:
    for name_key in _NAME_KEYS:
        inner = entry.get(name_key)
        if not isinstance(inner, str) or is_empty(inner):
            continue
        for value_key in _VALUE_KEYS:
            if value_key in entry:
                if text := text_of(entry[value_key]):
                    yield tidy(inner), text
                return
    if "value" in entry and (text := text_of(entry["value"])):
        yield name, text


def _of_object(name: str, value: Mapping[object, object]) -> Iterator[tuple[str, str]]:
    if _is_entry(value):
        yield from _of_entry(name, value)
        return
    for key, inner in value.items():
        if isinstance(inner, Mapping):
            for below, deepest in inner.items():
                if not isinstance(deepest, (Mapping, list)) and (text := text_of(deepest)):
                    yield f"{key} {below}", text
        elif text := text_of(inner):
            yield str(key), text


def _is_entry(value: Mapping[object, object]) -> bool:
    names: Sequence[str] = [key for key in _NAME_KEYS if key in value]
    return len(value) <= 4 and bool(names) and any(key in value for key in _VALUE_KEYS)
