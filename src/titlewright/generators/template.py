"""Titles without training: the product's own facts, picked and put in order.

The baseline of every table and the net under every model. It only uses words that the product
states; which facts come first follows the channel (Hints.order) and the language.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

from titlewright.generators.avoiding import avoided, facts_without
from titlewright.generators.chinese import chinese_titles
from titlewright.generators.facts import Facts, is_short_name, read_facts
from titlewright.generators.saying import all_said, any_said, names_another
from titlewright.records import Candidate, Hints, Product
from titlewright.text.casing import title_case
from titlewright.text.language import identify, is_cjk
from titlewright.text.width import display_width
from titlewright.text.words import atoms

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
    """The first n different ones; too wide for a short style only where nothing shorter is."""
    kept: dict[str, str] = {}
    wide: dict[str, str] = {}
    for title in titles:
        text = " ".join(title.split())
        if text and not avoided(text, hint.avoid):
            fits = hint.style == "marketplace" or display_width(text) <= _TARGETS[hint.style]
            (kept if fits else wide).setdefault(text.casefold(), text)
        if len(kept) == n:
            break
    return list((kept or wide).values())[:n]


def _titles(product: Product, hint: Hints) -> Iterator[str]:
    facts = facts_without(read_facts(product), hint.avoid)
    limit = min(hint.max_length or _NO_LIMIT, _TARGETS[hint.style])
    text = f"{product.title} {facts.phrase} {product.description[:200]}"
    if is_cjk(text) and not text.isascii() and _mostly_cjk(text):
        yield from chinese_titles(product, facts, limit)
        return
    language = product.locale[:2] or identify(f"{product.description[:400]} {product.title}", "en")
    seen: set[str] = set()
    for title in _titles_of(product, facts, hint, limit):
        if title not in seen:
            seen.add(title)
            # Title Case is an English custom: other languages keep the seller's own
            yield _cased(title, facts) if language in ("", "en") else title


_BETWEEN_NUMBERS = regex.compile(r"(?<=\d[\"'″”]?) X (?=\d)")


def _cased(title: str, facts: Facts) -> str:
    return _BETWEEN_NUMBERS.sub(" x ", title_case(title, "en", keep=_kept(facts)))


def _mostly_cjk(text: str) -> bool:
    wide = sum(is_cjk(character) for character in text)
    return wide * 3 >= sum(character.isalpha() for character in text)


def _titles_of(product: Product, facts: Facts, hint: Hints, limit: int) -> Iterator[str]:
    channel = _leading(tuple(dict.fromkeys((*hint.order, *_ORDER))))
    further = ("material", "specification")
    if facts.own_words:
        yield complete(facts, (*channel, *further), limit, facts.own_words)
        yield complete(facts, ("gender", "color", "size", "quantity"), limit, facts.own_words)
    for order, features in (
        ((*channel, *further), False),
        ((*channel, *further, "season"), True),
        (("brand", "gender", "color", "material", "product_type", "size", "quantity"), False),
        (("brand", "model", "product_type"), False),
        ((*channel, "specification", "model_number"), False),
    ):
        yield assemble(facts, order, limit, features=features, prefer=hint.prefer)
    if facts.opening and not facts.own_words:
        yield complete(facts, ("color", "size", "quantity"), limit, facts.opening)
    yield facts.own_words
    if not (facts.own_words or facts.opening or facts.phrase):
        yield " ".join(product.description.split()[:10])  # better a plain beginning than none


def complete(facts: Facts, order: Sequence[str], limit: int, title: str) -> str:
    """A title with the brand before it and the facts that it leaves out behind it.

    One that is only a code or a measure takes the product's phrase in. A colour, a material or
    an audience is not added to a title that names another already.
    """
    if is_short_name(title) and facts.names_type and facts.kind in facts.phrase:
        code, comma, measures = title.partition(", ")
        code = "" if all_said(code, facts.phrase) else f"{code} "
        title = f"{code}{facts.phrase}{comma}{measures}"
    if facts.brand and not all_said(facts.brand, title):
        title = f"{facts.brand} {title}"
    for name in order:
        part = facts.slot(name)
        if name == "product_type":
            part = facts.kind if facts.names_type and not any_said(facts.kind, title) else ""
        if not part or name == "brand" or all_said(part, title) or names_another(name, title):
            continue
        if display_width(title + ", " + part) <= limit:
            title = title + ", " + part
    return title


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
    if not any(facts.slot(name) for name in ("product_type", "model")):
        return ""  # colours and sizes of what?
    title, after_type = "", False
    parts = [(name, facts.slot(name)) for name in order]
    if features:
        parts += [("feature", feature) for feature in facts.features[:4]]
    parts = _preferred(parts, prefer)
    phrase = facts.slot("product_type") if "product_type" in order else ""
    for name, part in parts:
        coming = "" if after_type or name in _BEFORE_TYPE or name == "product_type" else phrase
        if not part or all_said(part, f"{title} {coming}"):
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


def _unsaid(part: str, title: str) -> str:
    """The product's wording without the words at its start that the title ends with or holds."""
    said = {atom.norm for atom in atoms(title)}
    words = list(atoms(part))
    start = 0
    while start < len(words) - 1 and words[start].norm in said:
        start += 1
    return part[words[start].start :] if words else part


def _kept(facts: Facts) -> tuple[str, ...]:
    """Words whose spelling is not ours to change: brand, model, capitals in the present title."""
    own = [word for word in facts.own_words.split() if word.isupper() and len(word) < 4]
    return (*f"{facts.brand} {facts.slot('model')}".split(), *own, "w/")
