"""Builds a Product from a record's values and the roles of its columns.

Text is cleaned here, once; a row that states nothing to make a title of is a named reject.
"""

from __future__ import annotations

from collections.abc import Sequence

from titlewright.feeds.google import details_of, plain_of_structured
from titlewright.feeds.items import TEXT_LIMIT
from titlewright.feeds.names import NO_BRAND, fold
from titlewright.feeds.roles import Role, attribute, readable
from titlewright.feeds.values import (
    attributes_of,
    first_path,
    image_list,
    paths,
    query_list,
    text_of,
    tidy,
    unfold,
)
from titlewright.records import Product, Reject, plain_text


class _Draft:
    """The fields of one product while its cells are read."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.descriptions: list[tuple[int, str]] = []
        self.category: tuple[str, ...] = ()
        self.other_categories: list[tuple[str, tuple[str, ...]]] = []
        self.levels: list[tuple[int, tuple[str, ...]]] = []
        self.attributes: dict[str, str] = {}
        self.images: list[str] = []
        self.queries: list[str] = []
        self.stated_brand: tuple[int, str] = (1 << 30, "")
        self.pair_names: dict[str, str] = {}
        self.pair_values: dict[str, str] = {}

    def take(self, role: Role, value: object) -> None:
        field = role.field
        if field == "attribute":
            if isinstance(value, str) and value[:1] not in ("[", "{"):
                text = tidy(value)
            elif isinstance(value, (int, float)):
                text = plain_text(value)
            else:
                self.take_attributes(role.name, value)
                return
            if text:
                self.add(role.name, text)
        elif field in ("title", "brand", "locale", "id"):
            if field not in self.texts and (text := text_of(value)):
                self.texts[field] = text
        elif field == "description":
            if text := text_of(unfold(value)):
                self.descriptions.append((role.rank, text))
        elif field == "category":
            self.category += paths(value)
        elif field == "first category":
            self.category = paths(first_path(text_of(value)))
        elif field == "other category":
            if path := paths(value):
                self.other_categories.append((role.name, path))
        elif field == "level":
            if path := paths(value):
                self.levels.append((role.rank, path))
        elif field == "images":
            self.images.extend(image_list(value))
        elif field == "queries":
            self.queries.extend(query_list(value))
        elif field == "pair name":
            self.pair_names[role.name] = text_of(value)
        elif field == "pair value":
            self.pair_values[role.name] = text_of(value)
        elif field == "structured title":
            if "title" not in self.texts and (text := tidy(plain_of_structured(value))):
                self.texts["title"] = text
        elif field == "product detail":
            for name, text in details_of(value):
                self.add_stated(name, text)

    def take_attributes(self, name: str, value: object) -> None:
        for inner, text in attributes_of(name, value):
            if inner == name:
                self.add(name, text)
            else:
                self.add_stated(inner, text)

    def add_stated(self, name: str, text: str) -> None:
        """An entry of a list of attributes: it may be the brand, or of no use to a title."""
        role = attribute(name)
        if role.field == "brand":
            if role.rank < self.stated_brand[0]:
                self.stated_brand = (role.rank, text)
        elif role.field == "attribute":
            self.add(role.name, text)

    def add(self, name: str, text: str) -> None:
        """Take an attribute; a bare link states nothing, and a name may state several values."""
        if text.startswith(("http://", "https://")) and " " not in text:
            return
        before = self.attributes.get(name)
        if before is None:
            self.attributes[name] = text
        elif text not in before.split("; "):
            self.attributes[name] = f"{before}; {text}"

    def finish(self, number: int) -> Product:
        for place, name in self.pair_names.items():
            value = self.pair_values.get(place, "")
            if name and value and fold(name) != "title":  # Shopify's "Title: Default Title"
                self.add(readable(name), value)
        texts = self.texts
        brand = texts.get("brand", "")
        if not brand or fold(brand) in NO_BRAND:
            brand = self.stated_brand[1]
            if fold(brand) in NO_BRAND:
                brand = ""
        if not self.category:
            self.levels.sort(key=_rank)
            steps = (step for _, path in self.levels for step in path)
            self.category = tuple(dict.fromkeys(steps))
        if not self.category and self.other_categories:
            self.category = self.other_categories.pop(0)[1]
        for name, path in self.other_categories:
            if not set(path) <= set(self.category):
                self.add(name, " > ".join(path))
        self.descriptions.sort(key=_rank)
        locale = texts.get("locale", "").replace("_", "-")
        return Product(
            id=texts.get("id") or str(number),
            title=texts.get("title", ""),
            description=" ".join(dict.fromkeys(text for _, text in self.descriptions)),
            brand=brand,
            category=self.category,
            attributes=self.attributes,
            images=tuple(dict.fromkeys(self.images)),
            queries=tuple(dict.fromkeys(self.queries)),
            locale=locale if _is_tag(locale) else "",
        )


def _rank(ranked: tuple[int, object]) -> int:
    return ranked[0]


def _is_tag(locale: str) -> bool:
    first = locale.split("-", 1)[0]
    return first.isascii() and first.isalpha() and 2 <= len(first) <= 3


def build(number: int, roles: Sequence[Role], values: Sequence[object]) -> Product | Reject:
    """The product of data row `number`. `roles` and `values` run in parallel."""
    draft = _Draft()
    take = draft.take
    for role, value in zip(roles, values, strict=False):
        if role.field == "ignore" or (not value and value != 0):
            continue
        if isinstance(value, str) and len(value) > TEXT_LIMIT:
            return too_long(number, role.name or role.field, len(value))
        try:
            take(role, value)
        except RecursionError:
            return too_deep(number, role.name or role.field)
    product = draft.finish(number)
    if product.title or product.description or product.brand or product.attributes:
        return product
    return Reject(
        number,
        product.id,
        "title",
        "The row has no title, description, brand or attribute to work from.",
        "Fill in at least one of them, or map the columns that hold them.",
    )


def too_deep(number: int, field: str) -> Reject:
    problem = "The value is nested too deeply to be read."
    return Reject(number, "", field, problem, "Flatten it, or mark its column to be ignored.")


def too_long(number: int, field: str, length: int) -> Reject:
    return Reject(
        number,
        "",
        field,
        f"The cell holds {length:,} characters; {TEXT_LIMIT:,} is the limit.",
        "Shorten it, or mark its column to be ignored.",
    )
