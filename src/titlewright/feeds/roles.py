"""From column names to what each column is for.

`classify` looks at one name, `assign` at all names of a feed (or of one JSON row) together, since
a feed that has both `title` and `name` has one title and one attribute.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from titlewright.errors import FeedError
from titlewright.feeds.names import (
    BRAND,
    CATEGORY,
    CATEGORY_LEVELS,
    DESCRIPTION,
    ID,
    IMAGES,
    LOCALE,
    MEANINGFUL,
    NAME_LIMIT,
    OPERATIONAL,
    OPERATIONAL_ATTRIBUTES,
    OPERATIONAL_ENDING,
    OPERATIONAL_WORDS,
    QUERIES,
    TITLE,
    WHOLE_PATHS,
    fold,
)

FIELDS = (
    "id", "title", "description", "brand", "category", "images", "queries", "locale", "ignore",
)  # fmt: skip


class Role(NamedTuple):
    """What a column is for: a product field, one of several kinds of it, with its rank (0 first).

    `name` is the attribute's readable name; for numbered pairs it is the number.
    """

    field: str
    rank: int = 0
    name: str = ""


IGNORE = Role("ignore")
Classify = Callable[[str], Role]

_SINGLE = (("id", ID), ("title", TITLE), ("brand", BRAND), ("locale", LOCALE))
_REPEATED = (("description", DESCRIPTION), ("images", IMAGES), ("queries", QUERIES))
_KEY_PREFIX = re.compile(
    r"^(?:attr(?:ibute)?s?[_.:](?:[tnb]_(?=.))?|specs?[_.:]|properties[_.:]|meta: ?_?)(?=\w)",
    re.IGNORECASE,
)
_METAFIELD = re.compile(r"\s*\((?:product|variant)\.metafields\.[^)]*\)$")
_CAMEL = re.compile(r"(?<=[a-z\d])(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z])")
_SEPARATORS = re.compile(r"[_\s]+")
_PAIR = re.compile(
    r"(?:attribute?|attribut|attributo|atributo|option|属性)(\d{1,2})"
    r"(name|names|nom|nome|nombre|naam|名称|values?|werte?|valeurs?|valor(?:es)?|valor[ei]?|值)"
)
_PAIR_REST = re.compile(
    r"(?:attribute?|attribut|attributo|atributo|option)\d{1,2}(?:visible|global|default|linkedto)"
)
_NAMES = frozenset(["name", "names", "nom", "nome", "nombre", "naam", "名称"])


def readable(name: str) -> str:
    """An attribute name for people: "attr_t_product_colour" is "product colour"."""
    name = name.strip()[:NAME_LIMIT]
    name = _METAFIELD.sub("", _KEY_PREFIX.sub("", name))
    return _SEPARATORS.sub(" ", _CAMEL.sub(" ", name)).strip(" :.").lower() or name.strip().lower()


def classify(name: str) -> Role:
    """What a column of this name is for in a feed of no particular format."""
    return _classify(name) if len(name) <= NAME_LIMIT else IGNORE


@lru_cache(maxsize=1 << 15)
def _classify(name: str) -> Role:
    declared = _KEY_PREFIX.match(name)
    if declared:
        return attribute(name)
    key = fold(name)
    if not key:
        return IGNORE
    for field, names in _SINGLE:
        if key in names:
            return Role(field, names[key], readable(name))
    for field, names in _REPEATED:
        if key in names:
            return Role(field, names[key], readable(name))
    if key in CATEGORY_LEVELS:
        return Role("level", CATEGORY_LEVELS[key], readable(name))
    if key in CATEGORY:
        return Role("category", CATEGORY[key], readable(name))
    if pair := _PAIR.fullmatch(key):
        return Role("pair name" if pair[2] in _NAMES else "pair value", 0, pair[1])
    if key == "productdetail":
        return Role("product detail")
    if _PAIR_REST.fullmatch(key) or is_operational(name, key):
        return IGNORE
    return Role("attribute", 0, readable(name))


def is_operational(name: str, key: str) -> bool:
    """Whether a column of this name runs the shop (a price, a link) and says nothing else."""
    if key in OPERATIONAL or key.startswith(("customlabel", "unnamed")):
        return True
    words = readable(name).replace("/", " ").replace("(", " ").replace(")", " ").split()
    if len(words) > 1 and not MEANINGFUL.isdisjoint(words):
        return False
    return not OPERATIONAL_WORDS.isdisjoint(words) or bool(OPERATIONAL_ENDING.search(name))


def attribute(name: str) -> Role:
    """What an entry of the product's own list of attributes is for: mostly an attribute."""
    return _attribute(name) if len(name) <= NAME_LIMIT else IGNORE


@lru_cache(maxsize=1 << 15)
def _attribute(name: str) -> Role:
    key = fold(_KEY_PREFIX.sub("", name))
    if key in OPERATIONAL_ATTRIBUTES:
        return IGNORE
    if key in BRAND:
        return Role("brand", len(BRAND) + BRAND[key], readable(name))
    return Role("attribute", 0, readable(name))


def known(names: Sequence[str]) -> int:
    """How many of these names are product fields."""
    return sum(classify(name).field not in {"attribute", "ignore"} for name in names)


def assign(names: Sequence[str], classify: Classify) -> tuple[Role, ...]:
    """The roles of columns that stand together, at most one each for id, title, brand, locale.

    The rest of those become attributes (other ids are ignored: they say nothing to a shopper).
    A whole category path beats columns that each hold a level.
    """
    roles = [classify(name) for name in names]
    for field in ("id", "title", "brand", "locale"):
        _keep_best(roles, field)
    paths = [role for role in roles if role.field == "category"]
    levels = any(role.field == "level" for role in roles)
    whole = any(
        role.field == "category" and (role.rank < 0 or fold(name) in WHOLE_PATHS)
        for name, role in zip(names, roles, strict=True)
    )
    if levels and whole:
        roles = [_as_attribute(role) if role.field == "level" else role for role in roles]
    elif levels and paths:  # "category" and "sub_category": the plain one is the level above
        roles = [
            Role("level", 1, role.name) if role.field == "category" else role for role in roles
        ]
    _keep_best(roles, "category")
    return tuple(roles)


def _keep_best(roles: list[Role], field: str) -> None:
    ranks = [role.rank for role in roles if role.field == field]
    if len(ranks) < 2:
        return
    best = min(ranks)
    found = False
    for place, role in enumerate(roles):
        if role.field != field:
            continue
        if role.rank == best and (not found or field == "category"):
            found = True
        else:
            roles[place] = IGNORE if field in {"id", "locale"} else _as_attribute(role)


def _as_attribute(role: Role) -> Role:
    other = role.field in {"category", "level"}
    return Role("other category" if other else "attribute", 0, role.name)


def mapped(columns: Mapping[str, str], classify: Classify) -> Classify:
    """A classifier in which the caller's own mapping of columns to fields comes first.

    Raises FeedError for a field that products don't have.
    """
    roles: dict[str, Role] = {}
    for order, (column, field) in enumerate(columns.items()):
        if field.startswith("attributes.") and len(field) > len("attributes."):
            roles[column] = Role("attribute", 0, field.removeprefix("attributes."))
        elif field == "category":
            roles[column] = Role("category", -1000, readable(column))
        elif field == "ignore":
            roles[column] = IGNORE
        elif field in FIELDS:
            roles[column] = Role(field, order - 1000, readable(column))
        else:
            raise FeedError(
                f"Column {column!r} is mapped to {field!r}, which is no product field. "
                f"Use one of {', '.join(FIELDS)} or attributes.NAME."
            )
    return lambda name: roles.get(name) or classify(name)
