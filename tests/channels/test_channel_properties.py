"""Repairs of any text on any channel: idempotent, sound, nothing invented, no word cut."""

from __future__ import annotations

import pytest
from channel_invariants import assert_sound
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from titlewright.channels import check, load_channels
from titlewright.records import Product

NAMES = sorted({channel.name for channel in load_channels().values()})
PIECES = """
Nike nike NIKE Pegasus 39 Men's Running Shoes shoes Running, - – | / & and with for
of (Black Black) [Size 10] 500 ml 500ml 12 Pack FREE SHIPPING free shipping! SALE
50% off $9.99 €20 www.shop.com sales@shop.com +1 (555) 123-4567 ½ ™ ® ★ 🔥 👩‍👧 × 小米
手环 8 包邮 正品 保温杯 大容量 500毫升 最佳 第一步
送料無料 ステンレス製の水筒 水筒 กระเป๋า ผู้หญิง سماعات שעון é
e\u0301 ﬁ ß İ ı Straße WH-1000XM5 RTX3060 2024 1,000 1.5 kg kg % : + # < > * ~ _ { }
! ? ^ <b>bold</b> &amp; &nbsp; ＡＢＣ １２３ ① ㎡ Baby Boy Baby Boy Baby Boy "quoted"
“curly” l'eau Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen
"""
WORDS = st.sampled_from([*PIECES.split(), "\t", "\u00a0", "\u200b", "\u3000", " ", "\n"])
TITLES = st.one_of(
    st.lists(WORDS, max_size=25).map(" ".join),
    st.lists(WORDS, max_size=12).map("".join),
    st.text(max_size=120),
)
LOCALES = st.sampled_from(["", "en-US", "de-DE", "fr", "zh-CN", "ja-JP", "ar-SA", "tr-TR", "pl-PL"])
PRODUCTS = st.builds(
    Product,
    id=st.just("1"),
    brand=st.sampled_from(["", "Nike", "小米", "Old Navy", "Yahoo!", "500", "&"]),
    category=st.sampled_from([(), ("Shoes",), ("Sports", "Running Shoes"), ("家居", "保温杯")]),
    attributes=st.sampled_from(
        [
            {},
            {"color": "Black", "size": "10", "model": "Pegasus 39"},
            {"容量": "500ml", "seller": "shop"},
        ]
    ),
    locale=LOCALES,
)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(title=TITLES, product=st.none() | PRODUCTS)
def test_repairs_are_sound(name: str, title: str, product: Product | None) -> None:
    assert_sound(load_channels()[name], title, product)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=40, deadline=None)
@given(title=TITLES, product=st.none() | PRODUCTS)
def test_spans_lie_in_the_title_and_messages_are_complete(
    name: str, title: str, product: Product | None
) -> None:
    for found in check(load_channels()[name], title, product):
        assert found.span is None or 0 <= found.span.start < found.span.end <= len(title)
        assert found.rule.startswith((f"{name}.", "law."))
        assert (
            not {"{found}", "{length}", "{limit}"} & set(found.message.split('"')) or "{" in title
        )
