"""Which rows are fit for examples, and what is odd about those that are kept.

Each filter looks at one row. The first that a row fails is the one it is counted under; such rows
still serve pretraining, which needs no title.
"""

from __future__ import annotations

from collections import Counter

import regex

from titlewright.records import Product
from titlewright.text.casing import is_shouting
from titlewright.text.language import identify
from titlewright.text.lexicon import load_lexicon
from titlewright.text.near_duplicates import word_tokens
from titlewright.text.words import atoms, fold, simplified
from titlewright.training.prepare.options import PrepareOptions
from titlewright.training.prepare.rows import input_texts
from titlewright.training.prepare.segmentation import content_words

_PLACEHOLDER = regex.compile(
    r"(?:(?:new|test|sample|demo|dummy|default|example|untitled|unnamed|your|my|enter|add|copy of)"
    r"\s*)+(?:(?:product|item|listing|article)(?: (?:title|name))?|title|name)?\s*\d*"
    r"|(?:product|item|title|article|sku|listing|variant)(?: (?:title|name))?[\s#:.-]*\d*"
    r"|(?:do not|don'?t) (?:buy|order|use|delete).*|(?:page|product) not found|coming soon"
    r"|lorem ipsum.*"
    r"|(?:测试|測試|样品|默认|新建?商品|商品标题|商品名称|标题).{0,4}"
    r"|.{0,6}(?:补差价|補差價|补运费|差价专用|专拍链接|勿拍|邮费链接|运费链接|运费补差).{0,12}"
    r"|テスト商品.{0,4}",
    flags=regex.IGNORECASE,
)
_MASK = regex.compile(r"\[(?:e-mail|phone|messenger|id card|bank account|credit card)\]")
_WORD_OF_LETTERS = regex.compile(r"(?<![^\s(\[,/])\p{L}[\p{L}\p{M}'’-]+(?![^\s)\],/.;:!?])")
_REPEATED = 3  # times a content word stands in a title that is flagged for it
_ENOUGH = 100  # code points of a description that decides the row's language
_FOREIGN = 0.25  # share of a title's words that stand in a text of another language at most
_TWINS = ({"id", "ms"}, {"da", "no"}, {"hr", "sr"}, {"cs", "sk"})


def problem_of(product: Product, options: PrepareOptions) -> str:
    """The step that finds the row unfit for an example; "" when it is fit."""
    title = product.title
    words = len(atoms(title))
    if not title or fold(title) in load_lexicon("placeholders")["empty"]:
        return "no-title"
    if _MASK.search(title):
        return "private-title"
    if _PLACEHOLDER.fullmatch(title) or names_nothing(title):
        return "placeholder"
    if words < options.min_words:
        return "short-title"
    if words > options.max_words:
        return "long-title"
    if _input_words(product) < options.min_input_words:
        return "little-input"
    return ""


def names_nothing(title: str) -> bool:
    """Whether a title is codes, numbers and marks only, with no word in it."""
    if any(atom.unspaced for atom in atoms(title)):
        return False
    return not _WORD_OF_LETTERS.search(title)


def _input_words(product: Product) -> int:
    return sum(len(word_tokens(text)) for text in input_texts(product))


def backed_share(product: Product) -> float:
    """The share in [0, 1] of the title's content words that stand elsewhere in the product.

    Singular and plural count as one, spelling variants don't: a quick measure for sorting out
    rows, less lenient than grounding.
    """
    wanted = content_words(product.title)
    if not wanted:
        return 0.0
    text = fold(simplified(" ".join(input_texts(product))))
    stated = set(_atoms_of(text))
    return sum(_stated(word, stated, text) for word in wanted) / len(wanted)


_ATOM = regex.compile(r"[\p{L}\p{M}\p{N}]+")


def _atoms_of(text: str) -> list[str]:
    found: list[str] = _ATOM.findall(text)
    return found


def _stated(word: str, stated: set[str], text: str) -> bool:
    if not word.isascii() and not word[0].isascii() and word in text:
        return True  # no spaces to go by
    forms = {word, f"{word}s", f"{word}es"}
    if word.endswith("s"):
        forms |= {word[:-1], word.removesuffix("es")}
    if forms & stated:
        return True
    return not word.isalnum() and word in text  # 1.5, it's


def flags_of(product: Product, language: str, backed: float) -> tuple[str, ...]:
    """What is odd about a title that is kept; `backed` is its `backed_share`."""
    flags = []
    words = product.title.split()
    if len(words) > 2 and sum(map(is_shouting, words)) * 2 > len(words):
        flags.append("capitals")
    counts = Counter(filter(_tells, content_words(product.title, language)))
    if counts and max(counts.values()) >= _REPEATED:
        flags.append("repeats")
    if backed < _FOREIGN and _other_language(product, language):
        flags.append("other-language")
    return tuple(flags)


def _tells(word: str) -> bool:
    """Whether a word is long enough to be missed were it there once only; no unit, no suffix."""
    return len(word) > (2 if word.isascii() else 1)


def _other_language(product: Product, expected: str) -> bool:
    """Whether the title is in another language even when it is read as if it were in the same.

    Brands and terms (Eau de Toilette, Van Heusen) are foreign in every title.
    """
    if len(product.description) < _ENOUGH or not expected:
        return False
    said = identify(product.title, expected)
    return said != expected and {said, expected} not in _TWINS
