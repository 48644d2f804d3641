"""Titles without training: the product's own facts, picked and put in order.

The baseline of every table and the net under every model. It only uses words that the product
states; which facts come first follows the channel (Hints.order) and the language.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from titlewright.generators.chinese import chinese_titles
from titlewright.generators.facts import Facts, read_facts
from titlewright.generators.phrases import opening
from titlewright.records import Candidate, Hints, Product
from titlewright.text.casing import title_case
from titlewright.text.language import is_cjk
from titlewright.text.width import display_width
from titlewright.text.words import atoms, same_word

_ORDER = ("brand", "model", "gender", "product_type", "style", "color", "size", "quantity")
_BEFORE_TYPE = frozenset({"brand", "model", "gender", "season"})
_TARGETS = {"marketplace": 120, "short": 60, "headline": 30}
_NO_LIMIT = 150


class TemplateGenerator:
    """Picks and orders facts; the same for every seed."""

    name = "template"
    model_made = False

    def generate(
        self,
        products: Sequence[Product],
        *,
        n: int,
        hints: Sequence[Hints] | None = None,
        seed: int = 0,  # noqa: ARG002 - the contract's; nothing here is random
    ) -> list[list[Candidate]]:
        """Up to n different titles a product, the fullest that fits first."""
        asked = hints or [Hints()] * len(products)
        return [
            [
                Candidate(text, self.name, hints=hint)
                for text in _distinct(_titles(product, hint), hint, n)
            ]
            for product, hint in zip(products, asked, strict=True)
        ]


def _distinct(titles: Iterator[str], hint: Hints, n: int) -> list[str]:
    kept: dict[str, str] = {}
    for title in titles:
        text = " ".join(title.split())
        avoided = any(word.casefold() in text.casefold() for word in hint.avoid)
        if text and not avoided:
            kept.setdefault(text.casefold(), text)
        if len(kept) == n:
            break
    return list(kept.values())


def _titles(product: Product, hint: Hints) -> Iterator[str]:
    facts = read_facts(product)
    limit = min(hint.max_length or _NO_LIMIT, _TARGETS[hint.style])
    text = f"{product.title} {facts.phrase} {product.description[:200]}"
    if is_cjk(text) and not text.isascii() and _mostly_cjk(text):
        yield from chinese_titles(product, facts, limit)
        return
    locale = product.locale or "en"
    for order, features in _plans(facts, hint):
        title = assemble(facts, order, limit, features=features, prefer=hint.prefer)
        yield title_case(title, locale, keep=_kept(facts))
    opened = opening(product.description)
    if opened and not facts.phrase:
        whole = assemble(facts, ("brand", "gender"), limit)
        yield title_case(f"{whole} {_unsaid(opened, whole)}".strip(), locale, keep=_kept(facts))
    if product.title:
        yield product.title


def _mostly_cjk(text: str) -> bool:
    wide = sum(is_cjk(character) for character in text)
    return wide * 3 >= sum(character.isalpha() for character in text)


def _plans(facts: Facts, hint: Hints) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Orders of slots, and whether further features are added: the channel's first."""
    channel = tuple(dict.fromkeys((*hint.order, *_ORDER))) if hint.order else _ORDER
    channel = _leading(channel)
    yield (*channel, "material", "specification"), False
    yield (*channel, "material", "specification", "season"), True
    yield ("brand", "gender", "color", "material", "product_type", "size", "quantity"), False
    yield ("brand", "model", "product_type"), False
    yield ("gender", "product_type", "color", "size", "brand"), False
    if facts.slot("model_number"):
        yield (*channel, "specification", "model_number"), False


def _leading(order: tuple[str, ...]) -> tuple[str, ...]:
    """Brand, model and audience stand before the type, whatever else the channel prefers."""
    front = [name for name in ("brand", "model", "gender") if name in order or name == "model"]
    return (*front, *(name for name in order if name not in front and name != "model_number"))


def assemble(
    facts: Facts,
    order: Sequence[str],
    limit: int,
    *,
    features: bool = False,
    prefer: Sequence[str] = (),
) -> str:
    """A title from facts in this order, as many as fit in `limit` columns of display width.

    What stands before the product type is joined by spaces, what follows it by commas; a fact
    whose words are all there already is left out.
    """
    title, after_type = "", False
    parts = [(name, facts.slot(name)) for name in order]
    if features:
        parts += [("feature", feature) for feature in facts.features[:4]]
    parts = _preferred(parts, prefer)
    for name, part in parts:
        if not part or _all_said(part, title):
            continue
        describes = not after_type and (name in _BEFORE_TYPE or name == "product_type" or not title)
        joined = f"{title} {part}" if title and (describes or not after_type) else (
            f"{title}, {part}" if title else part
        )  # fmt: skip
        if name == "product_type":
            after_type = True
            part = _unsaid(part, title)
            joined = f"{title} {part}".strip()
        if display_width(joined) <= limit or not title:
            title = joined
    return title


def _preferred(parts: list[tuple[str, str]], prefer: Sequence[str]) -> list[tuple[str, str]]:
    """Features that hold a preferred word come before the other optional parts."""
    if not prefer:
        return parts
    wanted = [word.casefold() for word in prefer]
    head = [part for part in parts if part[0] in _BEFORE_TYPE or part[0] == "product_type"]
    rest = [part for part in parts if part not in head]
    return head + sorted(rest, key=lambda part: not any(w in part[1].casefold() for w in wanted))


def _all_said(part: str, title: str) -> bool:
    said = [atom.norm for atom in atoms(title)]
    words = [atom.norm for atom in atoms(part)]
    return bool(words) and all(any(same_word(word, other) for other in said) for word in words)


def _unsaid(part: str, title: str) -> str:
    """The product's wording without the words at its start that the title ends with or holds."""
    said = {atom.norm for atom in atoms(title)}
    words = list(atoms(part))
    start = 0
    while start < len(words) - 1 and words[start].norm in said:
        start += 1
    return part[words[start].start :] if words else part


def _kept(facts: Facts) -> tuple[str, ...]:
    """Words whose spelling is not ours to change: brand and model."""
    return tuple(f"{facts.brand} {facts.slot('model')}".split())
