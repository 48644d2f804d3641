"""What can be wrong with one row, seen by itself: each check is one function.

A check looks at a product and gives the first thing it finds, or None. What takes several rows
(duplicates) or a rule pack (channels) is elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Literal, NamedTuple

import regex
from ftfy.badness import is_bad

from titlewright.inspection.cells import Seen, cells_of
from titlewright.inspection.tally import around
from titlewright.text.casing import is_shouting
from titlewright.text.clean import fix_mojibake
from titlewright.text.language import is_cjk
from titlewright.text.lexicon import load_lexicon
from titlewright.text.private import find_private, scrub
from titlewright.text.promotion import find_promotion

Level = Literal["error", "warning", "note"]


class Found(NamedTuple):
    """What a check found: in which field, the text to show, and the point in words."""

    field: str
    text: str
    detail: str = ""


class Check(NamedTuple):
    """`find` is None for checks that are made elsewhere and only need their words here."""

    id: str
    title: str
    level: Level
    advice: str
    find: Callable[[Seen], Found | None] | None = None


@cache
def _empty_values() -> frozenset[str]:
    return frozenset(load_lexicon("placeholders")["empty"]) | {""}


def is_empty(text: str) -> bool:
    """Whether a value says nothing: blank, "n/a", "null", "-"."""
    return len(text) < 40 and text.strip().lower() in _empty_values()


def missing(field: str) -> Callable[[Seen], Found | None]:
    """A check that the field says something; `images` and `category` count any value."""

    def find(seen: Seen) -> Found | None:
        value = getattr(seen.product, field)
        said = any(value) if isinstance(value, tuple) else not is_empty(value)
        return None if said else Found("title", seen.product.title)

    return find


def no_id(seen: Seen) -> Found | None:
    """No cell with an id; readers then number the rows, so the product has one all the same."""
    if any(field == "id" and not is_empty(text) for field, text in seen.cells):
        return None
    return Found("title", seen.product.title)


def mojibake(seen: Seen) -> Found | None:
    for field, text in seen.cells:
        if text.isascii() and "\\x" not in text:
            continue
        if (repaired := repair(text)) is not None:
            pairs = enumerate(zip(text, repaired, strict=False))
            start = next((i for i, (before, after) in pairs if before != after), 0)
            after = around(repaired, start, start + 1)
            return Found(field, around(text, start, start + 1), f"→ {after}")
        if "\ufffd" in text:
            place = text.index("\ufffd")
            return Found(field, around(text, place, place + 1), "the � were other characters once")
    return None


# Mojibake is two characters or more of a Western, Cyrillic or DOS code page in a row, or Ã and Â;
# asking this first saves ftfy's long look at Chinese, Thai and curly quotes.
_MAY_BE_BAD = re.compile("[ÃÂ]|[\x80-\u04ff\u2500-\u259f][^\x00-\x7f]")
_ESCAPED_BYTES = re.compile(r"(?:\\x[89a-fA-F][0-9a-fA-F]){2,}")


def repair(text: str) -> str | None:
    """The text with its encoding repaired; None when there is nothing to repair."""
    repaired = _ESCAPED_BYTES.sub(_unescape, text) if "\\x" in text else text
    if _MAY_BE_BAD.search(repaired) and is_bad(repaired):
        repaired = fix_mojibake(repaired)
    same = unicodedata.normalize("NFC", repaired) == unicodedata.normalize("NFC", text)
    return None if same else repaired


def _unescape(match: re.Match[str]) -> str:
    try:
        return bytes.fromhex(match[0].replace("\\x", "")).decode("utf-8")
    except UnicodeDecodeError:
        return match[0]


# Tags that people and editors write; "<FairPlay.tw> shoes" holds none.
_HTML = re.compile(
    r"</?(?:a|abbr|b|big|blockquote|body|br|center|code|div|em|font|h[1-6]|head|hr|html|i|iframe|img"
    r"|input|li|link|meta|ol|p|pre|s|script|small|span|strike|strong|style|sub|sup|table|tbody|td|th"
    r"|thead|tr|tt|u|ul|video)(?:\s[^<>]*|\s*/?)>|&(?:[a-z]{2,8}|#\d{1,6}|#x[0-9a-f]{1,5});",
    flags=re.IGNORECASE,
)


def html_in_title(seen: Seen) -> Found | None:
    for field, text in seen.cells:
        if field == "title" and (match := _HTML.search(text)):
            return Found(field, around(text, *match.span()))
    return None


def html_elsewhere(seen: Seen) -> Found | None:
    for field, text in seen.cells:
        if ("<" in text or "&" in text) and field != "title" and (match := _HTML.search(text)):
            return Found(field, around(text, *match.span()))
    return None


def promotion(seen: Seen) -> Found | None:
    title = seen.product.title
    span = find_promotion(title)
    if span is None:
        return None
    return Found("title", around(title, *span), title[span.start : span.end])


_WORD = regex.compile(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}'’\-]*")


def shouting(seen: Seen) -> Found | None:
    """Most words of three or more are in capitals; the brand's own capitals are its own.

    In Chinese and Japanese titles the capitals are brands and model names.
    """
    title = seen.product.title
    if title.islower() or not any(map(str.isupper, title)) or is_cjk(title):
        return None
    words = [word for word in _WORD.findall(title) if any(map(str.isalpha, word))]
    brand = set(seen.product.brand.split())
    loud = [word for word in words if is_shouting(word, brand)]
    cased = sum(word.lower() != word.upper() and not word.isnumeric() for word in words)
    if len(loud) >= 3 and 2 * len(loud) >= cased:
        return Found("title", title, f"{len(loud)} of {cased} words in capitals")
    return None


def short(seen: Seen) -> Found | None:
    """Fewer than three words and 15 characters, or five characters of Chinese or Japanese."""
    title = seen.product.title.strip()
    if not title:
        return None
    too_short = len(title) < 5 if is_cjk(title) else len(title) < 15 and len(title.split()) < 3
    return Found("title", title, f"{len(title)} characters") if too_short else None


def private(seen: Seen) -> Found | None:
    product = seen.product
    everything = (product.title, product.description, product.brand, *product.attributes.values())
    if not find_private("\n".join(everything)):
        return None
    for field, text in cells_of(product):
        if found := find_private(text):
            first = found[0].span
            kinds = ", ".join(dict.fromkeys(kind for kind, _ in found))
            return Found(field, around(scrub(text), first.start, first.start + 1), kinds)
    return None


_RUNS = re.compile(r"[=@\t\r]|[+\-](?=[A-Za-z(=@])")


def formula(seen: Seen) -> Found | None:
    """A cell that a spreadsheet would run or break on; plain signed numbers are harmless."""
    for field, text in seen.cells:
        if _RUNS.match(text):
            return Found(field, text)
    return None


CHECKS: tuple[Check, ...] = (
    Check(
        "missing-title", "No title", "error",
        "Write one, or let `titlewright generate` make it from the other fields.",
        missing("title"),
    ),
    Check(
        "missing-id", "No id", "error",
        "Give every row its own id: channels and click data refer to it.",
        no_id,
    ),
    Check(
        "missing-brand", "No brand", "warning",
        "Fill it in: most channels want it first, and a title can't state what the row doesn't.",
        missing("brand"),
    ),
    Check(
        "missing-description", "No description", "warning",
        "Add one: it is where most facts of a better title come from.",
        missing("description"),
    ),
    Check(
        "missing-category", "No category", "note",
        "Add it: it decides which attributes matter and which channel limits apply.",
        missing("category"),
    ),
    Check(
        "missing-images", "No image", "note",
        "Add a picture link: channels reject offers without one.",
        missing("images"),
    ),
    Check(
        "mojibake", "Broken characters", "error",
        "Export the feed as UTF-8; Titlewright repairs what it can (after the arrow).",
        mojibake,
    ),
    Check(
        "html-in-title", "HTML in the title", "error",
        "Remove tags and entities: shoppers see them as they stand.",
        html_in_title,
    ),
    Check(
        "html-elsewhere", "HTML in other fields", "note",
        "Harmless to Titlewright, which reads through it; some channels show it raw.",
        html_elsewhere,
    ),
    Check(
        "promotion", "Promotion in the title", "warning",
        "Move sales, prices and shipping out of the title: most channels disapprove it for them.",
        promotion,
    ),
    Check(
        "shouting", "Titles in capitals", "warning",
        "Write them in normal case; `titlewright generate` does.",
        shouting,
    ),
    Check(
        "short-title", "Very short titles", "warning",
        "Say what the product is: brand, product type and what tells variants apart.",
        short,
    ),
    Check(
        "private-data", "Private data", "error",
        "Remove contacts and account numbers: channels forbid them and the law may too.",
        private,
    ),
    Check(
        "formula", "Cells that a spreadsheet would run", "warning",
        "Put an apostrophe before the first character, or remove = + - @ from the start.",
        formula,
    ),
)  # fmt: skip
