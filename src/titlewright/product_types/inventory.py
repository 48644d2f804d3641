"""The product types there are: their names, what each is a kind of, and finding them in a text.

The list is data: data/product_types/types.toml with names and kinds, and the everyday nouns of the
lexicon that it doesn't cover. Which of them a product is, is not decided here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import regex
import tomli

from titlewright.text.lexicon import load_lexicon

DATA = Path(__file__).parents[1] / "data" / "product_types"
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+(?:['’][\p{L}]+)?")


class Mention(NamedTuple):
    """A product type named in a text: text[start:end] is one of its names."""

    type: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ProductType:
    """A type, the other names of it, its kinds' common name, and its Google category.

    `kind_of` is "" for a type that is no kind of another; `category` a path from the root down,
    that of what it is a kind of where Google's taxonomy has no node of its own for it, or empty.
    """

    name: str
    other_names: tuple[str, ...]
    kind_of: str
    category: tuple[str, ...]


class Inventory:
    """All product types, by name and by the words that name them."""

    def __init__(self, types: dict[str, ProductType]) -> None:
        self.types = types
        self._named = {
            key: kind.name
            for kind in types.values()
            for name in (kind.name, *kind.other_names)
            if (key := normal_form(name))
        }
        self._longest: dict[str, int] = {}
        for key in self._named:
            first, length = key.split(" ", 1)[0], key.count(" ") + 1
            self._longest[first] = max(length, self._longest.get(first, 0))

    def lineage(self, name: str) -> tuple[str, ...]:
        """A type and what it is a kind of, the most specific first."""
        found = [name]
        while above := self.types[found[-1]].kind_of:
            found.append(above)
        return tuple(found)

    def mentions(self, text: str) -> Iterator[Mention]:
        """The types that a text names, left to right, the longest name at each place.

        "Laptop bags" names a laptop bag and no laptop. Words between which a mark stands may make
        one name, as hyphens do.
        """
        words = list(_WORD.finditer(text))
        forms = [_singular(match[0].lower()) for match in words]
        index = 0
        while index < len(forms):
            longest = min(self._longest.get(forms[index], 0), len(forms) - index)
            for length in range(longest, 0, -1):
                named = self._named.get(" ".join(forms[index : index + length]))
                if named:
                    yield Mention(named, words[index].start(), words[index + length - 1].end())
                    index += length
                    break
            else:
                index += 1


@cache
def inventory() -> Inventory:
    """The inventory that comes with Titlewright."""
    data = tomli.loads((DATA / "types.toml").read_text(encoding="utf-8"))
    google = tomli.loads((DATA / "google.toml").read_text(encoding="utf-8"))
    names: dict[str, list[str]] = data["types"]
    further = _further(names, data["left_out"])
    names = names | {name: [] for name in further}
    not_kinds = {*data["not_kinds"], *(name for name in further if further[name] not in _WORN)}
    kinds = {name: _head(name, names) for name in names if name not in not_kinds}
    kinds |= data["kinds"]

    def category(name: str) -> tuple[str, ...]:
        if name in google:
            return tuple(google[name].split(" > "))
        return category(kinds[name]) if kinds.get(name) else ()

    return Inventory(
        {
            name: ProductType(name, tuple(others), kinds.get(name, ""), category(name))
            for name, others in names.items()
        }
    )


# Departments of the lexicon whose names end with what the thing is a kind of (hiking boots).
_WORN = {"clothing", "shoes", "bags", "jewellery", "furniture"}


def _further(names: dict[str, list[str]], left_out: list[str]) -> dict[str, str]:
    """English nouns of the lexicon that are no name yet, each with its department."""
    taken = {normal_form(other) for name, others in names.items() for other in (name, *others)}
    taken |= {normal_form(name) for name in left_out}
    found: dict[str, str] = {}
    for key, words in load_lexicon("product_types").items():
        language, _, department = key.partition(".")
        for word in words if language == "en" else ():
            if (form := normal_form(word)) not in taken:
                taken.add(form)
                found[word] = department
    return found


def _head(name: str, names: dict[str, list[str]]) -> str:
    """The longest other type whose name this one ends with: boots of ankle boots."""
    words = name.split()
    endings = (" ".join(words[start:]) for start in range(1, len(words)))
    return next((ending for ending in endings if ending in names), "")


def normal_form(name: str) -> str:
    """A name as texts are matched with it: lower case, each word singular, marks left out."""
    return " ".join(_singular(match[0].lower()) for match in _WORD.finditer(name))


@lru_cache(maxsize=16384)
def _singular(word: str) -> str:
    """English words without a plural's ending; both sides of a match go through this."""
    word = word.split("'")[0].split("’")[0]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
