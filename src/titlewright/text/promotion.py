"""Promotion in titles: sales, prices off, shipping, urgency, calls to buy, and shouted marks.

Wording in the languages that feeds come in most. Words that also describe products ("hot",
"free", "sale" in "sales book") count only in the phrases that sell.
"""

from __future__ import annotations

import regex

from titlewright.records import Span

_PHRASES = (
    # English
    r"free\s+(?:shipping|delivery|returns?|gifts?|sf|postage)",
    r"(?:ships?|delivery)\s+(?:free|today)",
    r"\d{1,2}\s?%\s?(?:off|discount)", r"(?:save|extra|up\s+to)\s+(?:\$\d+|\d+\s?%)(?:\s?off)?",
    r"(?:hot|flash|clearance|big|final|mega|super|summer|winter|special|crazy)\s+sales?",
    r"on\s+sale", r"sale\s*!", r"^\W*sale\b(?!s)",
    r"best\s+(?:price|seller|selling|deal|offer)s?",
    r"hot\s+(?:selling|deal|item|offer)s?", r"(?:lowest|cheapest|special|promo)\s+price",
    r"buy\s+(?:\d|one|two|now|today)(?:\s+(?:get|take)\b[\w\s]{0,12})?",
    r"limited\s+(?:time|offer|stock)",
    r"(?:while|until)\s+(?:stocks?|supplies)\s+lasts?", r"order\s+now", r"shop\s+now",
    r"great\s+deals?",
    r"ready\s+stocks?", r"in\s+stock\b", r"cash\s+on\s+delivery", r"money[\s-]back",
    r"coupons?",
    r"voucher", r"black\s+friday", r"cyber\s+monday", r"promo(?:tion)?s?", r"discount(?:ed)?",
    r"clearance", r"bargain", r"ships\s+immediately",
    # German, French, Spanish, Portuguese, Italian, Dutch, Polish
    r"kostenlose?r?\s+versand", r"versandkostenfrei", r"sonderangebot", r"rabatt",
    r"jetzt\s+kaufen",
    r"livraison\s+(?:gratuite|offerte)", r"promotion", r"soldes?", r"en\s+promo",
    r"env[ií]os?\s+gratis", r"oferta", r"descuento", r"rebajas", r"mejor\s+precio",
    r"frete\s+gr[aá]tis", r"promoção", r"desconto", r"spedizione\s+gratuita", r"sconto",
    r"offerta",
    r"gratis\s+verzending", r"darmowa\s+(?:wysyłka|dostawa)", r"promocja",
    # Indonesian, Malay, Vietnamese, Thai
    r"gratis\s+ongkir", r"ongkir", r"cuci\s+gudang", r"termurah", r"terlaris", r"diskon",
    r"bisa\s+cod", r"percuma\s+penghantaran", r"harga\s+(?:murah|grosir|promo)",
    r"giảm\s+(?:giá|\d+\s?%)", r"miễn\s+phí", r"khuyến\s+mãi", r"ส่งฟรี", r"ลดราคา",
    r"โปรโมชั่น",
    r"เก็บเงินปลายทาง", r"พร้อมส่ง",
)  # fmt: skip
_UNSPACED = (
    "包邮", "包郵", "免邮", "免運", "促销", "促銷", "特价", "特價", "秒杀", "秒殺", "清仓", "清倉",
    "满减", "打折", "折扣", "优惠", "優惠", "限时", "限時", "热卖", "熱賣", "爆款", "抢购", "搶購",
    "买一送", "買一送", "送料無料", "セール", "値下げ", "割引", "最安値",
    "무료배송", "할인", "특가",
)  # fmt: skip
_MARKS = r"!{2,}|！{2,}|[★☆♥❤🔥⭐💥✅❌✨]{1,}|\$\d+(?:\.\d\d)?\s+off"

_PROMOTION = regex.compile(
    rf"(?<![\p{{L}}\p{{N}}])(?:{'|'.join(_PHRASES)})(?![\p{{L}}\p{{N}}])|{'|'.join(_UNSPACED)}|{_MARKS}",
    flags=regex.IGNORECASE,
)


def find_promotion(title: str) -> Span | None:
    """Where the first promotion stands; None if there is none."""
    match = _PROMOTION.search(title)
    return Span(*match.span()) if match else None


def without_promotion(title: str) -> str:
    """A title without its promotions; what stood around them stays as it is."""
    return _PROMOTION.sub(" ", title)
