"""What is learnt from products alone: pieces of their own text, spoilt and as they were."""

from titlewright.examples import example_products
from titlewright.generators.denoising import denoising
from titlewright.generators.spoiling import spoil
from titlewright.records import Product
from titlewright.text.words import atoms, fold

PRODUCTS = [
    Product(
        id=str(number),
        title=f"Steel water bottle number {number} for hikers",
        description=f"Keeps tea hot for {number} hours. Comes with a lid and a strap of nylon.",
        attributes={"use": "camping, hiking and fishing trips", "colour": "red"},
    )
    for number in range(40)
]


def whole(product: Product) -> str:
    return fold(f"{product.title} {product.description} {' '.join(product.attributes.values())}")


def test_the_answer_is_a_piece_of_the_product_s_own_text() -> None:
    for product, example in zip(PRODUCTS, denoising(PRODUCTS)(0), strict=True):
        assert fold(example.title) in whole(product)
        assert 3 <= len(atoms(example.title)) <= 24


def test_in_half_of_them_it_can_be_found_and_copied() -> None:
    texts = [
        (fold(example.title), fold(f"{example.product.description} {example.product.attributes}"))
        for epoch in range(8)
        for example in denoising(PRODUCTS)(epoch)
        if example.title not in {product.title for product in PRODUCTS}
    ]
    found = sum(title in text for title, text in texts) / len(texts)
    assert 0.4 < found < 0.6


def test_the_present_title_is_the_answer_spoilt() -> None:
    examples = denoising(PRODUCTS)(0)
    assert sum(example.product.title != example.title for example in examples) > 35


def test_each_epoch_asks_for_other_pieces_the_same_for_the_same_seed() -> None:
    assert denoising(PRODUCTS, 3)(1) == denoising(PRODUCTS, 3)(1)
    assert denoising(PRODUCTS, 3)(1) != denoising(PRODUCTS, 3)(2)
    assert denoising(PRODUCTS, 3)(1) != denoising(PRODUCTS, 4)(1)


def test_a_product_that_says_little_teaches_nothing() -> None:
    assert list(denoising([Product(id="1", description="Red. Mug.", title="Mug")])(0)) == []


def test_real_products_give_examples() -> None:
    assert len(denoising(example_products())(0)) >= 25


def test_spoiling_keeps_to_the_script() -> None:
    import random

    spoilt = {spoil("苏菲夜用棉柔卫生巾", random.Random(seed)) for seed in range(20)}
    assert all(" " not in text for text in spoilt)
    assert len(spoilt) > 10
