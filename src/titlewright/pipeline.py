"""From products to titles: infer the type, generate, ground, repair, check, score, choose, explain.

One function that a batch, the command line and the API all call. Reading and writing feeds,
processes and resuming are the business of batch.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from titlewright.channels import Channel, check
from titlewright.channels import limit as channel_limit
from titlewright.gates import Passed, Refused, pass_gates
from titlewright.generators import Generator
from titlewright.generators.outcomes import Failure, Outcome, outcomes
from titlewright.generators.template import TemplateGenerator
from titlewright.grounding import Grounder
from titlewright.product_types import infer_types
from titlewright.ranking import Ranked, Weigher, rank
from titlewright.records import (
    Alternative,
    Candidate,
    Hints,
    Product,
    Reject,
    TitleResult,
    Usage,
)
from titlewright.scorers import Scorer

if TYPE_CHECKING:
    from titlewright.learning.words.keeping import LearntHints


@dataclass(frozen=True, slots=True)
class _Allowed:
    """A candidate that has been made true and allowed."""

    candidate: Candidate
    passed: Passed

    @property
    def text(self) -> str:
        return self.passed.text


class Pipeline:
    """Turns products into titles for one channel.

    `candidates` is how many the generator is asked for; `aliases` a user's alias file. With
    `infer` the product's type is inferred first, and may be named where nothing states it. With
    `net` the template steps in where all of a model's candidates fall. `hints` are the user's
    wishes, `learnt` words that earned clicks or cost them: they add to the wishes and yield where
    a product would have no title. `scorers` and `weigher` are those of `rank`.
    """

    def __init__(
        self,
        generator: Generator,
        channel: Channel,
        *,
        candidates: int = 5,
        seed: int = 0,
        hints: Hints | None = None,
        learnt: LearntHints | None = None,
        aliases: Path | None = None,
        infer: bool = True,
        net: bool = True,
        scorers: Sequence[Scorer] = (),
        weigher: Weigher | None = None,
    ) -> None:
        self.generator = generator
        self.channel = channel
        self.candidates = candidates
        self.seed = seed
        self.hints = hints or Hints()
        self.learnt = learnt
        self.aliases = aliases
        self.infer = infer
        self.scorers = scorers
        self.weigher = weigher
        self._net = TemplateGenerator() if net else None

    def run(
        self, products: Sequence[Product], rows: Sequence[int] | None = None
    ) -> list[TitleResult | Reject]:
        """One result or one named reject a product, in order; `rows` are their row numbers.

        The same seed and product give the same result, whatever stands beside it in the batch.
        """
        numbers = range(1, len(products) + 1) if rows is None else rows
        if self.infer:
            products = infer_types(products)
        hints = [self.hints_for(product) for product in products]
        proposed = outcomes(
            self.generator, products, n=self.candidates, hints=hints, seed=self.seed
        )
        return [
            self._settle(row, product, outcome)
            for row, product, outcome in zip(numbers, products, proposed, strict=True)
        ]

    def _settle(self, row: int, product: Product, outcome: Outcome) -> TitleResult | Reject:
        """The choice among what a generator gave; its failure is no title of someone else's."""
        if outcome.failure:
            return unanswered(row, product, outcome.failure, outcome.usage)
        made = self._choose(row, product, outcome.candidates)
        return made if outcome.usage == Usage() else replace(made, usage=outcome.usage)

    def hints_for(self, product: Product) -> Hints:
        """The wishes and what was learnt, within what the channel allows, in its unit of length."""
        limit = channel_limit(self.channel, product)
        lengths = (self.hints.max_length, self.hints.target_length, limit)
        known = [length for length in lengths if length is not None]
        return replace(
            self.learnt.hints_for(product, self.hints) if self.learnt else self.hints,
            max_length=min(known, default=None),
            unit=self.channel.unit,
            unit_weight=self.channel.weight,
            order=self.hints.order or self.channel.attribute_order,
        )

    def _choose(
        self, row: int, product: Product, candidates: Sequence[Candidate]
    ) -> TitleResult | Reject:
        hint = self.hints_for(product)
        kept, lost = self._admitted(product, candidates, hint)
        if not kept and hint.avoid != self.hints.avoid:  # better words that earn little than none
            hint = replace(hint, prefer=self.hints.prefer, avoid=self.hints.avoid)
            net = self._net
            plain = net.generate([product], n=self.candidates, hints=[hint])[0] if net else []
            kept, lost = self._admitted(product, [*candidates, *plain], hint)
        if not kept:
            return self._rejected(row, product, lost)
        ranked = rank(
            product,
            [(item.text, item.passed.grounding) for item in kept],
            self.channel,
            [item.candidate.log_probability for item in kept],
            hint,
            scorers=self.scorers,
            weigher=self.weigher,
        )
        while ranked:
            best = ranked[0]
            chosen = kept[best.place]
            found = check(self.channel, chosen.text, product)
            errors = [violation for violation in found if violation.severity == "error"]
            if not errors:
                break
            lost.append(_lost(chosen.candidate, "; ".join(error.message for error in errors)))
            del ranked[0]
        else:
            return self._rejected(row, product, lost)
        alternatives = [
            Alternative(kept[other.place].text, kept[other.place].candidate.generator, other.total,
                        _why_lost(best, other), other.scores, other.contributions)
            for other in ranked[1:]
        ]  # fmt: skip
        return TitleResult(
            row=row,
            product_id=product.id,
            channel=self.channel.name,
            title=chosen.text,
            previous_title=product.title,
            generator=chosen.candidate.generator,
            model_made=self.generator.model_made
            and chosen.candidate.generator not in ("seller", TemplateGenerator.name),
            score=best.total,
            scores=best.scores,
            contributions=best.contributions,
            evidence=chosen.passed.grounding.evidence,
            repairs=chosen.passed.changes,
            rules=chosen.passed.rules,
            warnings=tuple(found),
            alternatives=tuple(alternatives + lost),
        )

    def _admitted(
        self, product: Product, candidates: Sequence[Candidate], hint: Hints
    ) -> tuple[list[_Allowed], list[Alternative]]:
        """Which candidates are true and allowed, and which not; where none is, the template's,
        and then the present title."""
        grounder = Grounder(product, aliases=self.aliases)
        kept: list[_Allowed] = []
        lost: list[Alternative] = []
        for candidate in candidates:
            self._admit(candidate, grounder, hint, kept, lost)
        if not kept and self._net and self.generator.name != self._net.name:
            for candidate in self._net.generate([product], n=self.candidates, hints=[hint])[0]:
                self._admit(candidate, grounder, hint, kept, lost)
        if not kept and product.title:
            self._admit(Candidate(product.title, "seller"), grounder, hint, kept, lost)
        return kept, lost

    def _admit(
        self,
        candidate: Candidate,
        grounder: Grounder,
        hint: Hints,
        kept: list[_Allowed],
        lost: list[Alternative],
    ) -> None:
        """Put a candidate, made true and allowed, among the kept; or among the lost with why."""
        passed = pass_gates(candidate.text, grounder, self.channel, hint.avoid)
        if isinstance(passed, Refused):
            lost.append(_lost(candidate, passed.reason))
        elif any(item.text.casefold() == passed.text.casefold() for item in kept):
            lost.append(_lost(candidate, "the same as another candidate once repaired"))
        else:
            kept.append(_Allowed(candidate, passed))

    def _rejected(self, row: int, product: Product, lost: Sequence[Alternative]) -> Reject:
        if not lost:
            return Reject(
                row, product.id, "description", "The product says too little to make a title from.",
                "Add a description, a brand and attributes, or a present title.",
            )  # fmt: skip
        reasons = "; ".join(dict.fromkeys(item.reason for item in lost))
        return Reject(
            row, product.id, "title",
            f"No candidate is true and allowed on {self.channel.title}: {reasons}",
            "Add facts to the product (brand, type, attributes) or write the title by hand.",
        )  # fmt: skip


def unanswered(row: int, product: Product, failure: Failure, usage: Usage) -> Reject:
    """The reject of a product for which a generator failed."""
    return Reject(
        row, product.id, "title", failure.problem, failure.advice, again=failure.again, usage=usage
    )


def _lost(candidate: Candidate, reason: str) -> Alternative:
    return Alternative(candidate.text, candidate.generator, None, reason)


def _why_lost(best: Ranked, other: Ranked) -> str:
    """In words: by how much, and the quality that made most of the difference."""
    said = f"scored {other.total:.2f} against {best.total:.2f}"
    gaps = [
        (mine.value - theirs.value, mine.name)
        for mine, theirs in zip(best.contributions, other.contributions, strict=True)
    ]
    gap, name = max(gaps, default=(0.0, ""))
    return said if gap <= 0 else f"{said}, mostly for {name}"
