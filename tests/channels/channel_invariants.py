"""What must hold for every repair, whatever the title and the channel."""

from __future__ import annotations

import unicodedata

import regex

from titlewright.channels import Channel, check, length, limit, repair
from titlewright.channels.kinds.characters import ONCE_WORDS, REWRITES
from titlewright.records import Product

_RUN = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]|(?:(?![\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}])[\p{L}\p{N}\p{M}])+"
)
_SYMBOLS = ("So", "No", "Sm")
_ACCENT = regex.compile(r"\p{Script=Inherited}")
_WRITTEN = {
    word.casefold()
    for words in ONCE_WORDS.values()
    for text in words.values()
    for word in text.split()
}


def plain(text: str) -> str:
    """Text in which the character rewrites that a repair may make are already made: symbols
    become words of their own, accents go, since they may be written as characters of their own."""
    text = "".join(
        f" {REWRITES.get(mark, mark)} " if unicodedata.category(mark) in _SYMBOLS else mark
        for mark in unicodedata.normalize("NFC", text)
    )
    text = unicodedata.normalize("NFKD", "".join(REWRITES.get(mark, mark) for mark in text))
    return unicodedata.normalize("NFC", _ACCENT.sub("", text)).casefold().replace("ı", "i")


def assert_sound(channel: Channel, title: str, product: Product | None = None) -> None:
    """Idempotent, allowed or said not to be, never too long unsaid, nothing invented or cut."""
    repaired = repair(channel, title, product)
    again = repair(channel, repaired.text, product)
    assert (again.text, again.changes) == (repaired.text, ()), "repairing twice changes nothing"
    assert again.remaining == repaired.remaining
    errors = [
        found for found in check(channel, repaired.text, product) if found.severity == "error"
    ]
    assert errors == list(repaired.remaining)
    if not repaired.changes:
        assert repaired.text == title
    most = limit(channel, product)
    rule = f"{channel.name}.length"
    is_error = any(rule == other.id and other.severity == "error" for other in channel.rules)
    if most is not None and is_error and length(channel, repaired.text) > most:
        assert rule in {found.rule for found in repaired.remaining}
    assert_words_from(repaired.text, title)


def assert_words_from(text: str, title: str) -> None:
    """Every word of the text is a whole word of the title, or one that marks parted there."""
    source = plain(title)
    whole = set(_RUN.findall(source))
    squeezed = " ".join(
        regex.sub(r"[^\p{L}\p{N}]", "", written) for written in (source, source.replace("*", "x"))
    )
    for word in _RUN.findall(plain(text)):
        if word in whole or word in _WRITTEN:
            continue
        # A removed mark may have joined or parted letters: these must stand together in the title.
        assert word in squeezed, f"{word!r} is not of {title!r}"
