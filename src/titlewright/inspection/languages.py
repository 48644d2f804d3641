"""Which languages a feed is written in, and the rows that mix two."""

from __future__ import annotations

from collections import Counter

from titlewright.inspection.checks import Check, Found
from titlewright.inspection.tally import Sample, Tally
from titlewright.records import Product
from titlewright.text.language import chinese_variant, identify

_ENOUGH = 40  # code points of a description from which its language is compared
_READ = 200  # code points of a description that are read
_TWINS = frozenset({frozenset({"id", "ms"}), frozenset({"da", "no"})})

MISMATCH = Check(
    "language-mismatch",
    "Title and description in different languages",
    "warning",
    "Use one language per row, or send a feed per language: channels check that they agree.",
)


class LanguageSurvey:
    """Counts titles by language code; "" is for names and codes only."""

    def __init__(self) -> None:
        self.titles: Counter[str] = Counter()
        self.descriptions: Counter[str] = Counter()
        self.mismatches = Tally()

    def add(self, row: int, product: Product) -> None:
        title = _detailed(product.title, identify(product.title, product.locale))
        self.titles[title] += 1
        if len(product.description) < _ENOUGH:
            return
        text = product.description[:_READ]
        description = _detailed(text, identify(text, product.locale))
        self.descriptions[description] += 1
        if title == description or not title or not description:
            return
        if (found := _mismatch(product, description)) is not None:
            self.mismatches.add(row, lambda: Sample(row, product.id, *found))


def _detailed(text: str, language: str) -> str:
    return chinese_variant(text) or language if language == "zh" else language


def _mismatch(product: Product, description: str) -> Found | None:
    """Whether the title is in another language, even when it is read as if it were in the same.

    Brands and terms (Eau de Toilette, Van Heusen) are foreign in every title.
    """
    expected = description.split("-")[0]
    said = identify(product.title, expected)
    if said == expected or frozenset({said, expected}) in _TWINS:
        return None
    return Found("title", product.title, f"title {said}, description {expected}")


_NAMES = {
    "": "names and codes only", "ar": "Arabic", "be": "Belarusian", "bg": "Bulgarian",
    "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English", "es": "Spanish",
    "fa": "Persian", "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi",
    "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ko": "Korean",
    "mk": "Macedonian", "ms": "Malay", "nl": "Dutch", "no": "Norwegian", "pl": "Polish",
    "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sr": "Serbian", "sv": "Swedish",
    "th": "Thai", "tl": "Filipino", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu",
    "vi": "Vietnamese", "zh": "Chinese", "zh-Hans": "Chinese, simplified",
    "zh-Hant": "Chinese, traditional",
}  # fmt: skip


def language_name(code: str) -> str:
    """The English name of a language code, the code itself when it has none here."""
    return _NAMES.get(code, code)
