"""Private data is found in every common writing, and product codes are left alone."""

import csv
import json
import os
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from titlewright.text.private import find_private, scrub

DATA = os.environ.get("TITLEWRIGHT_DATA")


@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        ("Write to sales@example.com today", "Write to [e-mail] today"),
        ("Email: shop@example.comPhone: 888-443-3734", "Email: [e-mail]Phone: [phone]"),
        ("客服邮箱 kefu@example.com.cn 欢迎咨询", "客服邮箱 [e-mail] 欢迎咨询"),
        ("Call +44 20 7946 0958 now", "Call [phone] now"),
        ("WhatsApp: +62 812-3456-7890", "WhatsApp: [messenger]"),
        ("Order line (305) 677-3348 (9am-4pm)", "Order line [phone] (9am-4pm)"),
        ("toll-free 1-800-591-3869", "toll-free [phone]"),
        ("联系电话：13812345678", "联系电话：[phone]"),
        ("批发 138 1234 5678 王经理", "批发 [phone] 王经理"),
        ("售后010-62345678", "售后[phone]"),
        ("Call 888-443-3734Monday to Friday", "Call [phone]Monday to Friday"),
        ("or +49 30 1234 5678write", "or [phone]write"),
        ("Hotline: 1800.888.877", "Hotline: [phone]"),
        ("加微信：abc_12345 优惠", "加微信：[messenger] 优惠"),
        ("WeChat ID: Cavan0609", "WeChat ID: [messenger]"),
        ("咨询QQ：740154538", "咨询QQ：[messenger]"),
        ("Line ID: bnj5902i", "Line ID: [messenger]"),
        ("身份证11010519491231002X", "身份证[id card]"),
        ("邮箱kefu@example.com手机13812345678号", "邮箱[e-mail]手机[phone]号"),
        ("ID 11010519491231002X", "ID [id card]"),
        ("IBAN DE89 3704 0044 0532 0130 00 bitte", "IBAN [bank account] bitte"),
        ("card 4111 1111 1111 1111", "card [credit card]"),
        ("card 378282246310005.", "card [credit card]."),
    ],
)
def test_scrub(text: str, scrubbed: str) -> None:
    assert scrub(text) == scrubbed


@pytest.mark.parametrize(
    "text",
    [
        "EAN 4006381333931",
        "GTIN 00012345678905, UPC 036000291452",
        "HP 490371-021 power cable Black 1.8 m",
        "Gretsch 006 2869 000 LG back pad",
        "Spectre 13-AP 0032 0047 0031 ACD",
        "cutter 10 x 20 x 30 cm, 1200 x 1600 px",
        "Case for phone 11 12 13 14",
        "Fax 2820 2920 2950 toner",
        "LINE FRIENDS plush, A-line skirt",
        "微信支付 手机支架 支持微信视频",
        "QQ糖 500g",
        "Size 100-200 300-400",
        "models 6501 6356 6514 6514 6525 6536 6545 6556 6557 6589 6598 6616",
        "photo@2x.png",
        "+100 200 300mm, 888-443-3734XL",
        "ISO 9001:2015, EN 166",
        "0.13812345678 and -13812345678",
        "1000000 sold, 50,000,000 happy customers",
        "4111 1111 1111 1112",  # fails the check digit
        "110105194912310021",  # fails the check digit
        "GB82 WEST 1234 5698 7654 33",  # fails the check
    ],
)
def test_product_data_is_left_alone(text: str) -> None:
    assert find_private(text) == []


def test_spans_and_kinds() -> None:
    text = "mail a@b.com or call +1 212 555 0100"
    assert [(kind, text[span.start : span.end]) for kind, span in find_private(text)] == [
        ("e-mail", "a@b.com"),
        ("phone", "+1 212 555 0100"),
    ]


@given(
    st.text(alphabet=st.sampled_from("0123456789 -.()+@abcxQ微信:：/qLine"), max_size=60)
    | st.text()
)
def test_scrub_is_idempotent_and_spans_are_sound(text: str) -> None:
    spans = [span for _, span in find_private(text)]
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(left.end <= right.start for left, right in pairwise(spans))
    once = scrub(text)
    assert scrub(once) == once


@pytest.mark.skipif(DATA is None, reason="TITLEWRIGHT_DATA is not set")
class TestRealFeeds:
    def test_no_part_number_of_an_electronics_catalogue_is_private(self) -> None:
        lines = (Path(DATA or "") / "icecat/products.jsonl").read_text("utf-8").split("\n")[:4000]
        for line in filter(None, lines):
            for value in json.loads(line).values():
                if isinstance(value, str) and not value.startswith("http"):
                    assert find_private(value) == []

    def test_no_title_of_a_chinese_marketplace_is_private(self) -> None:
        path = Path(DATA or "") / "jd_title_ner/sample_per_line_preliminary_A.txt"
        assert [line for line in path.read_text("utf-8").splitlines() if find_private(line)] == []

    def test_contacts_of_a_grocery_catalogue_are_found(self) -> None:
        path = Path(DATA or "") / "costco_grocery/GroceryDataset.csv"
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = ["\n".join(filter(None, row.values())) for row in csv.DictReader(file)]
        with_mail = [row for row in rows if "@" in row and ".com" in row]
        assert with_mail
        assert all(any(match.kind == "e-mail" for match in find_private(row)) for row in with_mail)
