"""What a title says for search engines rather than for people.

Words said twice, the same thing in other words (headlight, headlamp; 洗发水, 洗发露), and praise,
which tells nobody what the product is. Each takes EACH off what a title covers, FLOOR of it is
always left. The brand's own words don't count: Parfait is no praise where it is the brand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from titlewright.product_types.inventory import inventory
from titlewright.scorers.demand.phrases import key_of, wordings_in
from titlewright.scorers.demand.praise import praises
from titlewright.scorers.demand.units import Unit, units
from titlewright.text.lexicon import load_aliases
from titlewright.text.words import atoms, same_word

EACH, FLOOR = 0.15, 0.1


def factor(title: str, language: str = "en", brand: str = "") -> tuple[float, tuple[str, ...]]:
    """What coverage is multiplied by, in [FLOOR, 1], and what was overdone, in words."""
    own = {atom.norm for atom in atoms(brand)}
    told = {
        "repeats": _repeated(units(title, language), language, own),
        "says twice": _otherwise(title),
        "praises:": [words for words in praises(title) if key_of(words) not in own],
    }
    overdone = sum(map(len, told.values()))
    reasons = [f"{what} {', '.join(dict.fromkeys(some))}" for what, some in told.items() if some]
    return max(FLOOR, 1 - EACH * overdone), tuple(reasons)


def _repeated(said: Sequence[Unit], language: str, own: set[str]) -> list[str]:
    """Every word that an earlier one of the title says already."""
    return [
        unit.text
        for place, unit in enumerate(said)
        if not unit.quantity
        and unit.norm not in own
        and len(unit.norm) >= (2 if unit.unspaced else 3)
        and any(_same(unit, earlier, language) for earlier in said[:place])
    ]


def _same(one: Unit, other: Unit, language: str) -> bool:
    if one.unspaced or other.unspaced:
        return one.norm == other.norm
    return same_word(one.norm, other.norm, language)


def _otherwise(title: str) -> list[str]:
    """Wordings of what the title has named otherwise, each with the earlier one."""
    found: dict[frozenset[str], str] = {}
    for first, second in (*_types_otherwise(title), *_aliases_otherwise(title)):
        pair = frozenset((key_of(first).removesuffix("s"), key_of(second).removesuffix("s")))
        if len(pair) > 1:
            found.setdefault(pair, f"{first}/{second}")
    return list(found.values())


def _types_otherwise(title: str) -> Iterator[tuple[str, str]]:
    named: dict[str, str] = {}
    for mention in inventory().mentions(title):
        words = title[mention.start : mention.end]
        yield named.setdefault(mention.type, words), words


def _aliases_otherwise(title: str) -> Iterator[tuple[str, str]]:
    named: dict[int, str] = {}
    for words, key in wordings_in(title, _groups()):
        for group in _groups()[key]:
            yield named.setdefault(group, words), words


@cache
def _groups() -> dict[str, tuple[int, ...]]:
    """The key of a wording → the groups of aliases that it belongs to."""
    found: dict[str, list[int]] = {}
    for number, group in enumerate(load_aliases().equal):
        for wording in group:
            found.setdefault(key_of(wording), []).append(number)
    return {key: tuple(dict.fromkeys(numbers)) for key, numbers in found.items()}
