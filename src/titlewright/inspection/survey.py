"""One pass over a feed that runs every check. Memory grows by about 200 bytes a row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from titlewright.channels import Channel
from titlewright.feeds import Row
from titlewright.inspection.brands import BrandMemory
from titlewright.inspection.cells import Seen, rows_with_cells
from titlewright.inspection.channel_survey import ChannelSurvey
from titlewright.inspection.checks import CHECKS, Check, Found
from titlewright.inspection.contradictions import CONTRADICTIONS
from titlewright.inspection.duplicates import DuplicateFinder, Duplicates
from titlewright.inspection.languages import MISMATCH, LanguageSurvey
from titlewright.inspection.lengths import Lengths
from titlewright.inspection.report import FeedReport, Finding, RejectReason
from titlewright.inspection.tally import Sample, Tally
from titlewright.records import Product, Reject
from titlewright.text.private import scrub

_EVERY = 500  # rows between two calls of `progress`

BRAND = Check(
    "contradiction-brand", "Title opens with another brand", "error",
    "Look at these rows: the title starts with a brand of this feed that isn't the row's own.",
)  # fmt: skip
SAME_IDS = Check(
    "duplicate-id", "Ids that occur twice", "error",
    "Give each row its own id: channels keep one row of several and drop the rest.",
)  # fmt: skip
SAME_TITLES = Check(
    "duplicate-title", "Titles that occur twice", "warning",
    "Name what tells the rows apart (size, colour, model): shoppers can't choose between twins.",
)  # fmt: skip
NEAR_TITLES = Check(
    "near-duplicate-title", "Titles that are nearly the same", "note",
    "Look for products listed twice, and for variants whose titles don't say what differs.",
)  # fmt: skip


def inspect_feed(
    feed: Iterable[Row | Reject],
    channels: Sequence[Channel] = (),
    *,
    limit: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> FeedReport:
    """Inspect a feed in one pass.

    Rows that carry no title of their own (variants) count as rows and not as products. `limit`
    stops after that many rows; `progress` is called with the rows read so far.
    """
    survey = _Survey(channels)
    complete = True
    rows = 0
    for item, cells in rows_with_cells(feed):
        if limit is not None and rows == limit:
            complete = False
            break
        rows += 1
        if isinstance(item, Reject):
            survey.add_reject(item)
        elif item.titled:
            survey.add_product(item.number, Seen(item.product, cells))
        if progress is not None and rows % _EVERY == 0:
            progress(rows)
    if progress is not None:
        progress(rows)
    return survey.report(rows, complete)


class _Survey:
    def __init__(self, channels: Sequence[Channel]) -> None:
        self.products = 0
        self.checks = [(check, Tally()) for check in (*CHECKS, *CONTRADICTIONS)]
        self.finders = [(check.find, tally) for check, tally in self.checks if check.find]
        self.rejects: dict[tuple[str, str], RejectReason] = {}
        self.duplicates = DuplicateFinder()
        self.brands = BrandMemory()
        self.languages = LanguageSurvey()
        self.lengths = Lengths()
        self.channels = [ChannelSurvey(channel) for channel in channels]

    def add_reject(self, reject: Reject) -> None:
        kind = re.sub(r"\d[\d,.]*|'[^']*'|\"[^\"]*\"", "…", reject.problem)
        reason = self.rejects.get((reject.field, kind))
        if reason is None:
            reason = RejectReason(
                reject.field, scrub(reject.problem), scrub(reject.advice), Tally()
            )
            self.rejects[reject.field, kind] = reason
        reason.rows.add(
            reject.row,
            lambda: Sample(reject.row, reject.product_id, reject.field, reject.problem),
        )

    def add_product(self, row: int, seen: Seen) -> None:
        product = seen.product
        self.products += 1
        for find, tally in self.finders:
            if (found := find(seen)) is not None:
                tally.add(row, lambda found=found: _sample(row, product, found))  # type: ignore[misc]
        if product.id:
            self.duplicates.add_id(row, product.id)
        if product.title.strip():
            self.duplicates.add_title(row, product.title)
            self.brands.add(row, product)
            self.languages.add(row, product)
            self.lengths.add(len(product.title))
            for channel in self.channels:
                channel.add(row, product)

    def report(self, rows: int, complete: bool) -> FeedReport:
        same_ids = self.duplicates.same_ids()
        same_titles = self.duplicates.same_titles()
        near_titles = self.duplicates.near_titles()
        findings = [Finding(check, tally) for check, tally in self.checks]
        findings.append(Finding(BRAND, self._other_brands()))
        findings.append(Finding(MISMATCH, self.languages.mismatches))
        for check, duplicates in (
            (SAME_IDS, same_ids),
            (SAME_TITLES, same_titles),
            (NEAR_TITLES, near_titles),
        ):
            findings.append(Finding(check, _tally_of(check, duplicates)))
        return FeedReport(
            rows=rows,
            products=self.products,
            complete=complete,
            rejects=tuple(sorted(self.rejects.values(), key=lambda reason: -len(reason.rows))),
            findings=tuple(findings),
            same_ids=same_ids,
            same_titles=same_titles,
            near_titles=near_titles,
            languages=self.languages,
            lengths=self.lengths,
            channels=tuple(self.channels),
        )

    def _other_brands(self) -> Tally:
        tally = Tally()
        for row, title, brand, own in self.brands.contradicting():
            found = Sample(row, "", "title", title, f"title: {brand}; brand: {own}")
            tally.add(row, lambda found=found: found)  # type: ignore[misc]
        return tally


def _sample(row: int, product: Product, found: Found) -> Sample:
    return Sample(row, product.id, found.field, found.text, found.detail)


def _tally_of(check: Check, duplicates: Duplicates) -> Tally:
    """The rows of all clusters, with the first texts of the largest clusters as samples."""
    texts = {row: cluster for cluster in duplicates.largest for row in cluster.rows[:1]}
    tally = Tally()
    field = "id" if check is SAME_IDS else "title"
    for row in duplicates.rows:
        cluster = texts.get(row)
        if cluster is None:
            tally.numbers.append(row)
        else:
            tally.add(
                row,
                lambda c=cluster, r=row: Sample(  # type: ignore[misc]
                    r, "", field, c.texts[0], f"{c.size} rows: {', '.join(map(str, c.rows[:6]))}"
                ),
            )
    return tally
