"""What a title says and how it says it: words, and patterns of wording.

Articles, prepositions and the like are left out, and so are the brand's own words: a title can't do
without either. Length is no pattern: no word comes without its letters, so that length would take
for itself what words earn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from titlewright.errors import LearningError
from titlewright.grounding.function_words import is_function_word
from titlewright.text.words import atoms, fold

NUMBER, BRAND_FIRST, QUESTION = "a number", "the brand first", "a question"
EXCLAMATION, CAPITALS = "an exclamation mark", "words in capitals"
PATTERNS = frozenset({NUMBER, BRAND_FIRST, QUESTION, EXCLAMATION, CAPITALS})
_SHOUTED = 4  # letters of a word in capitals, so that "USB" and "LED" aren't meant


@dataclass(frozen=True, slots=True)
class Shown:
    """A title of a product and what came of it, within a category (or a group of shoppers).

    Raises LearningError for counts that can't be.
    """

    product: str
    text: str
    impressions: int
    clicks: int
    category: str = ""
    brand: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.clicks <= self.impressions:
            raise LearningError(
                f"Product {self.product!r}: {self.clicks} clicks of {self.impressions} impressions "
                "can't be. Count each impression once, and a click on it at most once."
            )


def words(shown: Shown, language: str = "en") -> frozenset[str]:
    """The words of the title, folded: "Wool" and "wool" are one."""
    brand = {atom.norm for atom in atoms(shown.brand)}
    return frozenset(
        atom.norm
        for atom in atoms(shown.text)
        if atom.norm not in brand and not is_function_word(atom.norm, language)
    )


def patterns(shown: Shown) -> frozenset[str]:
    """The patterns that the title has."""
    return frozenset(_patterns(shown))


def _patterns(shown: Shown) -> Iterator[str]:
    text = shown.text
    if any(character.isdigit() for character in text):
        yield NUMBER
    if shown.brand and fold(text.lstrip()).startswith(fold(shown.brand)):
        yield BRAND_FIRST
    if "?" in text or "？" in text:
        yield QUESTION
    if "!" in text or "！" in text:
        yield EXCLAMATION
    if any(atom.text.isupper() and len(atom.text) >= _SHOUTED for atom in atoms(text)):
        yield CAPITALS
