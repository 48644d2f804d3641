"""One run, that is one channel's results, taken product by product and put into figures."""

from __future__ import annotations

from collections import Counter

from titlewright.channels import Channel
from titlewright.evaluation.findability import Judgments
from titlewright.evaluation.results.categories import Categories
from titlewright.evaluation.results.examples import Examples
from titlewright.evaluation.results.lengths import TitleLengths, length_figures
from titlewright.evaluation.results.measuring import Measured, measures
from titlewright.evaluation.results.reasons import Kinds
from titlewright.evaluation.results.rules import Rules
from titlewright.evaluation.results.searches import Searches, known_item_figures
from titlewright.evaluation.results.tallies import BeforeAfter, Distribution
from titlewright.inspection.duplicates import DuplicateFinder, Duplicates
from titlewright.inspection.tally import shown
from titlewright.records import JsonObject

_KINDS = 12  # kinds of repairs and groups of equal titles that are listed
_TEXTS = 8


class Survey:
    """Takes the products of one channel; `with_products` says that a feed was given."""

    def __init__(self, channel: Channel | None, *, with_products: bool) -> None:
        self.channel = channel
        self._with_products = with_products
        self._counts = Counter(titles=0, changed=0, unchanged=0, new=0, unbacked=0)
        self._generators: Counter[str] = Counter()
        self._measures: dict[str, BeforeAfter] = {}
        self._total, self._scores = Distribution(), dict[str, Distribution]()
        self._lengths = (TitleLengths(), TitleLengths())
        self._rules = Rules()
        self._repairs = Kinds()
        self._searches = Searches()
        self._categories = Categories()
        self._examples = Examples()
        self._titles = (DuplicateFinder(), DuplicateFinder())
        self._tokens, self._cost = 0, 0.0

    def add(self, measured: Measured) -> None:
        made = measured.made
        self._counts["titles"] += 1
        self._counts["unbacked"] += made.unbacked > 0
        new = measured.before is None
        self._counts["new" if new else "changed" if made.changed else "unchanged"] += 1
        self._generators[made.generator] += 1
        self._tokens += made.tokens
        self._cost += made.cost
        self._repairs.add(made.repairs)
        self._rules.add(measured)
        self._examples.add(measured)
        self._add_scores(measured)
        self._add_titles(measured)
        useful = self.channel.recommended_length if self.channel else None
        parts = measures(measured, useful)
        for name, pair in parts.items():
            self._measures.setdefault(name, BeforeAfter()).add(*pair)
        self._searches.add(made.row, made.product_id, made.previous_title, made.title)
        if self._with_products:
            labels = self._categories.labels(measured.category, measured.kind)
            self._categories.add(labels, parts, changed=made.changed and not new)
            if measured.query:
                self._searches.ask(made.row, measured.query, labels)

    def _add_scores(self, measured: Measured) -> None:
        if measured.made.score is not None:
            self._total.add(measured.made.score)
        for score in measured.made.scores:
            self._scores.setdefault(score.name, Distribution()).add(score.value)

    def _add_titles(self, measured: Measured) -> None:
        sides = (measured.before, measured.after)
        for side, lengths, titles in zip(sides, self._lengths, self._titles, strict=True):
            if side is not None:
                lengths.add(side.length)
                titles.add_title(measured.made.row, side.text)

    def to_json(self, judgments: Judgments | None, seed: int) -> JsonObject:
        """The figures; `None` or an empty list where nothing was there to measure."""
        before, after = self._titles
        known = self._known_items(seed) if self._with_products else None
        return {
            "channel": _channel(self.channel),
            "products": dict(self._counts),
            "generators": dict(self._generators.most_common()),
            "tokens": self._tokens,
            "cost": round(self._cost, 6),
            "measures": {name: one.figures(seed) for name, one in self._measures.items()},
            "lengths": length_figures(*self._lengths, _marks(self.channel)),
            "rules": self._rules.to_json(),
            "scores": self._score_figures(seed),
            "repairs": self._repairs.to_json(_KINDS),
            "known_items": known,
            "judged": self._searches.judged(judgments, seed) if judgments else None,
            "categories": self._categories.to_json(seed),
            "shared": {
                "before": _shared(before.same_titles()),
                "after": _shared(after.same_titles()),
            },
            "examples": self._examples.to_json(),
            "lost": self._examples.lost,
        }

    def _known_items(self, seed: int) -> JsonObject:
        found = self._searches.known_items()
        for labels, before, after in found:
            self._categories.add_found(labels, before, after)
        return known_item_figures(found, seed)

    def _score_figures(self, seed: int) -> list[JsonObject]:
        if not self._total.figures()["products"]:
            return []
        named = {"total": self._total, **self._scores}
        return [{"name": name, **scores.figures(seed)} for name, scores in named.items()]


def _marks(channel: Channel | None) -> list[int]:
    """The lengths that the channel sets: its limit and what it recommends."""
    known = (channel.max_length, channel.recommended_length) if channel else ()
    return [length for length in known if length]


def _channel(channel: Channel | None) -> JsonObject | None:
    if channel is None:
        return None
    return {
        "name": channel.name,
        "title": channel.title,
        "unit": channel.unit,
        "limit": channel.max_length,
        "useful": channel.recommended_length,
    }


def _shared(duplicates: Duplicates) -> JsonObject:
    return {
        "rows": len(duplicates.rows),
        "titles": duplicates.clusters,
        "largest": [
            {"products": cluster.size, "title": shown(cluster.texts[0]), "rows": list(cluster.rows)}
            for cluster in duplicates.largest[:_TEXTS]
        ],
    }
