"""Justified rewordings: the same title with one thing said in another, equal way.

Every rule keeps the meaning exactly; a detector that flags one of these is too strict. Rules that
turn a quantity into another unit only fire when the new figure is exact.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from fractions import Fraction

from titlewright.evaluation.stated import UNITS, number_value

Rule = Callable[[str], str | None]
Replacement = str | Callable[[re.Match[str]], str]

_NUMBER = r"(?<![^\W\u3400-\u9fff])(?<![.,/-])(\d+(?:\.\d+)?)"
_INCH = r'(?:["″”](?!\w)|-?inch(?:es)?\b| inch(?:es)?\b| ?in\.)'
_SMALL = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
          "eleven", "twelve")  # fmt: skip


def reworded(title: str, rule: Rule) -> str | None:
    """The reworded title, or None where the rule finds nothing to change."""
    new = rule(title)
    return None if new is None or new == title or not new.strip() else new


def substitute(pattern: str, replacement: Replacement, flags: int = re.IGNORECASE) -> Rule:
    """The first match replaced; a text replacement takes over a capital first letter."""
    compiled = re.compile(pattern, flags)

    def rule(title: str) -> str | None:
        match = compiled.search(title)
        if match is None:
            return None
        new = replacement(match) if callable(replacement) else match.expand(replacement)
        if isinstance(replacement, str) and match[0][:1].isupper():
            new = new[:1].upper() + new[1:]
        return title[: match.start()] + new + title[match.end() :]

    return rule


def either(*rules: Rule) -> Rule:
    """The first rule that changes the title."""

    def rule(title: str) -> str | None:
        return next((new for one in rules if (new := reworded(title, one)) is not None), None)

    return rule


def swap(left: str, right: str) -> Rule:
    """Two spellings of one word, in either direction."""
    return either(
        substitute(rf"(?<![\w-]){left}(?![\w'’-])", right),
        substitute(rf"(?<![\w-]){right}(?![\w'’-])", left),
    )


def swaps(pairs: Sequence[tuple[str, str]]) -> Rule:
    return either(*(swap(left, right) for left, right in pairs))


def converted(old_units: str, new_unit: str, *, joint: str = " ") -> Rule:
    """A quantity in another unit where that is exact within two decimals."""

    def replacement(match: re.Match[str]) -> str:
        old = UNITS[match[2].casefold().strip(" -.").replace("″", '"').replace("”", '"')][1]
        amount = number_value(match[1]) * old / UNITS[new_unit.casefold()][1]
        written = as_decimal(amount)
        return match[0] if written is None else f"{written}{joint}{new_unit}"

    return substitute(rf"{_NUMBER}[ -]?({old_units})(?![\w])", replacement)


def as_decimal(amount: Fraction, places: int = 2) -> str | None:
    """1/2 as "0.5"; None where it takes more decimals than allowed or is unreadably small."""
    scaled = amount * 10**places
    if scaled.denominator != 1 or not Fraction(1, 20) <= amount < 100_000:
        return None
    text = f"{float(amount):.{places}f}"
    return text.rstrip("0").rstrip(".")


def _fraction_as_decimal(match: re.Match[str]) -> str:
    value = number_value(match[1])
    return (as_decimal(value, 4) or match[1]) + match[2]


def _decimal_as_fraction(match: re.Match[str]) -> str:
    value = Fraction(match[1])
    if value >= 1 or value.denominator not in (2, 4, 8, 16):
        return match[0]
    return f"{value.numerator}/{value.denominator}{match[2]}"


def _meters_as_cm(match: re.Match[str]) -> str:
    return f"{as_decimal(Fraction(match[1]) * 100) or match[0]} cm"


_AUDIENCE = re.compile(r"\b(Men|Women|Boys|Girls|Kids)(?:['’]s|['’])?(?: |$)")


def _gender_to_end(title: str) -> str | None:
    found = list(_AUDIENCE.finditer(title))
    if len(found) != 1 or re.search(r"\bfor\b|\band\b|[,(&/]", title, re.IGNORECASE):
        return None
    (match,) = found
    rest = (title[: match.start()] + title[match.end() :]).strip()
    return f"{rest} for {match[1]}"


def _last_segment_first(title: str) -> str | None:
    head, comma, tail = title.rpartition(", ")
    return f"{tail}, {head}" if comma and "(" not in tail and len(tail) > 2 else None


def _last_word_in_brackets(title: str) -> str | None:
    head, comma, tail = title.rpartition(", ")
    return f"{head} ({tail})" if comma and "(" not in title else None


def _without_brackets(title: str) -> str | None:
    return re.sub(r"[()]", "", title) if "(" in title else None


def _shortened(title: str) -> str | None:
    head, comma, _ = title.rpartition(", ")
    return head if comma and len(head.split()) > 2 and "(" not in title else None


def _plural(title: str) -> str | None:
    head, _, last = title.rpartition(" ")
    if not head or not re.fullmatch(r"[A-Za-z]{4,}", last) or last.isupper():
        return None
    if last.endswith(("ss", "us", "is", "wear", "ware", "ing", "ed", "y", "al", "ic")):
        return None
    if last.endswith("ies"):
        return None if last.casefold() == "series" else f"{head} {last[:-3]}y"
    if last.endswith("s"):
        singular = re.sub(r"(ch|sh|ss|x)es$|s$", r"\1", last)
        return f"{head} {singular}"
    return f"{head} {last}es" if re.search(r"(ch|sh|x)$", last) else f"{head} {last}s"


def _without_accents(title: str) -> str | None:
    plain = "".join(
        sign for sign in unicodedata.normalize("NFD", title) if not unicodedata.combining(sign)
    )
    return unicodedata.normalize("NFC", plain)


def _full_width(title: str) -> str | None:
    if not any("0" <= sign <= "9" for sign in title):
        return None
    return "".join(chr(ord(sign) + 0xFEE0) if "0" <= sign <= "9" else sign for sign in title)


def _count_word(match: re.Match[str]) -> str:
    number = int(match[1])
    return f"{_SMALL[number].title()}{match[2]}" if 2 <= number <= 12 else match[0]


def _count_digit(match: re.Match[str]) -> str:
    return str(_SMALL.index(match[1].casefold())) + match[2]


_PIECES = r"(?:pack|pk|pcs?|pieces?|count|ct)"
_PACKS = r"(?:pack|pk|count|ct)"  # a 3-piece suit is no pack of three
_HYPHENATED = (
    "stainless-steel|slip-on|lace-up|long-sleeve|short-sleeve|v-neck|high-top|mid-rise|low-rise|"
    "button-up|button-down|pull-on|zip-up|water-resistant|non-stick|heavy-duty|dual-band|"
    "quick-dry|full-size|queen-size|high-speed|round-neck|crew-neck|double-sided|ultra-slim|"
    "high-waist|wall-mounted|solid-state|all-in-one|ankle-length|knee-length|open-toe"
)  # fmt: skip
_SPACED = _HYPHENATED.replace("-", " ")
_BRITISH = [
    ("grey", "gray"), ("colour", "color"), ("jewellery", "jewelry"), ("aluminium", "aluminum"),
    ("fibre", "fiber"), ("centre", "center"), ("organiser", "organizer"), ("litre", "liter"),
    ("moisturiser", "moisturizer"), ("theatre", "theater"), ("coloured", "colored"),
    ("moulding", "molding"), ("favourite", "favorite"), ("metre", "meter"), ("pyjamas", "pajamas"),
    ("flavour", "flavor"), ("flavoured", "flavored"), ("tyre", "tire"),
]  # fmt: skip
_SYNONYMS = [
    ("fridge", "refrigerator"), ("sofa", "couch"), ("trousers", "pants"), ("tee", "t-shirt"),
    ("ssd", "solid state drive"), ("jewellery", "jewelry"), ("doughnut", "donut"),
    ("e-mail", "email"), ("cell phone", "mobile phone"),
]  # fmt: skip
_NOTEBOOK_COMPUTER = (
    r"\b(?:pc|processor|intel|amd|core|ram|\d+ ?gb|windows|compaq|probook|thinkpad)\b"
)
_FORMS = [
    ("printed", "print"), ("striped", "stripes"), ("checked", "check"), ("hooded", "hood"),
    ("sleeved", "sleeve"), ("ribbed", "rib"), ("quilted", "quilt"), ("pleated", "pleats"),
    ("embroidered", "embroidery"), ("textured", "texture"), ("woven", "weave"),
    ("ruffled", "ruffle"), ("sleeveless", "without sleeves"), ("wooden", "wood"),
]  # fmt: skip

RULES: dict[str, Rule] = {
    "Men -> for Men": _gender_to_end,
    "Men -> Men's": substitute(r"\b(men|women|boys|girls)\b(?!['’])", lambda m: (
        m[0] + "'" if m[0].endswith("s") else m[0] + "'s")),
    "Men's -> Men": substitute(r"\b(men|women)['’]s\b", r"\1"),
    "Men's -> Mens": substitute(r"\b(men|women)['’]s\b", r"\1s"),
    "Women -> Ladies": substitute(r"\bwomen\b(?!['’])", "ladies"),
    "Kids -> Children": swap("kids", "children"),
    "grey <-> gray": swap("grey", "gray"),
    "British <-> American": swaps(_BRITISH[1:]),
    "TV <-> Television": swap("tv", "television"),
    "synonym": swaps(_SYNONYMS),
    "notebook -> laptop": lambda title: (
        substitute(r"\bnotebook\b", "laptop")(title)
        if re.search(_NOTEBOOK_COMPUTER, title, re.IGNORECASE)
        else None
    ),
    "cordless <-> wireless": swap("cordless", "wireless"),
    "T-shirt -> tee": substitute(r"\bt-?shirt\b", "tee"),
    "T-shirt -> Tshirt": substitute(r"\bt-shirt(s?)\b", r"tshirt\1"),
    "inflected form": swaps(_FORMS),
    "ml -> L": converted("ml|milliliters?", "L"),
    "L -> ml": converted("l|liters?|litres?", "ml"),
    "in -> ft": substitute(rf"{_NUMBER}{_INCH}", lambda m: (
        f"{int(m[1]) // 12} ft" if m[1].isdigit() and int(m[1]) % 12 == 0 and m[1] != "0"
        else m[0])),
    "ft -> in": converted("ft|feet|foot", "inches"),
    "kg -> g": converted("kg", "g"),
    "g -> kg": converted("g|grams?|gm", "kg"),
    "lb -> oz": converted("lbs?|pounds?", "oz"),
    "oz -> lb": converted("oz|ounces?", "lb"),
    "cm -> mm": converted("cm", "mm"),
    "mm -> cm": converted("mm", "cm"),
    "cm -> m": converted("cm", "m"),
    "m -> cm": substitute(rf"{_NUMBER}m\b", _meters_as_cm, 0),
    "MHz <-> GHz": either(converted("mhz", "GHz"), converted("ghz", "MHz")),
    "W -> kW": substitute(r"(?<![\w.,/])(\d)([05])00 ?W\b", r"\1.\2 kW", 0),
    "fraction -> decimal": substitute(r"(?<![\w.,/-])(?<!\d )(\d+/\d+)( ?(?:in\b|inch|\"))",
                                      _fraction_as_decimal),
    "decimal -> fraction": substitute(rf"{_NUMBER}({_INCH})", _decimal_as_fraction),
    "decimal comma": substitute(
        r"(?<![\w.,/])(\d+)\.(\d{1,2})(?=[ -]?(?:oz|lb|kg|g|ml|l|cm|mm|m|in|inch)\b|\")",
        r"\1,\2"),
    "trailing zero": substitute(r"(?<![\w.,/])(\d+\.[1-9])(?= ?[a-z\"])", r"\g<1>0"),
    "thousands comma": either(substitute(r"(?<![\w.,/])(\d{1,2})(\d{3})(?= ?mah\b| ?pages\b| ?lm\b"
                                         r"| ?ml\b| ?sheets\b| ?rpm\b)", r"\1,\2"),
                              substitute(r"(?<![\w.,/])(\d{1,3}),(\d{3})(?!\d)", r"\1\2")),
    "Pack of 12 -> 12-Pack": substitute(r"\bpack of (\d+)\b", r"\1-Pack"),
    "Pack of 12 -> 12 pcs": substitute(r"\b(?:pack|set) of (\d+)\b(?!/)", r"\1 pcs"),
    "Pack of 12 -> 12 count": substitute(r"\bpack of (\d+)\b", r"\1 count"),
    "12-Pack -> Pack of 12": substitute(rf"(?<![\w.,/])(\d+)[ -]{_PACKS}\b", r"Pack of \1"),
    "12-Count -> 12 pcs": substitute(r"(?<![\w.,/])(\d+)[ -](?:count|ct)\b", r"\1 pcs"),
    "12 Piece -> 12-pc": substitute(r"(?<![\w.,/])(\d+)[ -]pieces?\b", r"\1-pc"),
    "2 -> two": substitute(
        rf"(?<![\w.,/])(\d{{1,2}})([ -](?:{_PIECES}|pair|drawer|shel|light|port))", _count_word),
    "two -> 2": substitute(rf"\b({'|'.join(_SMALL[2:])})([ -][a-z])", _count_digit),
    '15.6" -> 15.6 inch': substitute(rf"{_NUMBER}[\"″”](?!\w)", r"\1 inch"),
    '15.6" -> 15.6-inch': substitute(rf"{_NUMBER}[\"″”](?!\w)", r"\1-inch"),
    '15.6 inch -> 15.6"': substitute(rf"{_NUMBER}[ -](?:inch(?:es)?\b|in\.)", r'\1"'),
    "16GB -> 16 GB": substitute(rf"{_NUMBER}(gb|tb|mb|ml|oz|lb|kg|mm|cm|mah|ghz|ft|w|v|hz|m)\b",
                                r"\1 \2"),
    "16 GB -> 16GB": substitute(rf"{_NUMBER} (gb|tb|mb|ml|oz|lb|kg|mm|cm|mah|ghz|ft|w|v|hz)\b",
                                r"\1\2"),
    "16 oz -> 16-oz": substitute(rf"{_NUMBER} (oz|lb|gb|mm|ft|inch|ml|piece|count|pack)\b",
                                 r"\1-\2"),
    "oz -> ounce": substitute(rf"{_NUMBER}[ -]?oz\b\.?", r"\1 ounce"),
    "lb -> pound": substitute(rf"{_NUMBER}[ -]?lbs?\b\.?", r"\1 pounds"),
    "ft -> feet": substitute(rf"{_NUMBER}[ -]?ft\b\.?", r"\1 feet"),
    "unit spelled out": either(substitute(rf"{_NUMBER} ?ml\b", r"\1 milliliters"),
                               substitute(rf"{_NUMBER} ?kg\b", r"\1 kilograms"),
                               substitute(rf"{_NUMBER} ?GB\b", r"\1 gigabytes", 0),
                               substitute(rf"{_NUMBER} ?W\b", r"\1 watts", 0),
                               substitute(rf"{_NUMBER} ?g\b", r"\1 grams", 0)),
    "% -> percent": substitute(r"(\d+)%", r"\1 percent"),
    "x -> ×": substitute(r"(?<=[\d\"]) x (?=\d)", " × "),
    "hyphen -> space": substitute(rf"\b(?:{_HYPHENATED})\b", lambda m: m[0].replace("-", " ")),
    "space -> hyphen": substitute(rf"\b(?:{_SPACED})\b", lambda m: m[0].replace(" ", "-")),
    "any hyphen -> space": substitute(r"(?<=[a-z])-(?=[a-z]{3})", " "),
    "waterproof <-> water-proof": swap("waterproof", "water-proof"),
    "Wi-Fi <-> WiFi": swap("wi-fi", "wifi"),
    "BPA-free -> free of BPA": substitute(r"\b(bpa|sugar|gluten|lead|latex|fragrance)[- ]free\b",
                                          r"free of \1"),
    "BPA-free -> without BPA": substitute(r"\b(bpa|sugar|gluten|lead|latex|fragrance)[- ]free\b",
                                          r"without \1"),
    "UPF -> UV protection": substitute(r"\bupf ?\d+\+?", "UV protection"),
    "and -> &": substitute(r" and ", " & "),
    "& -> and": substitute(r" & ", " and "),
    "with -> w/": substitute(r" with ", " w/ "),
    "w/ -> with": substitute(r" w/ ?", " with "),
    "slash -> and": substitute(r"(?<=[a-z]{2})/(?=[A-Za-z][a-z]{2})", " and ", 0),
    "word order": _last_segment_first,
    "in brackets": _last_word_in_brackets,
    "without brackets": _without_brackets,
    "shortened": _shortened,
    "plural <-> singular": _plural,
    "UPPER CASE": lambda title: title.upper(),
    "lower case": lambda title: title.lower(),
    "Title Case": lambda title: " ".join(word[:1].upper() + word[1:] for word in title.split()),
    "without accents": _without_accents,
    "straight <-> curly quote": either(substitute(r"(?<=[A-Za-z])'(?=[A-Za-z])", "’"),
                                       substitute("’", "'")),
    "dash": substitute(r" - ", " – "),
    "comma -> dash": substitute(r", ", " - "),
}  # fmt: skip

RULES_ZH: dict[str, Rule] = {
    "毫升 <-> ml": either(substitute(r"(\d)毫升", r"\1ml"), substitute(r"(\d)ml", r"\1毫升")),
    "ml -> L": converted("ml|毫升", "升", joint=""),
    "升 <-> L": either(substitute(r"(\d)升", r"\1L"), substitute(r"(\d)L\b", r"\1升", 0)),
    "克 <-> g": either(substitute(r"(\d)克", r"\1g"), substitute(r"(\d)g(?![a-z])", r"\1克")),
    "kg -> 公斤": substitute(r"(\d)kg", r"\1公斤"),
    "公斤 -> kg": substitute(r"(\d)(?:公斤|千克)", r"\1kg"),
    "cm <-> 厘米": either(substitute(r"(\d)cm", r"\1厘米"), substitute(r"(\d)厘米", r"\1cm")),
    "mm -> 毫米": substitute(r"(\d)mm", r"\1毫米"),
    "mm -> cm": converted("mm|毫米", "cm", joint=""),
    "g -> kg": converted("g|克", "kg", joint=""),
    "男士 -> 男": substitute("男士|男款|男生", "男"),
    "女士 -> 女": substitute("女士|女款|女生", "女"),
    "男 -> 男士": substitute("男(?=[鞋靴裤装包表]|$| )", "男士"),
    "女 -> 女士": substitute("(?<![男仙美少])女(?=[鞋靴裤装包表]|$| )", "女士"),
    "黑色 -> 黑": substitute("([黑白红蓝绿粉紫黄灰])色(?!素)", r"\1"),
    "16 片 -> 16片": substitute(r"(\d) ?([片只个包支件瓶盒条双张罐袋])", r"\1 \2"),
    "10片 -> 10片装": substitute(r"((?<![买送\d])\d+[片只支件瓶盒条双张罐])(?![装送])", r"\1装"),
    "两 <-> 2": either(substitute("[两二]([件个只条双盒瓶片])", r"2\1"),
                      substitute("(?<!\\d)2([件个只条双盒瓶片])", r"两\1")),
    "*12 -> ×12": substitute(r"\*(?=\d)", "×"),
    "full-width digits": _full_width,
    "UPPER CASE": lambda title: title.upper(),
    "spaces": lambda title: re.sub("(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])", "", title),
    "brackets": substitute("^([\u3400-\u9fff]{2,4}) ", r"【\1】"),
}  # fmt: skip
