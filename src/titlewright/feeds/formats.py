"""The formats: how each is told from its header, and what its own column names mean.

Most names mean the same everywhere and stand in `names`; here are only those that a format uses
in its own way, and the name under which it keeps titles.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from titlewright.feeds.names import fold, word_set
from titlewright.feeds.roles import IGNORE, Classify, Role, classify

FORMATS: tuple[str, ...] = (
    "csv", "tsv", "jsonl", "json", "parquet", "google-tsv", "google-xml", "shopify",
    "woocommerce", "meta", "amazon-json",
)  # fmt: skip

DELIMITED = frozenset(["csv", "tsv", "google-tsv", "shopify", "woocommerce", "meta"])

_TITLE_COLUMNS = {"shopify": "Title", "woocommerce": "Name", "amazon-json": "item_name"}

_GOOGLE_SHOPPING = re.compile(r"^google ?shopping */ *", re.IGNORECASE)

_SHOPIFY_OPERATIONAL = word_set(
    """
    variantsku variantgrams variantinventorytracker variantinventoryqty variantinventorypolicy
    variantfulfillmentservice variantprice variantcompareatprice variantrequiresshipping
    varianttaxable variantbarcode variantweightunit varianttaxcode variantimage
    weightunitfordisplay inventorytracker continuesellingwhenoutofstock requiresshipping
    customproduct collection unitpricetotalmeasure unitpricetotalmeasureunit
    unitpricebasemeasure unitpricebasemeasureunit imagealttext templatesuffix giftcard
    customcollections publishedscope
    """
)
_SHOPIFY: Mapping[str, Role] = {
    "handle": Role("id", -2),
    "urlhandle": Role("id", -2),
    "title": Role("title", -2),
    "type": Role("category", 50, "type"),
    "mpn": Role("attribute", 0, "mpn"),
    "manufacturerpartnumbermpn": Role("attribute", 0, "mpn"),
    "googleproductcategory": Role("category", 20, "google product category"),
    "productcategory": Role("category", 10, "product category"),
    "standardizedproducttype": Role("category", 11, "product category"),
    **dict.fromkeys(_SHOPIFY_OPERATIONAL, IGNORE),
    "weightvaluegrams": IGNORE,  # a variant's shipping weight, often 0
}
_WOOCOMMERCE: Mapping[str, Role] = {
    "name": Role("title", -2),
    "type": IGNORE,
    "categories": Role("first category"),
    "tags": Role("attribute", 0, "tags"),
}
_GOOGLE: Mapping[str, Role] = {
    "structuredtitle": Role("structured title"),
    "title": Role("title", -2),
    "googleproductcategory": Role("category", 8, "google product category"),
    "expirationdate": IGNORE,
    "shortdescription": Role("description", 1),
}
_OWN_NAMES = {
    "shopify": _SHOPIFY,
    "woocommerce": _WOOCOMMERCE,
    "google-tsv": _GOOGLE,
    "google-xml": _GOOGLE,
    "meta": _GOOGLE,
}


def title_column(format_name: str) -> str:
    """The name under which a format keeps its titles."""
    return _TITLE_COLUMNS.get(format_name, "title")


def classifier(format_name: str) -> Classify:
    """What a column name means in this format."""
    own = _OWN_NAMES.get(format_name)
    if own is None:
        return classify

    def classify_own(name: str) -> Role:
        plain = _GOOGLE_SHOPPING.sub("", name) if format_name == "shopify" else name
        return own.get(fold(plain)) or classify(plain)

    return classify_own


def delimited_format(header: Sequence[str], delimiter: str, *, comments: bool) -> str:
    """The format of a delimited file by its column names. `comments` stand above the header."""
    names = {fold(name) for name in header}
    if "title" in names and names & {"handle", "urlhandle"} and names & _SHOPIFY_ONLY:
        return "shopify"
    if {"name", "sku", "type"} <= names and names & _WOOCOMMERCE_ONLY:
        return "woocommerce"
    if {"id", "title"} <= names or {"id", "structuredtitle"} <= names:
        if delimiter == "\t" and len(names & _MERCHANT) >= 2:
            return "google-tsv"
        if comments or names >= _META_REQUIRED or names & _META_ONLY:
            return "meta"
    return "tsv" if delimiter == "\t" else "csv"


_SHOPIFY_ONLY = word_set(
    "bodyhtml option1name option1value variantsku publishedononlinestore vendor imagesrc "
    "productimageurl"
)
_WOOCOMMERCE_ONLY = word_set(
    "regularprice visibilityincatalog isfeatured shortdescription attribute1name instock "
    "categories taxstatus"
)
_MERCHANT = word_set(
    "link imagelink availability price gtin mpn googleproductcategory condition itemgroupid "
    "structuredtitle producttype agegroup additionalimagelink"
)
_META_REQUIRED = word_set("description availability condition price link imagelink")
_META_ONLY = word_set("fbproductcategory quantitytosellonfacebook richtextdescription")
