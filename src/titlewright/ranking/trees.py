"""A ranking by gradient-boosted trees (LightGBM), learnt from what people chose.

What a quality adds is its Shapley value in the trees (Lundberg et al. 2018, "Consistent
Individualized Feature Attribution for Tree Ensembles", algorithm 2), which LightGBM computes
exactly: with the value of a typical title they sum to the prediction.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from titlewright.errors import SettingsError
from titlewright.neural.extras import train_extra
from titlewright.records import Contribution, Score

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TYPICAL = "typical title"  # names what all titles have alike: the mean prediction


class Trees:
    """Weighs by the trees in `model`, LightGBM's own text, over the qualities in `names`.

    A quality that a title wasn't judged by is missing to the trees; one that they don't know has
    no say.
    """

    def __init__(self, model: str, names: Sequence[str]) -> None:
        self.model = model
        self.names = tuple(names)

    def weigh(self, judged: Sequence[Sequence[Score]]) -> list[tuple[Contribution, ...]]:
        if not judged:
            return []
        found = self._booster.predict(rows(judged, self.names), pred_contrib=True)
        return [
            (*self._named(scores, parts), Contribution(TYPICAL, float(parts[-1])))
            for scores, parts in zip(judged, found, strict=True)
        ]

    def _named(self, scores: Sequence[Score], parts: NDArray[Any]) -> list[Contribution]:
        """In the order of the scores; then what it means that some weren't judged at all."""
        adds = dict(zip(self.names, parts, strict=False))
        said = [Contribution(score.name, float(adds.pop(score.name, 0.0))) for score in scores]
        return said + [Contribution(name, float(value)) for name, value in adds.items() if value]

    @cached_property
    def _booster(self) -> Any:
        with train_extra():
            from lightgbm import Booster
            from lightgbm.basic import LightGBMError
        try:
            return Booster(model_str=self.model)
        except LightGBMError as error:
            raise SettingsError(f"The ranking's trees can't be read: {error}") from error


def rows(judged: Sequence[Sequence[Score]], names: Sequence[str]) -> NDArray[np.float64]:
    """Scores as [titles, names], NaN where a title wasn't judged by a quality."""
    import numpy as np

    table = np.full((len(judged), len(names)), np.nan)
    places = {name: place for place, name in enumerate(names)}
    for row, scores in zip(table, judged, strict=True):
        for score in scores:
            if score.name in places:
                row[places[score.name]] = score.value
    return table
