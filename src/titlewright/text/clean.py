"""Raw feed text to readable text: HTML out, mojibake repaired, white space folded.

It never changes wording; what it removes is mark-up, control characters and broken encodings.
"""

from __future__ import annotations

import ftfy
import regex
from selectolax.lexbor import LexborHTMLParser

_LOOKS_LIKE_HTML = regex.compile(
    r"<[a-zA-Z/!][^<>]{0,2000}>|&(?:[a-zA-Z]{2,8}|#\d{1,6}|#x[0-9a-fA-F]{1,5});"
)
_ESCAPED_AGAIN = regex.compile(r"&(?:(?:amp|AMP|#0*38|#[xX]0*26);)+")
# white space is folded later; the joiner makes one emoji of two
_CONTROL = regex.compile(r"[\p{Cc}\p{Cf}--[\s\u200d]]", flags=regex.V1)
_SPACES = regex.compile(r"\s+")
_ROUNDS = 8  # feeds escape HTML once or twice; what hides deeper is no text for people
_BLOCK_TAGS = "br, p, div, li, ul, ol, tr, td, th, table, h1, h2, h3, h4, h5, h6"


def has_html(text: str) -> bool:
    """Whether the text holds tags or entities."""
    return "<" in text or "&" in text if _LOOKS_LIKE_HTML.search(text) else False


def strip_html(text: str) -> str:
    """Text without mark-up; block elements become line breaks, scripts and styles go."""
    if not has_html(text):
        return text
    tree = LexborHTMLParser(text)
    tree.strip_tags(["script", "style", "template", "noscript"])
    for node in tree.css(_BLOCK_TAGS):
        node.insert_after("\n")
    root = tree.body or tree.root
    return root.text(separator="") if root is not None else ""


def fix_mojibake(text: str) -> str:
    """Repair text decoded with the wrong encoding ("cafÃ©" to "café"); other text is unchanged."""
    return ftfy.fix_text(
        text,
        uncurl_quotes=False,
        fix_latin_ligatures=False,
        fix_character_width=False,
        unescape_html=False,
        remove_control_chars=False,
    )


def fold_spaces(text: str) -> str:
    """Every run of white space becomes one space; none at the ends."""
    return _SPACES.sub(" ", text).strip()


def clean(text: str) -> str:
    """Readable one-line text from a raw feed value. Idempotent."""
    if text.isascii() and "<" not in text and "&" not in text:
        return fold_spaces(_CONTROL.sub("", text))
    for _ in range(_ROUNDS):
        unescaped = _ESCAPED_AGAIN.sub("&", text)
        cleaned = fold_spaces(_CONTROL.sub("", strip_html(fix_mojibake(unescaped))))
        if cleaned == text:
            return text
        text = cleaned
    return fold_spaces(_LOOKS_LIKE_HTML.sub(" ", text))
