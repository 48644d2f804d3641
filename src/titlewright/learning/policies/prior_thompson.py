"""Prior Thompson: Thompson sampling from beliefs that a new title brings with it.

The prior of `learning.prior`: titles of a product share its level, which is learnt while they are
shown; appeal (or any strengths) says which of them begin ahead, by as much as it proved to be worth
on other products. Draws come from a belief sharper than the posterior (Chapelle and Li 2011,
section 3), since every product has only so many impressions to profit from what is found out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from titlewright.errors import LearningError
from titlewright.learning.policies.base import Arms, CountingPolicy, factor_option, times_best
from titlewright.learning.records import Title
from titlewright.learning.strengths import Strengths, appeal

if TYPE_CHECKING:
    import numpy as np
    from numpy.random import Generator
    from numpy.typing import NDArray

    from titlewright.learning.prior import Counts, Prior

_HOLD = 20.0  # products that the prior at hand is worth when it is learnt anew


class PriorThompson(CountingPolicy):
    """prior      what is believed beforehand: a Prior, or its JSON; None is the one that ships
    variance   what the variance of beliefs is multiplied by, above 0; 1 is plain posterior sampling
    strengths  numbers of wordings, as many as the prior has effects; None is appeal. They are no
               part of the saved state, which keeps the numbers of the titles that were seen; those
               are made anew where a state is opened with other `strengths`.

    `prior` of a policy is what it has learnt since.
    """

    name = "prior_thompson"

    def __init__(
        self,
        *,
        prior: Prior | Mapping[str, Any] | None = None,
        variance: float = 0.05,
        strengths: Strengths | None = None,
        **options: Any,
    ) -> None:
        from titlewright.learning.prior import Prior

        super().__init__(**options)
        factor_option("variance", variance)
        self.variance = variance
        if prior is None:
            prior = Prior.load()
        self.prior = prior if isinstance(prior, Prior) else Prior.from_json(prior)
        self._start = self.prior  # what is held on to when it is learnt anew
        self._strengths = strengths or appeal
        self._known: dict[str, list[float]] = {}  # text -> strengths
        self._seen: dict[str, dict[str, Title]] = {}  # product -> id -> title
        # tables of many products, which replay asks about again and again, and their strengths
        self._tables: dict[int, tuple[Sequence[Sequence[Title]], NDArray[np.float64]]] = {}

    def options(self) -> dict[str, Any]:
        return super().options() | {"variance": self.variance, "prior": self.prior.to_json()}

    def shares(self, arms: Arms, rng: Generator) -> NDArray[np.float64]:
        draws = self.prior.draws(self.counts(arms), rng, arms.draws, self.variance_at(arms))
        return times_best(arms.valued(draws))

    def variance_at(self, arms: Arms) -> float | NDArray[np.float64]:  # noqa: ARG002
        """What the variance is multiplied by, or [T] of them."""
        return self.variance

    def pool(self, tables: Sequence[Arms]) -> None:
        """A few steps towards what strengths and the mean are worth on all these products."""
        self._tables = {
            id(arms.titles): (arms.titles, self._strengths_of(arms.titles)) for arms in tables
        }
        self._learn(tables, rounds=3)

    def learn_prior(self) -> None:
        """Learn the prior anew from the products that were decided on and told of; for now and
        then, such as every hour: it takes seconds for a thousand products. The prior that the
        policy began with counts as much as twenty products, however often this is called.

        Raises LearningError where nothing was shown yet.
        """
        alike: dict[int, list[Arms]] = {}
        for titles in self._seen.values():
            alike.setdefault(len(titles), []).append(self._arms(list(titles.values())))
        self._learn([_stacked(some) for some in alike.values()], rounds=60)
        self._drawn.clear()

    def _learn(self, tables: Sequence[Arms], rounds: int) -> None:
        from titlewright.learning.prior import fit

        counts = [self.counts(arms) for arms in tables]
        self.prior = fit(counts, self._start, near=self.prior, hold=_HOLD, rounds=rounds)

    def counts(self, arms: Arms) -> Counts:
        """The arms with the strengths of their wordings, centred over each product's titles."""
        from titlewright.learning.prior import Counts

        table = self._tables.get(id(arms.titles))
        strengths = self._strengths_of(arms.titles) if table is None else table[1]
        categories = [titles[0].category for titles in arms.titles]
        return Counts(arms.shown, arms.won, strengths, categories)

    def to_json(self) -> dict[str, Any]:
        seen = [
            [one.id, one.product_id, one.text, one.category, one.control]
            for titles in self._seen.values()
            for one in titles.values()
        ]
        return super().to_json() | {
            "start": self._start.to_json(), "strengths": self._known, "titles": seen,
        }  # fmt: skip

    @classmethod
    def from_json(cls, state: dict[str, Any], **changed: Any) -> Self:
        made = super().from_json(state, **changed)
        if changed.get("prior") is not None:
            made._start = made.prior
        if changed.get("strengths") is not None:
            made._known.clear()
        return made

    def restore(self, state: dict[str, Any]) -> None:
        from titlewright.learning.prior import Prior

        super().restore(state)
        self._start = Prior.from_json(state["start"])
        self._known = {
            text: list(known)
            for text, known in state["strengths"].items()
            if len(known) == len(self.prior.effects)
        }
        for name, product, text, category, control in state["titles"]:
            self._remember(Title(name, product, text, tuple(category), control))

    def _arms(self, titles: Sequence[Title]) -> Arms:
        for title in titles:
            self._remember(title)
        return super()._arms(titles)

    def _remember(self, title: Title) -> None:
        self._seen.setdefault(title.product_id, {})[title.id] = title

    def _strengths_of(self, titles: Sequence[Sequence[Title]]) -> NDArray[np.float64]:
        """[T, K, F]"""
        import numpy as np

        texts = {title.text for row in titles for title in row}
        new = sorted(texts - self._known.keys())
        if new:
            found = np.asarray(self._strengths(new), float)
            if found.shape != (len(new), len(self.prior.effects)):
                raise LearningError(
                    f"Strengths of {len(new)} texts have the shape {found.shape}; the prior has "
                    f"{len(self.prior.effects)} effects. Give as many numbers for each text."
                )
            self._known.update(zip(new, found.tolist(), strict=True))
        of_titles = np.array([[self._known[title.text] for title in row] for row in titles])
        centred: NDArray[np.float64] = of_titles - of_titles.mean(axis=1, keepdims=True)
        return centred


def _stacked(rows: Sequence[Arms]) -> Arms:
    import numpy as np

    return replace(
        rows[0],
        titles=[titles for arms in rows for titles in arms.titles],
        shown=np.concatenate([arms.shown for arms in rows]),
        won=np.concatenate([arms.won for arms in rows]),
        worth=None,
    )
