"""What the columns of event files and reports are called, and what each of them is for.

Names are folded as feeds' are (lower case, letters and digits only). Sources of the reports' names:
the Google Ads API's shopping_performance_view and the download of its user interface, BigQuery's
Merchant Center performance table, Amazon's Sponsored Products "Advertised product" report and its
business report "Detail page sales and traffic by child item", in English and German.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from titlewright.errors import FeedError
from titlewright.feeds.names import fold


def _names(**fields: str) -> dict[str, dict[str, int]]:
    """For each field its folded names, with their order of preference."""
    return {
        field: {fold(name): rank for rank, name in enumerate(names.split())}
        for field, names in fields.items()
    }


EVENT = _names(
    id="id event_id eventid",
    kind="kind event event_type type action",
    time="time timestamp ts event_time datetime occurred_at",
    product_id="product_id product item_id item sku",
    title_id="title_id",
    title="title title_text",
    who="who",
    user="user user_id visitor visitor_id customer customer_id shopper",
    impression="impression impression_id",
    value="value revenue amount",
    policy="policy",
    propensity="propensity",
    arms="arms",
    segments="segments",
    features="features",
    category="category",
    control="control",
)
REPORT = _names(
    day="date day segmentsdate reportdate startdate datum tag data_date 日期",
    end="enddate enddatum",
    product_id="""itemid offerid segmentsproductitemid productitemid productid advertisedsku sku
        advertisedasin childasin asin beworbenesku beworbeneasin untergeordneteasin artikelid id""",
    title="producttitle title segmentsproducttitle itemtitle titel produkttitel",
    impressions="impr impressions metricsimpressions impressionen 展示次数",
    clicks="clicks metricsclicks klicks sessionstotal sessions sitzungengesamt 点击次数",
    carts="addtocart cartadds addtocarts",
    purchases="""orders purchases 7daytotalorders 14daytotalorders totalorderitems unitsordered
        conversions metricsconversions purchases7d purchases14d gesamtzahlanbestellposten
        bestellteeinheiten 7tageaufträgegesamt 14tageaufträgegesamt""",
    value="""7daytotalsales 14daytotalsales sales orderedproductsales convvalue conversionvalue
        conversionsvalue metricsconversionsvalue sales7d sales14d revenue value
        bestellteprodukteumsätze 7tageumsatzgesamt 14tageumsatzgesamt""",
    spend="spend cost adspend metricscost ausgaben kosten",
    spend_micros="metricscostmicros costmicros",
)
# What tells rows of one report apart that have day, product and title in common.
_PART_NAMES = """
    campaign campaignname campaignid adgroup adgroupname adgroupid portfolio portfolioname country
    countrycode customercountrycode marketplace device segmentsdevice network
    networkwithsearchpartners segmentsadnetworktype program destination marketingmethod merchantid
    merchantcenterid feedlabel adtype targeting matchtype customersearchterm placement
    kampagne kampagnenname anzeigengruppe anzeigengruppenname land
"""
PARTS = frozenset(fold(name) for name in _PART_NAMES.split())
_CURRENCY = str.maketrans("", "", "$€£¥₹")


class Columns:
    """Which column holds which field, and which columns make the part of a report's row.

    names    the columns, as the file writes them
    mapping  columns that the caller says the field of; the others go by their names
    """

    def __init__(
        self,
        names: Sequence[str],
        known: Mapping[str, Mapping[str, int]],
        mapping: Mapping[str, str],
    ) -> None:
        self.field: dict[str, str] = {}  # column: field
        for column, field in mapping.items():
            if column in names and field in known:
                self.field[column] = field
        for field, ranks in known.items():
            if field not in self.field.values():
                named = [(ranks[key], name) for name in names if (key := folded(name)) in ranks]
                if named:
                    self.field.setdefault(min(named)[1], field)
        self.parts = [name for name in names if name not in self.field and folded(name) in PARTS]
        self.has = frozenset(self.field.values())

    def values(self, keys: Sequence[str], cells: Sequence[object]) -> dict[str, object]:
        """The row's values by field; a field with several columns has the first that is filled."""
        found: dict[str, object] = {}
        for key, cell in zip(keys, cells, strict=True):
            if (field := self.field.get(key)) and found.get(field) in (None, ""):
                found[field] = cell
        return found


def folded(name: str) -> str:
    """A column's name as it is compared: "7 Day Total Orders (#)" is "7daytotalorders"."""
    return fold(name.translate(_CURRENCY))


def known_names(cells: Sequence[str]) -> int:
    """How many of these cells are columns that are known here: header rows are found by it."""
    every = {name for known in (EVENT, REPORT) for ranks in known.values() for name in ranks}
    return sum(folded(cell) in every or folded(cell) in PARTS for cell in cells)


def kind_of(names: Sequence[str], mapping: Mapping[str, str], path: object) -> str:
    """ "events" or "report". Raises FeedError where the columns fit neither."""
    events, report = Columns(names, EVENT, mapping), Columns(names, REPORT, mapping)
    if {"kind", "time", "product_id"} <= events.has:
        return "events"
    if "product_id" in report.has and report.has & {"impressions", "clicks", "purchases"}:
        return "report"
    raise FeedError(
        f"{path} holds neither events nor a report. Events need the columns id, kind, time, "
        "product_id and title_id or title; a report a date, the item's id, and impressions, "
        f"clicks or orders. Its columns are: {', '.join(names)[:400]}. Name them, such as: "
        "--map COLUMN=product_id."
    )
