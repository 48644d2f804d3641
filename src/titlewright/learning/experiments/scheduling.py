"""Which title each product of a feed shows in an experiment, for good or in a period of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from titlewright.errors import FeedError, LearningError
from titlewright.learning.experiments.assignment import Experiment, clusters
from titlewright.learning.records import Title
from titlewright.learning.tables import read_rows, text_of
from titlewright.records import category_path


@dataclass(frozen=True, slots=True)
class Arms:
    """Titles by product and arm, and the products' categories where these are told."""

    titles: Mapping[str, Mapping[str, str]]
    categories: Mapping[str, tuple[str, ...]]

    def clusters(self) -> dict[str, str]:
        """For each product the name of its cluster."""
        return clusters(
            Title(product, product, "", self.categories[product]) for product in self.titles
        )


def read_arms(path: Path) -> Arms:
    """From a table with the columns id, arm, title and perhaps category ("A > B").

    Raises FeedError where a row lacks one of the first three, or an arm has two titles.
    """
    titles: dict[str, dict[str, str]] = {}
    categories: dict[str, tuple[str, ...]] = {}
    for where, row in read_rows(path):
        product, arm, title = (text_of(row, name) for name in ("id", "arm", "title"))
        if not (product and arm and title):
            raise FeedError(f"{where}: id, arm and title must be filled.")
        if titles.setdefault(product, {}).setdefault(arm, title) != title:
            raise FeedError(f"{where}: product {product!r} has another title in arm {arm!r}.")
        categories[product] = category_path(text_of(row, "category")) or categories.get(product, ())
    if not titles:
        raise FeedError(f"{path} holds no titles. Columns: id, arm, title, and perhaps category.")
    return Arms(titles, categories)


def schedule(
    arms: Arms, name: str, *, period: int | None = None, clustered: bool = False, key: bytes = b""
) -> list[tuple[str, str, str, str]]:
    """For each product its id, its unit, the arm it is in and the title of that.

    period     None keeps each unit in its arm; else units cross over from period to period
    clustered  products of one category are one unit, which spares them competing with each other

    Raises LearningError where a product lacks the title of an arm that others have.
    """
    names = sorted({arm for titles in arms.titles.values() for arm in titles})
    for product, titles in arms.titles.items():
        if missing := [arm for arm in names if arm not in titles]:
            raise LearningError(f"Product {product!r} has no title for the arm {missing[0]!r}.")
    experiment = Experiment(name, tuple(names), key=key)
    units = arms.clusters() if clustered else {product: product for product in arms.titles}
    told = []
    for product, titles in arms.titles.items():
        unit = units[product]
        arm = experiment.arm(unit) if period is None else experiment.arm_in_period(unit, period)
        told.append((product, unit, arm, titles[arm]))
    return told
