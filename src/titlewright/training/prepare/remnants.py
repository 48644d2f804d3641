"""Remnants of code in product texts: written-out escapes, style sheets, miswritten entities.

HTML and broken encodings are repaired where feeds are read; these come through, since each looks
like text. Only what can't be wording goes.
"""

from __future__ import annotations

from dataclasses import replace
from html.entities import html5

import regex

from titlewright.records import Product
from titlewright.text.clean import fold_spaces

_BREAKS = regex.compile(r"(?:\\+[nrt])+")  # a line break that was written out: \\n
_QUOTED = regex.compile(r"\\+(?=[\"'/&])")  # an escaped quote: \\"
_ENTITY = regex.compile(r"&([A-Z][a-z]{1,7});")  # title-cased with the text around it: &Nbsp;
_TAG = r"(?:a|b|body|d[dlt]|div|em|font|h[1-6]|html|img|li|[ou]l|p|span|strong|table|t[bdhr]\w*)"
_SELECTOR = rf"(?:{_TAG}?(?:[.#@:]+[\w-]+)+|\b{_TAG}|\*)"  # table, .x, td.x, a:hover
_CSS = regex.compile(
    rf"(?:{_SELECTOR}(?:\s*[,>+~]\s*|\s+))*+{_SELECTOR}?\s*"
    r"\{\s*(?:[a-zA-Z-]+\s*:[^{};]{1,200}(?:;\s*|(?=\})))+\}"
)


def without_remnants(product: Product) -> Product:
    """The product without them; the same object where there are none."""
    title, description = _without(product.title), _without(product.description)
    attributes = {name: _without(value) for name, value in product.attributes.items()}
    found = title, description, attributes
    if found == (product.title, product.description, product.attributes):
        return product
    return replace(
        product,
        title=title,
        description=description,
        attributes={name: value for name, value in attributes.items() if value},
    )


def _without(text: str) -> str:
    found = text
    if "{" in found and ":" in found:
        found = _CSS.sub(" ", found)
    if "\\" in found:
        found = _QUOTED.sub("", _BREAKS.sub(" ", found))
    if "&" in found and ";" in found:
        found = _ENTITY.sub(_character, found)
    return text if found == text else fold_spaces(found)


def _character(match: regex.Match[str]) -> str:
    return html5.get(f"{match[1].lower()};", match[0])
