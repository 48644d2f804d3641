"""From products to better titles: what is wrong, mended by few edits; good titles are left alone.

Used by a batch, the command line and the API in the place of a pipeline.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from titlewright.channels import Channel, check
from titlewright.gates import Refused
from titlewright.generators import Generator
from titlewright.generators.outcomes import Outcome, outcomes
from titlewright.grounding import Grounder
from titlewright.pipeline import Pipeline, unanswered
from titlewright.product_types import infer_types
from titlewright.ranking import Ranked, Weigher, rank
from titlewright.records import Hints, Product, Reject, TitleResult, Usage, Violation
from titlewright.rewriting.case import Case
from titlewright.rewriting.form import Form
from titlewright.rewriting.search import Budget, Freedom, Improved, Judge, State, improve, start
from titlewright.rewriting.tones import Tone
from titlewright.rewriting.truth import contradictions
from titlewright.scorers import Scorer

if TYPE_CHECKING:
    from titlewright.learning.words.keeping import LearntHints

SELLER = "seller"  # who wrote a title that is left alone
Demand = Callable[[Product], Sequence[str]]
_SPENT = "The edit budget is spent; what is left to mend stands beside this."
_MOST_TIMES = 4  # that an improved title is looked at again


class Optimizer:
    """Improves the titles that products have, for one channel.

    `edits` is how much may be changed, see Budget. `demanded` gives the words that a product's
    title should hold because people search for them; only what the product backs goes in.
    `form` is that of titles that the user likes, which then count above the ranking.
    `generator` writes titles anew where edits are free; `learnt` is as in Pipeline, `scorers` and
    `weigher` are as in `rank`.
    """

    def __init__(
        self,
        generator: Generator,
        channel: Channel,
        *,
        edits: Freedom = "small",
        tone: Tone | None = None,
        demanded: Demand | None = None,
        candidates: int = 5,
        seed: int = 0,
        hints: Hints | None = None,
        learnt: LearntHints | None = None,
        aliases: Path | None = None,
        form: Form | None = None,
        scorers: Sequence[Scorer] = (),
        weigher: Weigher | None = None,
    ) -> None:
        self.generator = generator
        self.channel = channel
        self.budget = Budget(edits)
        self.tone = tone
        self.demanded = demanded
        self.candidates = candidates
        self.seed = seed
        self.aliases = aliases
        self.form = form
        self.scorers = scorers
        self.weigher = weigher
        self._anew = Pipeline(
            generator, channel, candidates=candidates, seed=seed, hints=hints, learnt=learnt,
            aliases=aliases, scorers=scorers, weigher=weigher,
        )  # fmt: skip

    def run(
        self, products: Sequence[Product], rows: Sequence[int] | None = None
    ) -> list[TitleResult | Reject]:
        """One result or one named reject a product, in order; `rows` are their row numbers.

        The same product gives the same result, whatever stands beside it in the batch.
        """
        numbers = list(range(1, len(products) + 1) if rows is None else rows)
        begun = [self._begin(product) for product in infer_types(products)]
        cases, bases = [case for case, _ in begun], [base for _, base in begun]
        rewritten = self._rewritten(cases, bases)
        return [
            self._result(row, case, base, proposed)
            for row, case, base, proposed in zip(numbers, cases, bases, rewritten, strict=True)
        ]

    def _begin(self, product: Product) -> tuple[Case, State | Refused]:
        """The present title made true and allowed; words learnt to avoid yield where none is."""
        wishes = self._anew.hints_for(product)
        case = self._case(product, wishes)
        base = start(case)
        asked = self._anew.hints
        if isinstance(base, Refused) and wishes.avoid != asked.avoid:
            case = self._case(product, replace(wishes, prefer=asked.prefer, avoid=asked.avoid))
            base = start(case)
        return case, base

    def _case(self, product: Product, hints: Hints) -> Case:
        wanted = self.demanded(product) if self.demanded else ()
        return Case.of(
            product, self.channel, hints, demanded=wanted, tone=self.tone, aliases=self.aliases,
            form=self.form,
        )  # fmt: skip

    def _rewritten(self, cases: Sequence[Case], bases: Sequence[State | Refused]) -> list[Outcome]:
        """What the generator writes for titles that are wrong, where edits are free."""
        nothing = [Outcome()] * len(cases)
        asked = [
            place
            for place, base in enumerate(bases)
            if self.budget.freedom == "free" and isinstance(base, State) and base.wrong
        ]
        if not asked:
            return nothing
        products, hints = zip(*((cases[p].product, cases[p].hints) for p in asked), strict=True)
        made = outcomes(self.generator, products, n=self.candidates, hints=hints, seed=self.seed)
        for place, outcome in zip(asked, made, strict=True):
            nothing[place] = outcome
        return nothing

    def _result(
        self, row: int, case: Case, base: State | Refused, proposed: Outcome
    ) -> TitleResult | Reject:
        if isinstance(base, Refused):
            return self._hopeless(row, case, base)
        if proposed.failure:  # mended without what was asked for, it would count as done
            return unanswered(row, case.product, proposed.failure, proposed.usage)
        found = self._settled(case, base, proposed)
        return self._titled(row, case, found, proposed.usage)

    def _hopeless(self, row: int, case: Case, refused: Refused) -> TitleResult | Reject:
        """No title, or one that can't be mended: written anew where edits are free."""
        if self.budget.freedom == "free":
            return self._written_anew(row, case)
        product = case.product
        problem = (
            f"The title can't be mended for {self.channel.title}: {refused.reason}"
            if product.title
            else "There is no title to improve."
        )
        return Reject(
            row, product.id, "title", problem,
            "Have it written anew: `titlewright generate`, or --edits free.",
        )  # fmt: skip

    def _written_anew(self, row: int, case: Case) -> TitleResult | Reject:
        """As if there were no present title: what can't be mended is no statement to go by."""
        present, product = case.product.title, replace(case.product, title="")
        (made,) = self._anew.run([product], [row])
        if isinstance(made, Reject):
            return made
        changes = (f"written anew by {made.generator}", *made.repairs)
        case = case.entitled(made.title, self.aliases)
        base = start(case)
        if isinstance(base, State):
            found = self._settled(case, base, Outcome())
            grounding = Grounder(product, aliases=self.aliases).ground(found.text)
            if grounding.supported:
                changes = (*changes, *found.changes)
                found = replace(found, grounding=grounding, writer=made.generator)
                better = self._titled(row, case, found, made.usage)
                made = replace(better, model_made=made.model_made)
        return replace(made, previous_title=present, repairs=changes)

    def _settled(self, case: Case, base: State, proposed: Outcome) -> Improved:
        """Improved until there is nothing more to improve, all within the first title's budget."""
        found = self._improve(case, base, proposed, base.text)
        for _ in range(_MOST_TIMES):
            if not found.changes or found.text == case.product.title:
                break
            again = case.entitled(found.text, self.aliases)
            state = start(again)
            if isinstance(state, Refused):
                break
            more = self._improve(again, state, Outcome(), base.text)
            if more.text == found.text:
                return replace(found, bound=found.bound or more.bound)
            grounding = case.grounder.ground(more.text)
            if not grounding.supported:
                break
            found = replace(
                more, grounding=grounding, changes=(*found.changes, *more.changes),
                writer=found.writer or more.writer,
            )  # fmt: skip
        return found

    def _improve(self, case: Case, base: State, proposed: Outcome, counted_from: str) -> Improved:
        judge = Judge(case, self.scorers, self.weigher)
        return improve(
            case, base, self.budget, judge=judge, proposals=proposed.candidates,
            counted_from=counted_from,
        )  # fmt: skip

    def _titled(self, row: int, case: Case, found: Improved, usage: Usage) -> TitleResult:
        ranked = self._rated(case, found)
        return TitleResult(
            row=row,
            product_id=case.product.id,
            channel=self.channel.name,
            title=found.text,
            previous_title=case.product.title,
            generator=found.writer or SELLER,
            model_made=self.generator.model_made and found.writer == self.generator.name,
            score=ranked.total,
            scores=ranked.scores,
            contributions=ranked.contributions,
            evidence=found.grounding.evidence,
            repairs=found.changes,
            warnings=tuple(self._warnings(case, found)),
            usage=usage,
        )

    def _warnings(self, case: Case, found: Improved) -> Iterator[Violation]:
        """What the channel says, and what is left for the seller to mend."""
        yield from check(self.channel, found.text, case.product)
        for problem in (*contradictions(case, found.text), *found.problems):
            if problem.severity == "warning" or not problem.edits:
                yield problem.as_violation()
        if found.bound:
            yield Violation("optimize.budget", "warning", _SPENT)

    def _rated(self, case: Case, found: Improved) -> Ranked:
        (ranked,) = rank(
            case.product, [(found.text, found.grounding)], self.channel, hints=case.hints,
            scorers=self.scorers, weigher=self.weigher,
        )  # fmt: skip
        return ranked
