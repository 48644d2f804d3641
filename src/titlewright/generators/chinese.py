"""Chinese titles from facts: brand, what sets the product apart, the type, then its measures.

这是一款高品质的机械手表，具有精准的计时功能。 gives 机械手表 精准计时功能.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import regex

from titlewright.generators.facts import Facts
from titlewright.records import Product
from titlewright.text.lexicon import load_lexicon
from titlewright.text.width import display_width
from titlewright.text.words import fold

_INTRODUCED = regex.compile(
    r"(?:这|此|本|该)?(?:是|为|款)?(?:一|本|这|该)(?:款|种|双|件|条|个|套|只|把|台|瓶|盒|张|支)"
    r"(?P<phrase>[^，。！？；,.!?;\s]{2,24})"
)
_FEATURE = regex.compile(
    r"(?:具有|采用|配有|配备|拥有|支持|带有|内置|选用|添加|富含)(?P<feature>[^，。！？；,.!?;、\s]{2,14})"
)
_CLAUSE = regex.compile(r"[^，。！？；,.!?;\s]{2,16}")
_LEADING = regex.compile(r"^(?:了|着|有|的|一款|一种|非常|十分|特别|更加|很)+")
_POINTING = ("这", "此", "本", "该", "一")
_VERBS = (
    "是",
    "让",
    "使",
    "能",
    "可",
    "会",
    "给",
    "您",
    "你",
    "我",
    "有",
    "在",
    "也",
    "就",
    "要",
    "来",
)


@cache
def _praise() -> frozenset[str]:
    return frozenset(fold(word) for word in load_lexicon("generic_claims").get("zh", ()))


@cache
def known_types() -> tuple[str, ...]:
    """Product types in Chinese characters, the longest first."""
    words = {word for words in load_lexicon("product_types").values() for word in words}
    unspaced = [
        w
        for w in words
        if regex.fullmatch(r"[\p{Han}\p{Katakana}A-Za-z0-9]*\p{Han}[\p{Han}\p{Katakana}]*", w)
    ]
    return tuple(sorted(unspaced, key=len, reverse=True))


def chinese_titles(product: Product, facts: Facts, limit: int) -> Iterator[str]:
    """Titles of different fullness, none wider than `limit` columns where facts allow."""
    modifiers, kind = _introduced(product)
    kind = facts.slots.get("product_type", "") or kind
    features = list(_features(product.description))
    details = [
        facts.slots[name]
        for name in ("model", "season", "style", "material", "color", "gender")
        if facts.slots.get(name)
    ]
    measures = [facts.slots[n] for n in ("specification", "size", "quantity") if facts.slots.get(n)]
    for before, after in (
        ([*details, *modifiers], [*measures, *features[:2]]),
        ([*modifiers], [*features[:1], *measures]),
        (details, measures),
        ([], [*measures[:1]]),
        ([*modifiers, *details], [*features, *facts.features[:3]]),
    ):
        title = _compose(facts.brand, before, kind, after, limit)
        if title:
            yield title
    clauses = _CLAUSE.findall(product.description)[:6]
    telling = [plain for c in clauses if not _is_sentence(c) and 0 < len(plain := _plain(c)) <= 14]
    yield _compose(facts.brand, [], kind, telling[:3], limit)
    if facts.own_words:
        yield facts.own_words


def _is_sentence(clause: str) -> bool:
    """Whether a clause talks about the product rather than naming something: 这是一款的机械手表."""
    return bool(clause.startswith(_VERBS) or _INTRODUCED.match(clause) or _FEATURE.match(clause))


def _compose(brand: str, before: list[str], kind: str, after: list[str], limit: int) -> str:
    head = "".join(part for part in dict.fromkeys(before) if part and part not in kind)
    if kind and any(kind in part for part in after):
        kind = ""  # said in what follows
    core = (head + kind) if kind and display_width(brand + head + kind) < limit else kind
    title = " ".join(filter(None, (brand if brand not in core else "", core)))
    for part in after:
        longer = f"{title} {part}".strip()
        if part not in title and display_width(longer) <= limit:
            title = longer
    return title


def _introduced(product: Product) -> tuple[list[str], str]:
    """What the text says the product is: its modifiers without praise, and the type itself."""
    for text in filter(None, (product.title, product.description)):
        match = _INTRODUCED.search(text)
        phrase = match["phrase"] if match else ""
        if phrase and not regex.search("|".join(_VERBS[:8]), phrase[1:]):
            *modifiers, noun = regex.split("的", phrase) if "的" in phrase else [phrase]
            if noun:
                return [m for m in map(_plain, modifiers) if m], _plain(noun) or noun
        kind = next((word for word in known_types() if word in text), "")
        if kind:
            return [], kind
    return [], ""


def _plain(text: str) -> str:
    """A modifier without praise; "" when nothing else is left."""
    stripped = _LEADING.sub("", text)
    for word in sorted(_praise(), key=len, reverse=True):
        stripped = stripped.replace(word, "")
    return stripped if len(stripped) >= 2 else ""


def _features(text: str) -> Iterator[str]:
    """Short statements of what the product has: 具有精准的计时功能 gives 精准计时功能."""
    for match in _FEATURE.finditer(text):
        feature = _plain(match["feature"].replace("的", ""))
        if 2 <= len(feature) <= 10:
            yield feature
