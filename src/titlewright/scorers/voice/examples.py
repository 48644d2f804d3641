"""Titles that the user likes, from a text file with one a line or from a feed of any format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from titlewright.errors import FeedError
from titlewright.generators.facts import own_brand
from titlewright.records import Reject
from titlewright.scorers.wording import content_words
from titlewright.text.words import atoms

_TEXT = frozenset({".txt", ".text", ".md", ""})
_SAME_START = 0.6  # of the titles: their common first word is taken for the brand


class LikedTitle(NamedTuple):
    """A title and the brand of its product, "" where that isn't known."""

    text: str
    brand: str = ""


def read_examples(path: Path) -> list[LikedTitle]:
    """The titles of a file, in its order; a suffix like .txt tells a title a line.

    Raises FeedError when it can't be read.
    """
    if path.suffix.lower() in _TEXT:
        return with_common_brand([LikedTitle(line) for line in _lines(path)])
    return list(_of_feed(path))


def with_common_brand(titles: Sequence[LikedTitle]) -> list[LikedTitle]:
    """Where no brand is known and most titles begin with one word, that word is their brand.

    Unless it is known as something else: a colour, a product type, for whom it is.
    """
    if any(title.brand for title in titles):
        return list(titles)
    first = Counter(words[0].text for title in titles if (words := atoms(title.text)))
    for word, times in first.most_common(1):
        kinds = [known.kinds for known in content_words(word, "en")]
        if times >= _SAME_START * len(titles) and kinds == [frozenset()]:
            return [LikedTitle(title.text, word) for title in titles]
    return list(titles)


def _lines(path: Path) -> Iterator[str]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise FeedError(f"{path} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise FeedError(f"{path} isn't UTF-8. Save it as UTF-8, a title a line.") from error
    return (line.strip() for line in text.splitlines() if line.strip())


def _of_feed(path: Path) -> Iterator[LikedTitle]:
    from titlewright.feeds import open_feed

    for row in open_feed(path):
        if not isinstance(row, Reject) and row.titled and row.product.title:
            yield LikedTitle(row.product.title, own_brand(row.product))
