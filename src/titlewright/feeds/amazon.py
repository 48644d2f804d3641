"""Amazon listings as JSON: where attributes stand and how their values read.

Every attribute is a list of objects with `value` and selectors such as `language_tag`
(https://developer-docs.amazon.com/sp-api/docs/listings-items-api). A listing is
{"productType": ..., "attributes": {"item_name": [{"value": ...}]}}, alone or among others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from titlewright.feeds.json_text import Step
from titlewright.feeds.roles import Role, classify

_OWN = {
    "item_name": Role("title", -2),
    "title_differentiation": Role("description", 1),
    "bullet_point": Role("description", 2),
    "product_description": Role("description", 0),
    "generic_keyword": Role("queries", 0),
    "item_type_keyword": Role("attribute", 0, "item type keyword"),
    "item_type_name": Role("attribute", 0, "item type"),
    "main_product_image_locator": Role("images", 0),
    "productType": Role("category", 90, "product type"),
    "sku": Role("id", -2),
    "brand": Role("brand", -2),
}
_SELECTORS = frozenset(["language_tag", "marketplace_id", "audience"])


def classify_amazon(name: str) -> Role:
    """What an attribute of a listing is for."""
    if name.startswith(("other_product_image_locator", "swatch_product_image_locator")):
        return Role("images", 1)
    return _OWN.get(name) or classify(name)


def is_listing(value: object) -> bool:
    """Whether a JSON object is a listing: its item_name, or any attribute, is a list of values."""
    if not isinstance(value, Mapping):
        return False
    attributes = value.get("attributes", value)
    if not isinstance(attributes, Mapping):
        return False
    candidates = [attributes["item_name"]] if "item_name" in attributes else attributes.values()
    return any(
        isinstance(entries, list) and entries and isinstance(entries[0], Mapping)
        and "value" in entries[0] and ("attributes" in value or "item_name" in attributes)
        for entries in candidates
    )  # fmt: skip


def fields_of(listing: Mapping[str, Any]) -> dict[str, object]:
    """Names and plain values of a listing, with its language as `locale`."""
    attributes = listing.get("attributes")
    if not isinstance(attributes, Mapping):
        attributes = {key: value for key, value in listing.items() if isinstance(value, list)}
    fields: dict[str, object] = {}
    if kind := listing.get("productType"):
        fields["productType"] = str(kind).replace("_", " ").capitalize()
    fields["sku"] = listing.get("sku") or listing.get("messageId") or ""
    locale = ""
    for name, entries in attributes.items():
        locale = locale or _language(entries)
        plain = [_plain(entry) for entry in _in_first_language(entries)]
        fields[name] = plain[0] if name in ("item_name", "brand") and plain else plain
    fields["locale"] = locale
    return fields


def title_path(listing: Mapping[str, Any], column: str) -> tuple[Step, ...]:
    """Where the title of a listing stands: the first value of `column`."""
    if isinstance(listing.get("attributes"), Mapping):
        return ("attributes", column, 0, "value")
    return (column, 0, "value")


def selectors_of(listing: Mapping[str, Any]) -> dict[str, str]:
    """The language and marketplace that the listing's other attributes are written for."""
    attributes = listing.get("attributes", listing)
    found: dict[str, str] = {}
    for entries in attributes.values() if isinstance(attributes, Mapping) else ():
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, Mapping):
                for key in ("language_tag", "marketplace_id"):
                    if isinstance(entry.get(key), str):
                        found.setdefault(key, entry[key])
    return found


def _language(entries: object) -> str:
    first = entries[0] if isinstance(entries, list) and entries else None
    tag = first.get("language_tag") if isinstance(first, Mapping) else None
    return tag if isinstance(tag, str) else ""


def _in_first_language(entries: object) -> list[object]:
    """A listing may state an attribute in several languages: one of them makes the product."""
    if not isinstance(entries, list):
        return [entries]
    tag = _language(entries)
    return [
        entry
        for entry in entries
        if not isinstance(entry, Mapping) or entry.get("language_tag", tag) == tag
    ]


def _plain(entry: object) -> object:
    """33.6 of {"value": 33.6}, "33.6 grams" with a unit, "33.6 x 15" of nested dimensions."""
    if not isinstance(entry, Mapping):
        return entry
    if "media_location" in entry:
        return entry["media_location"]
    value = entry.get("value")
    if isinstance(value, Mapping):
        value = _plain(value)
    if isinstance(value, list):
        value = "; ".join(str(_plain(item)) for item in value)
    if value is None:
        named = {
            key: _plain(inner) if not isinstance(inner, list) else _plain(inner[0] if inner else "")
            for key, inner in entry.items()
            if key not in _SELECTORS
        }
        return "; ".join(f"{key.replace('_', ' ')}: {text}" for key, text in named.items() if text)
    unit = entry.get("unit")
    return f"{value} {unit.replace('_', ' ')}" if isinstance(unit, str) else value
