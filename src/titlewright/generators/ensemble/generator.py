"""The ensemble as a family: `--from model,model,compact`, fitted on dev, saved with its members."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np

from titlewright.errors import GeneratorError
from titlewright.generators import Examples, Generator, create
from titlewright.generators.ensemble.judgement import Judgement, fit, untaught
from titlewright.generators.ensemble.pool import OPINIONS, POOLED, Pool, features, pool, stretch
from titlewright.generators.outcomes import Reporting
from titlewright.generators.overlap import rouge_l_each
from titlewright.generators.saved import read_model_json, write_model_json
from titlewright.neural.report import FitReport, Step
from titlewright.neural.settings import TrainingSettings
from titlewright.records import Candidate, Example, Hints, Product

_MEMBERS = "members"
_MOST_DEV = 200  # examples; the judgement has a handful of weights
_NOT_COPIED = ("training", "untrained", "pretrained")


class EnsembleGenerator:
    """Orders what its members propose; it never does worse on dev than the best of them."""

    name = "ensemble"
    recommended: ClassVar[TrainingSettings] = TrainingSettings(epochs=1)

    def __init__(
        self,
        places: Sequence[str],
        members: Sequence[Generator],
        judgement: Judgement | None = None,
    ) -> None:
        for place, member in zip(places, members, strict=True):
            if isinstance(member, Reporting):
                raise GeneratorError(
                    f"{place} can't be a member: it keeps accounts of money and of rows to try "
                    "again, which an ensemble has none of. Leave it out."
                )
        self.places, self.members = list(places), list(members)
        self.judgement = judgement or untaught(len(members) + OPINIONS)
        self.model_made = any(member.model_made for member in members)

    def generate(
        self,
        products: Sequence[Product],
        *,
        n: int,
        hints: Sequence[Hints] | None = None,
        seed: int = 0,
    ) -> list[list[Candidate]]:
        """Up to n different titles a product, the most promising first.

        A log-probability here is that of being the best of the pool, stretched as the ranking
        shrinks it; titles beyond the pool have none.
        """
        if n < 1:
            raise GeneratorError(f"n must be 1 or more, not {n}.")
        wishes = list(hints) if hints is not None else [Hints()] * len(products)
        made = self._proposed(products, wishes, max(n, POOLED), seed, self._asked_first())
        if not self.judgement.trusted:  # the others only fill up
            short = [
                at
                for at, mine in enumerate(made)
                if min(len(mine[self.judgement.best]), POOLED) < n
            ]
            more = self._proposed(
                [products[at] for at in short], [wishes[at] for at in short], max(n, POOLED), seed,
                range(len(self.members)),
            )  # fmt: skip
            for at, mine in zip(short, more, strict=True):
                made[at] = mine
        return [self._ordered(mine, hint)[:n] for mine, hint in zip(made, wishes, strict=True)]

    def _asked_first(self) -> Sequence[int]:
        trusted = self.judgement.trusted
        return range(len(self.members)) if trusted else (self.judgement.best,)

    def _proposed(
        self,
        products: Sequence[Product],
        hints: Sequence[Hints],
        n: int,
        seed: int,
        asked: Sequence[int],
    ) -> list[list[list[Candidate]]]:
        """[products][members] candidates; none of members that aren't asked."""
        nothing: list[list[Candidate]] = [[] for _ in products]
        each = [
            member.generate(products, n=n, hints=hints, seed=seed) if number in asked else nothing
            for number, member in enumerate(self.members)
        ]
        return [[member[at] for member in each] for at in range(len(products))]

    def _ordered(self, made: Sequence[Sequence[Candidate]], hint: Hints) -> list[Candidate]:
        pooled = pool(made)
        found = self._judged(pooled, made, hint) if pooled else []
        known = {candidate.text.casefold() for candidate in found}
        for place in range(POOLED, max(map(len, made), default=0)):
            for candidates in made:
                for candidate in candidates[place : place + 1]:
                    if candidate.text.casefold() not in known:
                        known.add(candidate.text.casefold())
                        found.append(Candidate(candidate.text, self.name, None, hint))
        return found

    def _judged(
        self, pooled: Pool, made: Sequence[Sequence[Candidate]], hint: Hints
    ) -> list[Candidate]:
        if not self.judgement.trusted:
            return self._best_first(pooled, made, hint)
        chances = self.judgement.chances(features(pooled, made, len(self.members)))
        order = sorted(range(len(pooled)), key=lambda at: (-round(float(chances[at]), 9), at))
        return [
            Candidate(
                pooled[at][2].text, self.name,
                float(chances[at]) * stretch(pooled[at][2]), hint,
            )
            for at in order
        ]  # fmt: skip

    def _best_first(
        self, pooled: Pool, made: Sequence[Sequence[Candidate]], hint: Hints
    ) -> list[Candidate]:
        """The best member's own, with what it says of them; then the others' without."""
        own = made[self.judgement.best][:POOLED]
        texts = {candidate.text.casefold() for candidate in own}
        rest = [one for _, _, one in pooled if one.text.casefold() not in texts]
        return [replace(one, generator=self.name, hints=hint) for one in own] + [
            Candidate(one.text, self.name, None, hint) for one in rest
        ]

    # Training

    @classmethod
    def start(
        cls,
        source: str | None = None,
        *,
        lora: bool = False,
        sizes: Mapping[str, Any] | None = None,
        seed: int = 0,  # noqa: ARG003 - it draws nothing
    ) -> Self:
        """From its members, by commas: names of generators and folders of models; or from a saved
        ensemble."""
        if lora or sizes:
            raise GeneratorError("An ensemble has no weights or sizes of its own: leave them out.")
        places = [word.strip() for word in (source or "").split(",") if word.strip()]
        if places in ([], [cls.name]):
            raise GeneratorError(
                "Say whom the ensemble is made of, by commas: --from MODEL,MODEL,compact"
            )
        if len(places) == 1 and (Path(places[0]) / _MEMBERS).is_dir():
            return cls.load(Path(places[0]))
        return cls(places, [create(place) for place in places])

    def fit(
        self,
        examples: Examples,  # noqa: ARG002 - the members have learnt from them
        *,
        dev: Sequence[Example],
        settings: TrainingSettings,  # noqa: ARG002 - it has none
        folder: Path,  # noqa: ARG002 - nor checkpoints
        on_step: Callable[[Step], None],
        resume: bool = False,  # noqa: ARG002
    ) -> FitReport:
        """Learn on dev which candidates to put first. A step is a member's turn to write."""
        began = time.monotonic()
        count = min(len(dev), _MOST_DEV)  # evenly, since feeds are often sorted
        known = [dev[at * len(dev) // count] for at in range(count)]
        made = []
        for number, member in enumerate(self.members, 1):
            made.append(
                member.generate(
                    [example.product for example in known], n=POOLED,
                    hints=[example.hints for example in known],
                )
            )  # fmt: skip
            on_step(_step(number, len(self.members), len(known), time.monotonic() - began))
        measures: dict[str, float] = {}
        if known:
            self.judgement, measures = _learnt(made, [example.title for example in known])
        weights = len(self.judgement.weights)
        return FitReport(
            ended="epochs", steps=len(self.members), epochs=1.0, examples=len(known), tokens=0,
            seconds=time.monotonic() - began, train_loss=0.0, best_step=len(self.members),
            dev=measures, parameters=weights, trained_parameters=weights, device="cpu",
            precision="float64",
        )  # fmt: skip

    def save(self, folder: Path) -> None:
        """The members' folders are copied, so that the ensemble is whole by itself."""
        (folder / _MEMBERS).mkdir(exist_ok=True)
        kept = [
            _copied(place, folder / _MEMBERS / str(number))
            for number, place in enumerate(self.places)
        ]
        write_model_json(folder, self.name, members=kept, judgement=self.judgement.to_json())

    @classmethod
    def load(cls, folder: Path) -> Self:
        about = read_model_json(folder)
        try:
            places = [
                str(folder / _MEMBERS / place[1:]) if place.startswith("/") else place
                for place in about["members"]
            ]
            judgement = Judgement.from_json(about["judgement"])
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise GeneratorError(
                f"{folder} is no whole ensemble: {error}. Train it again, or copy the whole folder."
            ) from error
        return cls(places, [create(place) for place in places], judgement)


def _learnt(
    made: Sequence[Sequence[Sequence[Candidate]]], titles: Sequence[str]
) -> tuple[Judgement, dict[str, float]]:
    """From [members][products] candidates and the products' own titles."""
    rows, quality = [], []
    firsts = np.zeros((len(titles), len(made)))
    for at, title in enumerate(titles):
        mine = [member[at] for member in made]
        pooled = pool(mine)
        rows.append(features(pooled, mine, len(made)))
        texts = [candidate.text for _, _, candidate in pooled]
        quality.append(np.array(rouge_l_each(texts, [title] * len(texts))))
        for member, candidates in enumerate(mine):
            if candidates:
                firsts[at, member] = rouge_l_each([candidates[0].text], [title])[0]
    return fit(rows, quality, firsts)


def _step(number: int, members: int, examples: int, seconds: float) -> Step:
    return Step(
        step=number, epoch=number / members, used=number / members, loss=0.0, learning_rate=0.0,
        norm=0.0, examples_per_second=number * examples / max(seconds, 1e-9),
        tokens_per_second=0.0, seconds_left=seconds / number * (members - number),
    )  # fmt: skip


def _copied(place: str, target: Path) -> str:
    """A member as model.json names it: "/N" for a folder beside it, else the generator's name."""
    if not Path(place).is_dir():
        return place
    shutil.copytree(place, target, ignore=shutil.ignore_patterns(*_NOT_COPIED))
    return f"/{target.name}"
