"""The words of explanations in English and Chinese, from TOML files with the same keys.

A Wording speaks one language. Names that no file knows (a scorer of the user's own) stay as
they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import regex
import tomli

from titlewright.channels.model import Rule
from titlewright.errors import SettingsError
from titlewright.explaining.translating import Pattern, chinese, fill, pattern

LANGUAGES = ("en", "zh")
_HERE = Path(__file__).parent
_HAN = regex.compile(r"\p{Han}")
_KANA = regex.compile(r"[\p{Hiragana}\p{Katakana}]")


class Wording:
    """Says things in one language; get one from `wording`."""

    def __init__(self, language: str, texts: Mapping[str, Mapping[str, str]]) -> None:
        self.language = language
        self.texts = texts

    def say(self, key: str, **slots: object) -> str:
        """The sentence of a key ("say.alone", "heading.score") with its slots filled."""
        group, _, name = key.partition(".")
        return self._fill(self.texts[group][name], slots)

    def kind(self, kind: str, field: str = "") -> str:
        """The name of a kind of evidence."""
        name = "inferred" if field == "inferred" else kind
        return self.texts["kind"].get(name, name)

    def quality(self, name: str) -> str:
        """The name of a quality of titles."""
        return self.texts["quality"].get(name, name)

    def field(self, field: str) -> str:
        """The name of a product's field as evidence names it."""
        named = self.texts["field"]
        for prefix, key in (("attribute name: ", "attribute_name"), ("attributes.", "attribute")):
            if field.startswith(prefix):
                return self._fill(named[key], {"name": field.removeprefix(prefix)})
        return named["category"] if field.startswith("category.") else named.get(field, field)

    def reason(self, text: str) -> str:
        """A reason as results keep it, in English."""
        return chinese().translate(text) if self.language == "zh" else text

    def list(self, parts: list[str]) -> str:
        """Parts of a sentence one after the other."""
        return ("、" if self.language == "zh" else ", ").join(parts)

    def message(self, text: str, rule: Rule | None) -> str:
        """A channel's message: packs write them in English, some in their shop's language too."""
        if self.language != "zh":
            return text
        if rule is None and (known := self.reason(text)) != text:
            return known  # of a present title; its words may be Chinese themselves
        if _HAN.search(text) and not _KANA.search(text):
            return text[: text.rfind("。") + 1] or text
        slots = _pattern(rule.message).match(text) if rule else None
        said = self.texts["rule"].get(rule.kind) if rule else None
        if slots is None or said is None:
            return self.reason(text)
        return self._fill(said, slots) + "。"

    def _fill(self, template: str, slots: Mapping[str, object]) -> str:
        return fill(
            template, {name: str(value) for name, value in slots.items()}, lambda _, value: value
        )


@cache
def _pattern(message: str) -> Pattern:
    return pattern(message, "")


@cache
def wording(language: str) -> Wording:
    """The words of a language, "en" or "zh". Raises SettingsError for another."""
    if language not in LANGUAGES:
        raise SettingsError(
            f"Explanations are not written in {language!r}. Use one of: {', '.join(LANGUAGES)}."
        )
    text = (_HERE / f"{language}.toml").read_text(encoding="utf-8")
    return Wording(language, tomli.loads(text))
