"""What is found in one row, and what is let pass."""

import pytest

from titlewright.inspection.cells import Cell, Seen, cells_of
from titlewright.inspection.checks import CHECKS, Found
from titlewright.inspection.contradictions import CONTRADICTIONS
from titlewright.records import Product
from titlewright.text.promotion import find_promotion

FINDERS = {check.id: check.find for check in (*CHECKS, *CONTRADICTIONS)}


def find(check: str, **fields: object) -> Found | None:
    product = Product(**{"id": "1", **fields})  # type: ignore[arg-type]
    finder = FINDERS[check]
    assert finder is not None
    return finder(Seen(product, cells_of(product)))


@pytest.mark.parametrize("field", ["title", "description", "brand"])
@pytest.mark.parametrize("value", ["", "  ", "n/a", "NULL", "-", "暂无"])
def test_empty_and_placeholder_values_are_missing(field: str, value: str) -> None:
    assert find(f"missing-{field}", **{field: value}) is not None
    assert find(f"missing-{field}", **{field: "Bosch GSR 12"}) is None


def test_missing_category_image_and_id() -> None:
    assert find("missing-category") is not None
    assert find("missing-category", category=("Tools",)) is None
    assert find("missing-images") is not None
    assert find("missing-images", images=("https://example.com/1.jpg",)) is None
    assert find("missing-id", id="") is not None
    assert find("missing-id", id="A-1") is None


@pytest.mark.parametrize(
    ("broken", "repaired"),
    [
        ("Nescaf\u00c3\u00a9 Gold 200 g", "Nescafé Gold 200 g"),
        ("Ecosmart\u00c2\u00ae 50/50 Sweatshirt", "Ecosmart® 50/50 Sweatshirt"),
        ("GR\\xc3\\x89E cushion", "GRÉE cushion"),
    ],
)
def test_mojibake_is_shown_before_and_after(broken: str, repaired: str) -> None:
    assert find("mojibake", title=broken) == Found("title", broken, f"→ {repaired}")


def test_lost_characters_are_mojibake_without_a_repair() -> None:
    found = find("mojibake", description="caf\ufffd au lait")
    assert found is not None
    assert "→" not in found.detail


@pytest.mark.parametrize(
    "text",
    ["Café crème", "Größe 40", "Ветровка", "保温杯 500ml", "Áo thun nam", "C:\\xc3",
     "“Curly” – ™ ½", "e\u0301toile", "line\r\nbreak"],
)  # fmt: skip
def test_sound_text_is_not_mojibake(text: str) -> None:
    assert find("mojibake", title=text, description=text) is None


def test_html_in_title_and_elsewhere() -> None:
    assert find("html-in-title", title="Cable 90&deg; <b>new</b>") is not None
    assert find("html-in-title", title="Size < 5 & > 3") is None
    assert find("html-in-title", title="<FairPlay.tw> 運動鞋 B&O; C") is None
    assert find("html-elsewhere", title="<b>x</b>", description="plain") is None
    assert find("html-elsewhere", description="<p>long</p>") is not None


@pytest.mark.parametrize(
    "title",
    ["FREE SHIPPING Yoga Mat", "Yoga Mat 20% off", "Hot Sale Yoga Mat", "【包邮】瑜伽垫",
     "瑜伽垫 限时特价", "Matras Yoga Gratis Ongkir", "Yogamatte kostenloser Versand",
     "Esterilla envío gratis", "Yoga Mat!!!",
     "★ Yoga Mat ★", "Buy 1 get 1 Yoga Mat", "พร้อมส่ง เสื่อโยคะ"],
)  # fmt: skip
def test_promotion(title: str) -> None:
    assert find("promotion", title=title) is not None


@pytest.mark.parametrize(
    "title",
    ["Toner (up to 35,000 pages)", "Extra 3.5 inch tray", "Sales Book A5", "Free Standing Shelf",
     "Hot Glue Gun", "Gift Box for Women", "Sugar Free Gum", "Best Friends T-Shirt", "热水壶",
     "Saving Grace DVD"],
)  # fmt: skip
def test_product_words_are_no_promotion(title: str) -> None:
    assert find_promotion(title) is None


def test_shouting_spares_codes_abbreviations_and_the_brand() -> None:
    assert find("shouting", title="RIVER CITY KNEE BOOT STEEL TOE BLACK") is not None
    assert find("shouting", title="HP USB DVD-RW LED TFT SATA SSD 8GB DDR2") is None
    assert find("shouting", title="APC BE550G UPS 550 VA", brand="APC") is None
    assert find("shouting", title="BLACK LABEL SOCIETY Poster", brand="BLACK LABEL SOCIETY") is None
    assert find("shouting", title="MICHAEL KORS RHEA ZIP 皮革後背包") is None


def test_short_titles() -> None:
    assert find("short-title", title="Airy Bag") is not None
    assert find("short-title", title="水杯") is not None
    assert find("short-title", title="Airy Bag with zip") is None
    assert find("short-title", title="不锈钢保温水杯") is None
    assert find("short-title", title="") is None


def test_private_data_is_masked_where_it_is_found() -> None:
    found = find("private-data", attributes={"seller": "Write to a.b@example.com"})
    assert found == Found("attributes.seller", "Write to [e-mail]", "e-mail") or found == Found(
        "seller", "Write to [e-mail]", "e-mail"
    )


@pytest.mark.parametrize(
    "text", ["=SUM(A1)", "@cmd", "+A1", "-cmd|' /C calc'!A0", "\t=1", "-(30) IEC"]
)
def test_cells_that_a_spreadsheet_runs(text: str) -> None:
    assert find("formula", description=text) is not None


@pytest.mark.parametrize("text", ["-5 °C", "+49 30 123", "- bullet", "–", "a=b", "1+1"])
def test_cells_that_a_spreadsheet_shows(text: str) -> None:
    assert find("formula", description=text) is None


def test_raw_cells_are_checked_where_there_are_any() -> None:
    clean = Product(id="1", title="Café")
    finder = FINDERS["mojibake"]
    assert finder is not None
    assert finder(Seen(clean, [Cell("title", "Caf\u00c3\u00a9")])) is not None
    assert finder(Seen(clean, [Cell("title", "Café")])) is None


@pytest.mark.parametrize(
    ("check", "title", "attributes"),
    [
        ("colour", "Vishudh Women Black Embroidered Top", {"PrimaryColor": "Red"}),
        ("colour", "Spot light white", {"product colour": "Black"}),
        ("colour", "男士T恤 红色", {"颜色": "黑色"}),
        ("material", "Leather Wallet", {"Material": "Polyester"}),
        ("audience", "Roadster Women Printed Joggers", {"Gender": "Men"}),
        ("audience", "Kids Girls Blue Joggers", {"gender": "Boys"}),
        ("size", "T-Shirt Navy, Size L", {"Size": "M"}),
        ("size", "T-Shirt Navy - XL", {"size": "S"}),
        ("quantity", "Deodorant Spray 60ML", {"volume": "100ml"}),
        ("quantity", "Dumbbell 5 kg", {"Weight": "7.5 kg"}),
    ],
)
def test_contradictions(check: str, title: str, attributes: dict[str, str]) -> None:
    found = find(f"contradiction-{check}", title=title, attributes=attributes)
    assert found is not None
    assert all(value in found.detail for value in attributes.values())


@pytest.mark.parametrize(
    ("check", "title", "attributes"),
    [
        ("colour", "Navy Shirt", {"Colour": "Blue"}),
        ("colour", "Black & Grey Bag", {"Colour": "Grey"}),
        ("colour", "Bag black", {"Colour": "Multicolour"}),
        ("colour", "Black Friday Mug", {"Colour": "White"}),
        ("colour", "Cherry Wood Table", {"Colour": "Brown"}),
        ("colour", "Yellow toner", {"product colour": "Grey", "printing colours": "Yellow"}),
        ("colour", "Case for black phone", {"Colour": "Red"}),
        ("material", "Faux Leather Wallet", {"Material": "PU"}),
        ("material", "Oak Table with steel legs", {"Material": "Wood, Steel"}),
        ("audience", "Unisex Joggers", {"Gender": "Men"}),
        ("audience", "Socks for Men and Women", {"Gender": "Women"}),
        ("size", "T-Shirt, size 2XL", {"Size": "XXL"}),
        ("size", "S-Video Cable", {"Size": "M"}),
        ("quantity", "Water 0.5 L", {"volume": "500 ml"}),
        ("quantity", "Laptop 8GB 512GB", {"memory": "16 GB"}),
        ("quantity", "Xeon processor 3.2 GHz", {"front side bus": "800 MHz"}),
        ("quantity", "Dumbbell 5 kg", {"Shipping weight": "5.6 kg"}),
    ],
)
def test_no_contradiction(check: str, title: str, attributes: dict[str, str]) -> None:
    assert find(f"contradiction-{check}", title=title, attributes=attributes) is None


def test_a_colour_in_the_brand_is_not_the_products() -> None:
    attributes = {"colour": "Black"}
    title = "Red Tape Men Leather Belt"
    assert find("contradiction-colour", title=title, attributes=attributes) is not None
    assert (
        find("contradiction-colour", title=title, brand="Red Tape", attributes=attributes) is None
    )
