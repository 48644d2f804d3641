from __future__ import annotations

import pytest

from titlewright.text.codes import codes, without_unstated_codes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sony WH-1000XM5 (black), 500ml", ["WH-1000XM5"]),
        ("toner CF283A/CF283X for HP", ["CF283A", "CF283X"]),
        ("cable SWV2540W/10; X9Z|Y8", ["SWV2540W", "X9Z", "Y8"]),
        ("小米RedmiK30手机128GB", ["RedmiK30"]),
        ("1,000mAh, 3-in-1, 2nd, 12-pack", []),
    ],
)
def test_codes_are_found_where_they_stand(text: str, expected: list[str]) -> None:
    found = list(codes(text))
    assert [code.text for code in found] == expected
    assert [text[code.start : code.end] for code in found] == expected


@pytest.mark.parametrize(
    ("title", "source", "expected"),
    [
        ("Dress X12Z blue", "a dress, x12z", "Dress X12Z blue"),
        ("Dress X12Z blue", "a dress, X12", "Dress  blue"),
        ("Ink (T12B/T13B)", "fits T13B.", "Ink (/T13B)"),
        ("华为P40手机", "华为手机", "华为手机"),
        ("Set of 3, 500ml", "", "Set of 3, 500ml"),
    ],
)
def test_only_codes_that_the_source_lacks_go(title: str, source: str, expected: str) -> None:
    assert without_unstated_codes(title, source) == expected
