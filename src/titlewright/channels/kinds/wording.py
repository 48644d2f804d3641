"""Words: forbidden phrases, patterns such as URLs and prices, and the seller's own name."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

import regex

from titlewright.channels.case import Case, find_words
from titlewright.channels.kinds.base import Fix, Kind, Place, cut_all, without_overlaps
from titlewright.channels.options import Options
from titlewright.errors import ChannelError
from titlewright.records import Span


class Named(NamedTuple):
    """A pattern that rules name. `gate` is a cheap test that every title with a match passes."""

    gate: str
    expression: str


_DOMAINS = "com|net|org|shop|store|online|info|biz|co|io|de|fr|it|es|pl|uk|nl|se|cn|jp|br|mx|vn|id"
_SIGNS = "$€£¥₹₽₩₫฿"
_CODES = "USD|EUR|GBP|CNY|RMB|JPY|PLN|SEK|BRL|MXN"
_AMOUNT = r"\d+(?:[.,]\d+)*"

# All are searched with their case ignored.
PATTERNS = {
    "url": Named(
        r"://|\.[a-z]{2}",
        r"(?:\b(?:or )?visit )?(?:"
        r"https?://\S+|\bwww\.\S+"
        rf"|\b(?=[a-z0-9-]*[a-z])[a-z0-9][a-z0-9-]*(?:\.com?)?\.(?:{_DOMAINS})\b(?:/\S*)?)",
    ),
    "email": Named("@", r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "phone": Named(
        r"(?:\d\D{0,3}){6}\d",
        r"(?<![\w.])\+\d{1,3}[ .-]?(?:\(?\d{1,4}\)?[ .-]?){2,4}\d{2,4}(?!\w)"
        r"|(?<![\w-])(?:\(\d{3}\) ?|\d{3}-)\d{3}-\d{4}(?![\w-])"
        r"|\b(?:tel|phone|call|whatsapp|telegram|wechat|hotline)\b[.: ]{0,3}\+?\d[\d ()-]{5,}\d"
        r"|(?:微信|电话|電話|手机|加微|vx|qq)[:： ]{0,2}[+\w-]*\d[\d-]{4,}\d",
    ),
    "price": Named(
        rf"[{_SIGNS}元]|{_CODES}",
        r"(?:\b(?:was|now|only|just|rrp|msrp|uvp|nur|statt) )?(?:"
        rf"(?:US|HK|NT|MX|[ACSR])?[{_SIGNS}] ?{_AMOUNT}|(?<![\w.]){_AMOUNT} ?[€£₽₩₫฿](?!\w)"
        rf"|\b(?:{_CODES}) ?{_AMOUNT}|(?<![\w.]){_AMOUNT} ?(?:{_CODES})\b)"
        rf"|(?:仅售|只要|特价|现价|到手价) ?{_AMOUNT} ?元",
    ),
    "discount": Named(
        r"\d ?%|buy \d|\d for \d|折|满|买|買|clearance|sale|promo|discount|deal|offer|saving",
        r"(?:\b(?:up to|save|extra|bis zu|jusqu'à|hasta)\s+)?-?\b\d{1,2} ?% ?"
        r"(?:off|discount|rabatt|reduziert|de descuento|de réduction|di sconto|korting)\b"
        r"|\bsave (?:up to )?\d{1,2} ?%|\bbuy \d+ get \d+(?: free)?\b"
        r"|\b\d+ for \d+ (?:deal|offer)\b"
        r"|^\W*(?:(?:big|hot|super|mega|flash|huge|today's) )?"
        r"(?:clearance|sale|promotion|discount|deal|offer|saving)s?(?:\s*[!:|,\])】*]| [-–~])"
        r"|\d(?:\.\d)?折(?![叠疊扇伞页])|满\d+[减送]\d*|[买買]\d送\d",
    ),
    "html": Named(
        "[<&]", r"</?[a-z][^<>]{0,200}>|<!--.*?-->|&(?:[a-z]{2,8}|#\d{1,6}|#x[0-9a-f]{1,5});"
    ),
    "repeated_punctuation": Named(r"[^\w\s][^\w\s]", r"([!?,;:~*#|])\1+|\.{4,}|-{3,}|!\?|\?!"),
    "quoted": Named('["“]', r'^\s*"[^"]*"\s*$|^\s*“[^”]*”\s*$'),
}


@dataclass(frozen=True, slots=True)
class Phrases(Kind):
    """Forbidden `phrases`, whole words, case ignored, not where `exceptions` contain them.

    With `brand_exempt`, phrases inside the product's brand are allowed. The finding is done by
    the channel's phrase index, for all rules at once.
    """

    rule_id: str
    phrases: tuple[str, ...]
    exceptions: tuple[str, ...]
    brand_exempt: bool

    @classmethod
    def build(cls, options: Options) -> Self:
        phrases = options.texts("phrases")
        if not phrases:
            raise ChannelError(f"Rule {options.rule_id} needs 'phrases', a list of texts.")
        for phrase in phrases:
            if not (phrase[0].isalnum() and phrase[-1].isalnum()):
                raise ChannelError(
                    f"Phrase {phrase!r} of rule {options.rule_id} must begin and end with a letter "
                    "or digit. Use a rule of kind 'pattern' for others."
                )
        return cls(
            options.rule_id, phrases, options.texts("exceptions"), options.flag("brand_exempt")
        )

    def find(self, case: Case) -> Sequence[Place]:
        spans = case.phrases.get(self.rule_id, ())
        if spans and self.brand_exempt:
            return [span for span in spans if not case.in_brand(span)]
        return spans

    def fix(self, case: Case, found: Sequence[Place]) -> Fix | None:
        return cut_all(case, found)


@dataclass(frozen=True, slots=True)
class Pattern(Kind):
    """What matches `names` of the patterns above or the regular `expressions` is forbidden.

    With `brand_exempt`, matches inside the product's brand are allowed.
    """

    searches: tuple[tuple[re.Pattern[str] | None, regex.Pattern[str]], ...]  # gate, pattern
    brand_exempt: bool
    unescape: bool
    unquote: bool

    @classmethod
    def build(cls, options: Options) -> Self:
        names, expressions = options.texts("names"), options.texts("expressions")
        if unknown := [name for name in names if name not in PATTERNS]:
            raise ChannelError(
                f"Rule {options.rule_id} names the pattern {unknown[0]!r}. "
                f"There are: {', '.join(PATTERNS)}."
            )
        if not names and not expressions:
            raise ChannelError(f"Rule {options.rule_id} needs 'names' or 'expressions'.")
        named = [PATTERNS[name] for name in names]
        return cls(
            (
                *(
                    (re.compile(gate, re.IGNORECASE), options.pattern(expression, ignore_case=True))
                    for gate, expression in named
                ),
                *((None, options.pattern(text, ignore_case=True)) for text in expressions),
            ),
            options.flag("brand_exempt"),
            unescape="html" in names,
            unquote="quoted" in names,
        )

    def find(self, case: Case) -> Sequence[Place]:
        spans: list[Span] = []
        for gate, pattern in self.searches:
            if gate is None or gate.search(case.text):
                spans += [Span(*match.span()) for match in pattern.finditer(case.text) if match[0]]
        if not spans:
            return ()
        if self.brand_exempt:
            spans = [span for span in spans if not case.in_brand(span)]
        return without_overlaps(spans)

    def fix(self, case: Case, found: Sequence[Place]) -> Fix | None:
        if self.unquote:
            return Fix(case.text.strip()[1:-1].strip(), "Removed the quotation marks around it.")
        if self.unescape and not all(case.text[place.start] == "<" for place in found if place):
            written = html.unescape(case.text)
            if written != case.text:
                return Fix(written, "Wrote HTML entities as characters.")
        return cut_all(case, found)


@dataclass(frozen=True, slots=True)
class SellerName(Kind):
    """The seller's name, read from the product attributes named `attributes`.

    A seller who is also the brand may be named.
    """

    attributes: tuple[str, ...]

    @classmethod
    def build(cls, options: Options) -> Self:
        return cls(tuple(name.casefold() for name in options.texts("attributes")))

    def find(self, case: Case) -> Sequence[Place]:
        if not case.product or not case.product.attributes:
            return ()
        spans = [
            span
            for name, value in case.product.attributes.items()
            if name.casefold().replace("_", " ") in self.attributes and len(value) > 2
            for span in find_words(case.text, value)
            if not case.in_brand(span)
        ]
        return sorted(set(spans))

    def fix(self, case: Case, found: Sequence[Place]) -> Fix | None:
        return cut_all(case, found[:1])  # one at a time: names may overlap


@dataclass(frozen=True, slots=True)
class Requires(Kind):
    """The title as a whole must match the regular `expression`. Nothing can be invented."""

    pattern: regex.Pattern[str]

    @classmethod
    def build(cls, options: Options) -> Self:
        return cls(options.pattern(options.text("expression")))

    def find(self, case: Case) -> Sequence[Place]:
        return () if not case.text.strip() or self.pattern.search(case.text) else (None,)
