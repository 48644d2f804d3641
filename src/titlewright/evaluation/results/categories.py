"""Figures by category: the largest by name, the others together."""

from __future__ import annotations

from collections.abc import Mapping

from titlewright.evaluation.results.tallies import BeforeAfter, Part
from titlewright.inspection.tally import shown
from titlewright.records import JsonObject

MEASURES = ("with errors", "alone", "key facts", "length", "found")
_SHOWN = 12  # categories by name
_FEWEST = 5  # products of a category that is named; of fewer a figure says little
_KEPT = 2000  # different categories that are told apart; what comes later counts with the others
_NONE = "(no category)"


class _Group:
    """The products of one category."""

    def __init__(self) -> None:
        self.products = 0
        self.changed = 0
        self.measures: dict[str, BeforeAfter] = {}

    def add(self, name: str, before: Part | None, after: Part | None) -> None:
        self.measures.setdefault(name, BeforeAfter()).add(before, after)

    def merge(self, other: _Group) -> None:
        self.products += other.products
        self.changed += other.changed
        for name, tally in other.measures.items():
            self.measures.setdefault(name, BeforeAfter()).merge(tally)

    def to_json(self, name: str, seed: int) -> JsonObject:
        figures = {name: tally.figures(seed) for name, tally in self.measures.items()}
        return {"name": name, "products": self.products, "changed": self.changed,
                "measures": figures}  # fmt: skip


class Grouping:
    """One way to sort products."""

    def __init__(self) -> None:
        self._groups: dict[str, _Group] = {}
        self._rest = _Group()

    def __len__(self) -> int:
        return len(self._groups)

    def group(self, name: str) -> _Group:
        if name not in self._groups:
            if len(self._groups) >= _KEPT:
                return self._rest
            self._groups[name] = _Group()
        return self._groups[name]

    def to_json(self, seed: int) -> list[JsonObject]:
        """The largest groups, then the others together."""
        order = sorted(self._groups.items(), key=lambda item: (-item[1].products, item[0]))
        large = [item for item in order[:_SHOWN] if item[1].products >= _FEWEST]
        named = [group.to_json(shown(name), seed) for name, group in large]
        rest = _Group()
        for group in (*(group for _, group in order[len(large) :]), self._rest):
            rest.merge(group)
        others = len(order) - len(large)
        return [*named, rest.to_json(f"{others} more", seed)] if rest.products else named


class Categories:
    """Products by the first level of their category, by the whole path, and by product type."""

    def __init__(self) -> None:
        self._top, self._paths, self._kinds = Grouping(), Grouping(), Grouping()
        self._deep = self._any = False

    def labels(self, category: tuple[str, ...], kind: str) -> tuple[str, str, str]:
        """The names of a product's groups."""
        self._any |= bool(category)
        self._deep |= len(category) > 1
        top = category[0] if category else _NONE
        return top, " > ".join(category) or _NONE, kind.casefold() or "(type not known)"

    def add(
        self,
        labels: tuple[str, str, str],
        parts: Mapping[str, tuple[Part | None, Part | None]],
        *,
        changed: bool,
    ) -> None:
        """Count a product with what it adds to each measure."""
        for group in self._groups(labels):
            group.products += 1
            group.changed += changed
            for name in MEASURES:
                if name in parts:
                    group.add(name, *parts[name])

    def add_found(self, labels: tuple[str, str, str], before: Part, after: Part) -> None:
        """How high a search for one of its products found it."""
        for group in self._groups(labels):
            group.add("found", before, after)

    def _groups(self, labels: tuple[str, str, str]) -> list[_Group]:
        groupings = (self._top, self._paths, self._kinds)
        return [grouping.group(label) for grouping, label in zip(groupings, labels, strict=True)]

    def to_json(self, seed: int) -> list[JsonObject]:
        """[{"by", "categories", "groups"}]: where no product has a category, by product type."""
        if not self._any:
            ways = [("product type", self._kinds)] if len(self._kinds) else []
        else:
            ways = [("category", self._top)]
            if self._deep:
                ways.append(("category path", self._paths))
        return [
            {"by": by, "categories": len(grouping), "groups": grouping.to_json(seed)}
            for by, grouping in ways
        ]
