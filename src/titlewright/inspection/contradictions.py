"""Titles that say one thing while an attribute says another.

Only clear cases: both sides must name a value of the same kind, and share none. Colours that
people call by each other's names (navy and blue, gold and yellow) never contradict, a brand's own
words say nothing about the product, and a value that the description states too is let pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from typing import NamedTuple

import regex

from titlewright.inspection.cells import Seen
from titlewright.inspection.checks import Check, Found
from titlewright.records import Product
from titlewright.text.language import identify, is_cjk
from titlewright.text.lexicon import load_lexicon
from titlewright.text.quantities import Quantity, find_quantities, same_quantity

_WORD = regex.compile(r"[\p{L}\p{M}]+(?:['’][\p{L}]+)?")
_LONGEST = 400  # code points of an attribute value that are read
_ONE_VALUE = 60  # code points from which a value is a list of variants


class Family(NamedTuple):
    """Wordings of one kind of attribute and the values they stand for."""

    wordings: Mapping[str, frozenset[str]]
    unspaced: tuple[str, ...]  # wordings of scripts without spaces
    longest: int  # words in the longest wording

    def named_in(self, text: str) -> frozenset[str]:
        """The values that the text names; longer wordings hide shorter ones inside them."""
        words = [word.replace("’", "'") for word in _WORD.findall(text.lower())]
        found: set[str] = set()
        index = 0
        while index < len(words):
            for size in range(min(self.longest, len(words) - index), 0, -1):
                if values := self.wordings.get(" ".join(words[index : index + size])):
                    found |= values
                    index += size - 1
                    break
            index += 1
        if is_cjk(text):
            for wording in self.unspaced:
                if wording in text:
                    found |= self.wordings[wording]
        return frozenset(found)


@cache
def family(lexicon: str) -> Family:
    wordings: dict[str, set[str]] = {}
    for value, listed in load_lexicon(lexicon).items():
        for wording in (*listed, value):
            wordings.setdefault(wording.lower(), set()).add(value)
    return _family({wording: frozenset(values) for wording, values in wordings.items()})


def _family(wordings: Mapping[str, frozenset[str]]) -> Family:
    longest = max((len(wording.split()) for wording in wordings), default=1)
    return Family(wordings, tuple(filter(is_cjk, wordings)), longest)


# Attribute names as feeds write them, in lower case without what is not a letter.
_NAMES = {
    "colour": re.compile(
        r"(?:attrt)?(?:product|item|primary|main|base|housing|frame)?colou?r(?:name|map|s)?"
        r"(?:ofproduct)?|farbe|couleur|colore|cor|kleur|kolor|warna|颜色(?:分类)?|顏色|主色|カラー|色"
    ),
    "material": re.compile(
        r"(?:attrt)?(?:product|item|main|upper|outer|fabric|shell)?materials?(?:type)?"
        r"|fabric(?:type)?|materiale?|matière|bahan|材质|材質|面料|素材"
    ),
    "audience": re.compile(r"(?:target|department)?gender|sex|geschlecht|género|性别|适用性别"),
    "size": re.compile(r"sizes?|größe|taille|talla|taglia|tamanho|maat|rozmiar|ukuran|尺码|尺碼"),
}

# Families whose colours people call by each other's names.
_CLOSE = (
    {"grey", "silver", "black"}, {"grey", "silver", "white"}, {"black", "blue"},
    {"beige", "brown", "khaki", "cream", "white", "gold", "natural", "copper_bronze", "peach"},
    {"beige", "grey"},
    {"pink", "peach", "red", "purple", "orange", "rose_gold", "beige"},
    {"purple", "red", "brown", "pink", "copper_bronze"},
    {"gold", "yellow", "orange", "copper_bronze", "brown", "rose_gold"},
    {"blue", "turquoise", "green", "purple", "grey"}, {"green", "khaki", "yellow", "turquoise"},
    {"brown", "khaki", "green"}, {"rose_gold", "pink", "gold", "copper_bronze"},
    {"multicolour", "transparent", "natural"},
)  # fmt: skip
# Words that always name a colour. Shades (chocolate, cherry, stone) may be something else in a
# title, so they are read in the colour attribute only, where there is no doubt.
_PLAIN = frozenset({
    "black", "white", "red", "blue", "navy", "green", "yellow", "brown", "pink", "purple",
    "orange", "beige", "grey", "gray", "maroon", "khaki", "turquoise", "schwarz", "weiß", "rot",
    "blau", "grün", "gelb", "braun", "grau", "noir", "blanc", "rouge", "bleu", "vert", "jaune",
    "gris", "negro", "blanco", "rojo", "azul", "verde", "amarillo", "marrón", "nero", "bianco",
    "rosso", "giallo", "hitam", "putih", "merah", "biru", "hijau", "kuning", "coklat",
})  # fmt: skip
_ANY_COLOUR = re.compile(
    r"multi|assort|various|mixed|\bprint|transparen|clear|natural|random|rainbow|多色|混色|随机|花色"
)
# Colour words that more often name something else in a title.
_NOT_A_COLOUR = re.compile(
    r"\b(?:black\s+(?:friday|label|belt|tea|pepper|box)|white\s+(?:board|noise|tea|label|paper)"
    r"|red\s+(?:wine|bull|hat|dot|eye)|blue\s+(?:tooth|ray|light|ribbon)|green\s+(?:tea|screen|house|line)"
    r"|orange\s+(?:juice|is)|gold\s+(?:plated|standard|edition|award)|silver\s+(?:plated|edition)"
    r"|pink\s+(?:floyd|panther)|brown\s+(?:rice|sugar))\b|compatible.*|\bfor\b.*|(?<=\().*(?=\))",
    flags=re.IGNORECASE,
)


@cache
def _plain_colours() -> Family:
    return _family(
        {
            wording: values
            for wording, values in family("colours").wordings.items()
            if _PLAIN.intersection(wording.split()) or wording.endswith("色")
        }
    )


def colour(seen: Seen) -> Found | None:
    product = seen.product
    name, value = _attribute(product, "colour")
    if not value or len(value) > _ONE_VALUE or _ANY_COLOUR.search(value.lower()):
        return None
    stated = family("colours").named_in(value)
    if not stated or len(stated) > 2:
        return None
    title = _NOT_A_COLOUR.sub(" ", _without_brand(product))
    said = _plain_colours().named_in(title)
    if not said or said & stated or any(said & close and stated & close for close in _CLOSE):
        return None
    if said & _other_colours(product, name):
        return None
    if "red" in said and identify(product.title) in {"es", "pt", ""}:  # Spanish: a net, a network
        return None
    return _contradiction(product, name, value, said)


def _other_colours(product: Product, name: str) -> frozenset[str]:
    """Colours of other parts: the ink of a grey cartridge, the strap of a silver watch."""
    return frozenset().union(
        *(
            family("colours").named_in(value[:_LONGEST])
            for other, value in product.attributes.items()
            if other != name and "colo" in other.lower()
        )
    )


def material(seen: Seen) -> Found | None:
    product = seen.product
    name, value = _attribute(product, "material")
    if not value or len(value) > _ONE_VALUE:
        return None
    stated = family("materials").named_in(value)
    said = family("materials").named_in(_without_brand(product)) & _SOLID
    if not said or said & stated or not stated & _SOLID:
        return None
    if said & family("materials").named_in(product.description[:2000]):
        return None
    return _contradiction(product, name, value, said)


# Materials that exclude one another; "glass" or "rubber" in a title is often only a part of it.
_SOLID = frozenset({
    "cotton", "linen", "silk", "wool", "polyester", "nylon", "leather", "faux_leather",
    "wood", "bamboo", "plastic", "ceramic", "steel", "stainless_steel", "aluminium",
    "brass", "iron", "cast_iron", "titanium",
})  # fmt: skip


def audience(seen: Seen) -> Found | None:
    """Men against women, boys against girls; what is for both contradicts neither."""
    product = seen.product
    name, value = _attribute(product, "audience")
    if not value:
        return None
    stated = family("audiences").named_in(value)
    said = family("audiences").named_in(_without_brand(product)) & _GENDERED
    for one, other in (("men", "women"), ("boys", "girls")):
        for here, there in ((one, other), (other, one)):
            if here in stated and there not in stated and said == {there}:
                return _contradiction(product, name, value, said)
    return None


_GENDERED = frozenset({"men", "women", "boys", "girls"})

_LETTER_SIZE = r"(?:XX?S|S|M|L|XX?X?L|[2-6]XL)"
_SIZE_IN_TITLE = re.compile(
    rf"(?:\b[Ss]ize\s*[:\-]?\s*|[,(/\-–|]\s*)({_LETTER_SIZE})(?:\s*[)]|\s*$)|\b[Ss]ize\s+({_LETTER_SIZE})\b"
)


def size(seen: Seen) -> Found | None:
    product = seen.product
    name, value = _attribute(product, "size")
    if not re.fullmatch(_LETTER_SIZE, value.strip().upper()):
        return None
    match = _SIZE_IN_TITLE.search(product.title)
    said = (match[1] or match[2]) if match else ""
    same = {"XXL": "2XL", "XXXL": "3XL"}
    stated = value.strip().upper()
    if not said or same.get(said, said) == same.get(stated, stated):
        return None
    return _contradiction(product, name, value, frozenset({said}))


# Dimension to the names of attributes that state it of the product as a whole.
_MEASURES = {
    "mass": re.compile("weight|mass|gewicht|poids|peso|berat|重量|净含量|净重|重さ|内容量"),
    "volume": re.compile("volume|capacity|contents?|volumen|kapazität|contenance|volum|isi|容量"),
    "data": re.compile("capacity|memory|storage|ram|kapazität|speicher|almacenamiento|容量|内存"),
    "power": re.compile("power|wattage|leistung|puissance|potencia|daya|功率|消費電力"),
    "voltage": re.compile("voltage|spannung|tension|voltaje|电压|電圧"),
    "count": re.compile("pack|count|pieces|quantity|stück|pièces|piezas|unidades|数量|件数|入数"),
}
_OF_A_PART = re.compile("ship|packag|gross|max|min|cache|load|supported|versand|paket")


def quantity(seen: Seen) -> Found | None:
    """The only quantity of its kind in the title against the only attribute that states it."""
    product = seen.product
    if not product.attributes or not any(map(str.isdigit, product.title)):
        return None
    for dimension, said in _single(find_quantities(product.title[:_LONGEST])).items():
        stated = list(_stated(product, dimension))
        if len({quantity.base for _, _, quantity in stated}) != 1:
            continue
        name, value, other = stated[0]
        if same_quantity(said, other) or same_quantity(other, said):
            continue
        if any(same_quantity(said, q) for q in find_quantities(product.description[:2000])):
            continue
        return _contradiction(product, name, value, frozenset({said.text}))
    return None


def _single(found: tuple[Quantity, ...]) -> dict[str, Quantity]:
    """Dimensions that occur exactly once, with their quantity; not "128G" or "12/512GB"."""
    kinds = [quantity.dimension for quantity in found]
    return {
        quantity.dimension: quantity
        for quantity in found
        if quantity.dimension in _MEASURES
        and kinds.count(quantity.dimension) == 1
        and not quantity.text.endswith("G")
        and "/" not in quantity.text
    }


def _stated(product: Product, dimension: str) -> Iterator[tuple[str, str, Quantity]]:
    """Attributes that hold one quantity of the dimension and hardly anything else."""
    for name, value in product.attributes.items():
        if len(value) <= 20 and _measures(name) == dimension:
            found = find_quantities(value)
            if len(found) == 1 and found[0].dimension == dimension:
                yield name, value, found[0]


@lru_cache(maxsize=16_384)
def _measures(name: str) -> str:
    lowered = name.lower()
    if _OF_A_PART.search(lowered):
        return ""
    return next((kind for kind, names in _MEASURES.items() if names.search(lowered)), "")


def _attribute(product: Product, kind: str) -> tuple[str, str]:
    """The first attribute of the kind that says something, and its value; else empty texts."""
    for name, value in product.attributes.items():
        if value and _kind(name) == kind:
            return name, value[:_LONGEST]
    return "", ""


@lru_cache(maxsize=16_384)
def _kind(name: str) -> str:
    """What an attribute's name says it is about; "" for anything else."""
    letters = "".join(filter(str.isalpha, name.lower()))
    return next((kind for kind, names in _NAMES.items() if names.fullmatch(letters)), "")


def _without_brand(product: Product) -> str:
    title = product.title[:_LONGEST]
    if not product.brand:
        return title
    return re.sub(re.escape(product.brand), " ", title, flags=re.IGNORECASE)


def _contradiction(product: Product, name: str, value: str, said: frozenset[str]) -> Found:
    return Found("title", product.title, f"title: {', '.join(sorted(said))}; {name}: {value}")


def _finders() -> Iterator[tuple[str, str, Callable[[Seen], Found | None]]]:
    yield "colour", "Title and colour disagree", colour
    yield "material", "Title and material disagree", material
    yield "audience", "Title and gender disagree", audience
    yield "size", "Title and size disagree", size
    yield "quantity", "Title and a quantity disagree", quantity


CONTRADICTIONS: tuple[Check, ...] = tuple(
    Check(
        f"contradiction-{kind}",
        title,
        "error",
        "Look at these rows: either the title or the attribute is wrong, and shoppers return "
        "what isn't as titled.",
        find,
    )
    for kind, title, find in _finders()
)
