"""Characters: forbidden ones, those allowed in some places only, and those allowed once."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import regex

from titlewright.channels.case import Case
from titlewright.channels.kinds.base import Fix, Kind, Place, cut_all, quoted
from titlewright.channels.options import Options
from titlewright.channels.seams import cut, is_word
from titlewright.errors import ChannelError
from titlewright.records import Span

# What a forbidden character may become, where the rule allows the result. Others are removed.
REWRITES = {
    "½": "1/2", "¼": "1/4", "¾": "3/4", "⅓": "1/3", "⅔": "2/3", "⅛": "1/8", "⅜": "3/8",
    "⅝": "5/8", "⅞": "7/8", "™": "", "®": "", "©": "", "℠": "", "℗": "",
    "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "“": '"', "”": '"', "″": '"', "′": "'",
    "–": "-", "—": "-", "‒": "-", "−": "-", "‐": "-", "‑": "-", "×": "x", "÷": "/", "…": "...",
    "℃": "°C", "℉": "°F", "№": "No.", "¹": "1", "²": "2", "³": "3", "Ø": "", "•": "-", "·": "-",
    "Æ": "AE", "Œ": "OE", "Š": "S", "Ž": "Z", "Ÿ": "Y", "æ": "ae", "œ": "oe", "š": "s", "ž": "z",
    "{": "(", "}": ")", "Ω": "ohm", "\u2126": "ohm", "μ": "u", "µ": "u",
}  # fmt: skip
ONCE_WORDS = {
    "&": {"": "and", "en": "and", "de": "und", "fr": "et", "es": "y", "it": "e", "pt": "e",
          "nl": "en", "sv": "och", "da": "og", "pl": "i", "zh": "和", "ja": "と"},
    "+": {"": "and", "en": "and", "de": "und", "fr": "et", "es": "y", "it": "e", "pt": "e",
          "nl": "en", "sv": "och", "da": "og", "pl": "i", "zh": "和", "ja": "と"},
    "%": {"": "percent", "en": "percent", "de": "Prozent", "fr": "pour cent",
          "es": "por ciento", "it": "per cento", "pt": "por cento", "nl": "procent",
          "sv": "procent", "da": "procent", "pl": "procent"},
}  # fmt: skip
_INVISIBLE = frozenset({"Cf", "Mn", "Me"})
_AMOUNT = regex.compile(r" ?\d+(?:[.,]\d+)*(?!\w)")
_INHERITED = regex.compile(r"\p{Script=Inherited}")


@dataclass(frozen=True, slots=True)
class Characters(Kind):
    """Forbidden characters: `characters` literally and `class`, a regular expression class.

    `replace` says what a character becomes, before the common rewrites (½ to 1/2). With
    `brand_exempt`, characters inside the product's brand are allowed.
    """

    pattern: regex.Pattern[str]
    replace: Mapping[str, str]
    brand_exempt: bool

    @classmethod
    def build(cls, options: Options) -> Self:
        literal, group = options.text("characters"), options.text("class")
        if not literal and not group:
            raise ChannelError(f"Rule {options.rule_id} needs 'characters' or 'class'.")
        escaped = "".join(regex.escape(character) for character in literal)
        expression = "|".join(filter(None, (f"[{escaped}]" if literal else "", group)))
        return cls(
            options.pattern(expression), options.table("replace"), options.flag("brand_exempt")
        )

    def find(self, case: Case) -> Sequence[Place]:
        if not self.pattern.search(case.text):
            return ()
        spans = [Span(*match.span()) for match in self.pattern.finditer(case.text)]
        if self.brand_exempt:
            spans = [span for span in spans if not case.in_brand(span)]
        return spans

    def fix(self, case: Case, found: Sequence[Place]) -> Fix | None:
        composed = unicodedata.normalize("NFC", case.text)
        if len(self.pattern.findall(composed)) < len(found):
            return Fix(composed, "Wrote letters and their accents as one character each.")
        text, seen = case.text, []
        for place in reversed(found):
            if place is None or text[slice(*place)] != case.text[slice(*place)]:
                continue  # closing a seam may have taken this one already
            changed = self._rewritten(text, place)
            if changed != text:
                text = changed
                seen.append(case.text[slice(*place)])
        return Fix(text, f"Removed or rewrote {quoted(reversed(seen))}.") if seen else None

    def _rewritten(self, text: str, span: Span) -> str:
        """The text with one forbidden character rewritten, or removed, or left when it is
        the vowel of a script that can't be read without it."""
        found, left, right = text[slice(*span)], text[: span.start], text[span.end :]
        written = self._replacement(found)
        if found == "*" and left[-1:].isdigit() and right[:1].isdigit():
            written = "x"  # 10*20 cm
        if written:
            if "/" in written and text[span.start - 1 : span.start].isdigit():
                written = " " + written  # 1½ is 1 1/2
            return text[: span.start] + written + text[span.end :]
        category = unicodedata.category(found[0])
        is_vowel = category in ("Mc", "Mn") and not _INHERITED.match(found)
        if is_vowel and left and unicodedata.category(left[-1])[0] in "LM":
            return text
        if category == "Sc" and (amount := _AMOUNT.match(right)):
            return cut(text, span.start, span.end + amount.end())  # €5 without € would be 5
        if category in _INVISIBLE:
            return left.rstrip() + right if right[:1].isspace() else left + right
        if is_word(left[-1:]) and is_word(right[:1]):
            return f"{left} {right}"  # what a star held apart stays apart
        return cut(text, *span)

    def _replacement(self, found: str) -> str:
        if found in self.replace:
            return self.replace[found]
        candidates = [REWRITES[found]] if found in REWRITES else []
        plain = unicodedata.normalize("NFKC", found)
        if plain != found and found not in REWRITES and (plain.isalnum() or plain.isascii()):
            candidates.append(plain)
        return next((new for new in candidates if new and not self.pattern.search(new)), "").strip()


@dataclass(frozen=True, slots=True)
class ContextCharacters(Kind):
    """`characters` that only some contexts allow: the regular expressions of `allowed`."""

    pattern: regex.Pattern[str]
    allowed: regex.Pattern[str]

    @classmethod
    def build(cls, options: Options) -> Self:
        escaped = "".join(regex.escape(character) for character in options.text("characters"))
        allowed = "|".join(f"(?:{expression})" for expression in options.texts("allowed"))
        return cls(options.pattern(f"[{escaped}]+"), options.pattern(allowed))

    def find(self, case: Case) -> Sequence[Place]:
        if not self.pattern.search(case.text):
            return ()
        allowed = [match.span() for match in self.allowed.finditer(case.text)]
        return [
            Span(*match.span())
            for match in self.pattern.finditer(case.text)
            if not case.in_brand(Span(*match.span()))
            and not any(start <= match.start() and match.end() <= end for start, end in allowed)
        ]

    def fix(self, case: Case, found: Sequence[Place]) -> Fix | None:
        fix = cut_all(case, found)
        return fix and Fix(fix.text, fix.change.replace("Removed", "Removed decorative", 1))


@dataclass(frozen=True, slots=True)
class OnceEach(Kind):
    """Each of `characters` may stand in the title once. Later ones become words or go."""

    characters: str

    @classmethod
    def build(cls, options: Options) -> Self:
        return cls(options.text("characters"))

    def find(self, case: Case) -> Sequence[Place]:
        text = case.text
        spans = []
        for character in self.characters:
            position = text.find(character)
            while position >= 0 and (position := text.find(character, position + 1)) >= 0:
                spans.append(Span(position, position + 1))
        return sorted(spans)

    def fix(self, case: Case, found: Sequence[Place]) -> Fix | None:
        text = case.text
        for place in reversed(found):
            if place is not None and text[slice(*place)] == case.text[slice(*place)]:
                text = self._without(text, place, case.locale.language)
        marks = quoted(case.text[slice(*place)] for place in found if place)
        return Fix(text, f"Kept only the first {marks}.")

    def _without(self, text: str, span: Span, language: str) -> str:
        words = ONCE_WORDS.get(text[slice(*span)], {})
        word = words.get(language, "")
        word = word or words.get("", "")
        left, right = text[: span.start], text[span.end :]
        between = left[-1:].isspace() and right[:1].isspace()
        joins_digits = text[span.start] == "%" and left[-1:].isdigit()
        tight = text[span.start] == "&" and left[-1:].isalnum() and right[:1].isalnum()
        if not word or not (between or joins_digits or tight):
            return cut(text, *span)
        if between:
            return left + word + right
        return f"{left} {word} {right.lstrip()}".rstrip()
