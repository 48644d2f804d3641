"""Where each span of a title stands in the product, checked against the product's own text."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from titlewright.explaining.records import Backing
from titlewright.records import Evidence, Product, Span
from titlewright.text.language import is_cjk

_AROUND, _AROUND_UNSPACED = 40, 16  # code points shown on either side of a span
_ATTRIBUTE, _ATTRIBUTE_NAME, _CATEGORY = "attributes.", "attribute name: ", "category."
# Where a text may be cut: at white space, or anywhere in scripts that are written without it.
_CUT = regex.compile(r"\s|(?<=[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}])")


def field_text(product: Product, field: str) -> str | None:
    """The product's own text of a field as evidence names it; None where there is no such field.

    "inferred" is no field of the product's: what is inferred, no one has stated.
    """
    if field in ("title", "brand", "description"):
        text: str = getattr(product, field)
        return text or None
    if field.startswith(_ATTRIBUTE_NAME):
        name = field.removeprefix(_ATTRIBUTE_NAME)
        return name if name in product.attributes else None
    if field.startswith(_ATTRIBUTE):
        return product.attributes.get(field.removeprefix(_ATTRIBUTE))
    if field.startswith(_CATEGORY):
        level = field.removeprefix(_CATEGORY)
        known = level.isdecimal() and int(level) < len(product.category)
        return product.category[int(level)] if known else None
    return None


def backings(evidence: Sequence[Evidence], product: Product | None) -> tuple[Backing, ...]:
    """Each span with its place in the product, marked literal where it stands just there."""
    return tuple(_backing(item, product) for item in evidence)


def _backing(item: Evidence, product: Product | None) -> Backing:
    text = field_text(product, item.field) if product and item.source else None
    literal = (
        text is not None
        and item.source is not None
        and bool(item.source_text)
        and text[slice(*item.source)] == item.source_text
    )
    before = after = ""
    if literal and text is not None and item.source is not None:
        before, after = _around(text, item.source)
    return Backing(
        text=item.text,
        span=item.span,
        kind=item.kind,
        field=item.field,
        source=item.source,
        source_text=item.source_text,
        before=before,
        after=after,
        literal=literal,
        confidence=item.confidence,
        reason=item.reason,
    )


def _around(text: str, span: Span) -> tuple[str, str]:
    """The words before and after a span, with an ellipsis where there are more."""
    around = _AROUND_UNSPACED if is_cjk(text[span.start : span.end]) else _AROUND
    start, end = excerpt(text, span.start, span.end, around)
    before, after = text[start : span.start], text[span.end : end]
    return ("…" if start else "") + before, after + ("…" if end < len(text) else "")


def excerpt(text: str, start: int, end: int, around: int) -> tuple[int, int]:
    """A stretch of the text around text[start:end], cut between words where there are any."""
    left, right = max(0, start - around), min(len(text), end + around)
    if left:
        cut = _CUT.search(text, left, start)
        left = cut.end() if cut else left
    if right < len(text):
        places = (match.start() for match in _CUT.finditer(text, end, right + 1))
        cuts = [place for place in places if place <= right]
        right = cuts[-1] if cuts else right
    return left, right


def cited_fields(found: Sequence[Backing], product: Product | None) -> tuple[tuple[str, str], ...]:
    """The texts that literal spans stand in, each once, in title order."""
    if product is None:
        return ()
    names = dict.fromkeys(one.field for one in found if one.literal)
    return tuple((name, field_text(product, name) or "") for name in names)
