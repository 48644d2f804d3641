"""What a title's wording tells before anybody has seen it: numbers that may speak of clicks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from titlewright.learning.words.effects import WordReport
    from titlewright.scorers.appeal.model import AppealModel


class Strengths(Protocol):
    """Numbers of wordings: [N, F] of N texts, the same F for all."""

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float64]: ...


def appeal(texts: Sequence[str]) -> NDArray[np.float64]:
    """[N, 1] strength by the appeal model that ships, 0 where the text isn't English."""
    import numpy as np

    from titlewright.text.language import identify

    found = np.zeros((len(texts), 1))
    english = [at for at, text in enumerate(texts) if identify(text) == "en"]
    found[english, 0] = _model().strengths([texts[at] for at in english])
    return found


def with_words(report: WordReport, strengths: Strengths = appeal) -> Strengths:
    """[N, F + 1]: what `strengths` tell, and beside it what the words learnt in a shop promise.

    That is the sum of ln(1 + lift) of the words and patterns that a text holds, as they are
    everywhere. They are drawn towards 0 as little data asks, so that a prior may take them as they
    are: `Prior.with_effect(1.0)`.
    """
    import numpy as np

    from titlewright.learning.words.effects import EVERYWHERE
    from titlewright.learning.words.features import Shown, patterns, words

    worth = {one.feature[0]: float(np.log1p(one.lift)) for one in report.of(EVERYWHERE)}

    def look(texts: Sequence[str]) -> NDArray[np.float64]:
        earned = []
        for text in texts:
            shown = Shown("", text, 0, 0)
            earned.append(sum(worth.get(one, 0.0) for one in words(shown) | patterns(shown)))
        return np.column_stack([strengths(texts), np.array(earned)])

    return look


def remembered(strengths: Strengths) -> Strengths:
    """The same numbers, each text looked at once."""
    import numpy as np

    known: dict[str, NDArray[np.float64]] = {}

    def look(texts: Sequence[str]) -> NDArray[np.float64]:
        if new := sorted(set(texts) - known.keys()):
            known.update(zip(new, strengths(new), strict=True))
        return np.array([known[text] for text in texts])

    return look


@cache
def _model() -> AppealModel:
    from titlewright.scorers.appeal.model import AppealModel

    return AppealModel.load()
