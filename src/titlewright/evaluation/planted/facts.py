"""Built facts: a sentence added to the description, and right and wrong ways to say it in a title.

Seller titles rarely hold every kind of quantity; these make sure that each kind is measured, with
amounts drawn at random so that no amount can be learned by heart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from titlewright.evaluation.planted.bases import Base
from titlewright.evaluation.planted.plants import Plant, add, add_chinese, with_sentence
from titlewright.evaluation.stated import UNITS, fold, quantities


@dataclass(frozen=True, slots=True)
class Fact:
    """A sentence, the equal wordings of its fact, and wrong ones as (kind, words).

    `traces` are letters that must not stand in the product before, or the labels would be unsure.
    """

    name: str
    sentence: str
    right: Sequence[str]
    wrong: Sequence[tuple[str, str]]
    traces: Sequence[str] = ()


def _volume(rng: Random) -> Fact:
    ml = rng.choice((250, 300, 450, 500, 650, 750, 1500, 2500))
    liters = f"{ml / 1000:g}"
    wrong = liters.replace("0.", "") if liters.startswith("0.") else liters.replace(".", "")
    return Fact(
        "volume",
        f"Contents: {ml} ml.",
        (f"{liters} L", f"{ml}ml", f"{liters} liters", f"{ml} millilitres", f"{ml / 10:g} cl"),
        (("number", f"{wrong} L"), ("unit", f"{ml} L"), ("number", f"{_swapped(ml)} ml")),
    )


def _fraction(rng: Random) -> Fact:
    bottom = rng.choice((8, 16))
    top = rng.choice([number for number in range(3, bottom) if number % 2])
    decimal = f"{top / bottom:g}"
    return Fact(
        "fraction",
        f"Size: {top}/{bottom} in.",
        (f"{decimal} in", f'{top}/{bottom}"', f"{top}/{bottom}-inch", f"{decimal} inch"),
        (
            ("number", f"1-{top}/{bottom} in"),
            ("number", f"{bottom}/{top} in"),
            ("unit", f"{top}/{bottom} ft"),
            ("number", f"{decimal[1:].replace('.', '')} in"),
        ),
    )


def _weight(rng: Random) -> Fact:
    kg = rng.choice(("1.5", "2.5", "3.5", "1.2", "0.8", "4.2"))
    grams = int(Fraction(kg) * 1000)
    return Fact(
        "weight",
        f"Net weight {kg} kg.",
        (f"{grams} g", f"{kg.replace('.', ',')} kg", f"{kg}kg", f"{kg} kilograms"),
        (
            ("number", f"{kg.replace('.', '').lstrip('0')} kg"),
            ("unit", f"{kg} lb"),
            ("unit", f"{kg} g"),
        ),
    )


def _pounds(rng: Random) -> Fact:
    pounds = rng.choice((2, 3, 4, 5))
    ounces = pounds * 16
    return Fact(
        "pounds",
        f"Weighs {ounces} oz.",
        (f"{pounds} lb", f"{ounces} ounces", f"{ounces}-oz", f"{pounds} pounds"),
        (
            ("number", f"{_swapped(ounces)} oz"),
            ("unit", f"{ounces} lb"),
            ("number", f"{pounds + 1} lb"),
        ),
    )


def _pack(rng: Random) -> Fact:
    number, word = rng.choice(((6, "Six"), (8, "Eight"), (10, "Ten"), (12, "Twelve"), (4, "Four")))
    return Fact(
        "pack",
        f"Sold as a pack of {number}.",
        (
            f"{number}-Pack",
            f"{number} pcs",
            f"{number} count",
            f"{word} Pack",
            f"Pack of {word}",
            f"{number}pk",
        ),
        (
            ("count", f"Pack of {number * 2}"),
            ("count", f"{number + 1}-Pack"),
            ("count", f"{number * 10} pcs"),
        ),
        (" pack", "pcs", "count", "piece"),
    )


def _memory(rng: Random) -> Fact:
    memory, cores = rng.sample((2, 4, 6, 8, 12, 16), 2)
    return Fact(
        "memory",
        f"It has {cores} cores and {memory} GB of memory.",
        (f"{memory}GB", f"{memory} GB Memory", f"{memory}-GB", f"{cores}-Core"),
        (
            ("number-moved", f"{cores} GB"),
            ("number-moved", f"{memory}-Core"),
            ("unit", f"{memory} TB"),
            ("number", f"{memory}{memory} GB"),
        ),
        ("gb", "core", "memory"),
    )


def _ports(rng: Random) -> Fact:
    ports, meters = rng.sample((2, 3, 4, 5, 7, 9), 2)
    return Fact(
        "ports",
        f"Cable length {meters} m, {ports} ports.",
        (f"{ports}-Port", f"{meters}m", f"{meters * 100} cm", f"{meters} meters"),
        (
            ("number-moved", f"{ports} m"),
            ("number-moved", f"{meters}-Port"),
            ("unit", f"{meters} cm"),
        ),
        ("port",),
    )


def _screen(rng: Random) -> Fact:
    inches = rng.choice(("15.6", "13.3", "17.3", "12.5", "14.1"))
    swapped = inches[1] + inches[0] + inches[2:]
    return Fact(
        "screen",
        f'Screen diagonal: {inches}".',
        (f"{inches} inch", f"{inches}-inch", f"{inches} in", f"{inches}”"),
        (
            ("number", f"{swapped} inch"),
            ("unit", f"{inches} cm"),
            ("number", f"{inches[:-2]}.{(int(inches[-1]) + 1) % 10} inch"),
        ),
        ("inch", '"'),
    )


def _fixed(
    name: str, sentence: str, right: Sequence[str], wrong: Sequence[tuple[str, str]], *traces: str
) -> Callable[[Random], Fact]:
    fact = Fact(name, sentence, right, wrong, traces)
    return lambda rng: fact  # noqa: ARG005 - the same fact for every seed


FACTS: tuple[Callable[[Random], Fact], ...] = (
    _volume,
    _fraction,
    _weight,
    _pounds,
    _pack,
    _memory,
    _ports,
    _screen,
    _fixed("upf", "Fabric with UPF 50+.", ("UV Protection", "UPF50+", "UPF 50"),
           (("number", "UPF 30+"), ("claim", "Fireproof")), "upf", "uv", "fire"),
    _fixed("bpa", "BPA-free.", ("Free of BPA", "BPA Free", "without BPA", "No BPA"),
           (("claim", "Lead-Free"), ("negation", "contains BPA")), "bpa", "lead"),
    _fixed("steel", "Body of stainless-steel.", ("Stainless Steel", "STAINLESS STEEL"),
           (("material", "Copper"), ("material", "Aluminum")), "steel", "copper", "alumin"),
    _fixed("grey", "Its colour is grey.", ("Gray", "Grey Color", "Grey"),
           (("colour", "Green"), ("colour", "Beige")), *["grey", "gray", "green", "beige"]),
    _fixed("cordless", "Cordless operation.", ("Wireless", "Cordless"),
           (("claim", "Solar Powered"), ("claim", "Bluetooth")), "cordless", "wireless", "solar",
           "bluetooth"),
    _fixed("water", "Water-proof shell.", ("Waterproof", "Water Proof", "Waterproof Shell"),
           (("claim", "Windproof"), ("claim", "Fireproof")), "water", "wind", "fire"),
    _fixed("batteries", "Batteries not included.", ("without Batteries", "Batteries Not Included"),
           (("negation", "Batteries Included"), ("negation", "incl. Batteries")), "batter"),
    _fixed("men", "Made for men.", ("Men's", "for Men", "Mens"),
           (("gender", "Women's"), ("gender", "for Women")), "men", "boy", "girl", "lad", "sex"),
    _fixed("tee", "A T-shirt of soft jersey.", ("Tee", "T Shirt", "Tshirt"),
           (("product type", "Trousers"), ("product type", "Sandals")), "shirt", "trouser",
           "sandal", "tee"),
    _fixed("tv", "Made for your TV.", ("for Television", "for TVs"),
           (("claim", "Touchscreen"),), "tv", "television", "touch"),
)  # fmt: skip


def _volume_zh(rng: Random) -> Fact:
    ml = rng.choice((200, 250, 500, 750, 1500))
    return Fact(
        "volume", f"净含量：{ml}毫升。",
        (f"{ml}ml", f"{ml / 1000:g}升", f"{ml / 1000:g}L", f"{ml}毫升"),
        (("unit", f"{ml}升"), ("number", f"{ml * 10}ml"), ("number", f"{_swapped(ml)}毫升")),
    )  # fmt: skip


def _weight_zh(rng: Random) -> Fact:
    kg = rng.choice(("1.5", "2.5", "3.2"))
    return Fact(
        "weight", f"重量：{kg}公斤。",
        (f"{kg}kg", f"{int(Fraction(kg) * 1000)}克", f"{int(Fraction(kg) * 1000)}g"),
        (("number", f"{kg.replace('.', '')}公斤"), ("unit", f"{kg}克")),
    )  # fmt: skip


def _pieces_zh(rng: Random) -> Fact:
    number = rng.choice((6, 8, 10, 12, 20))
    return Fact(
        "pack", f"每盒{number}片。", (f"{number}片装", f"{number}片", f"{number} 片"),
        (("count", f"{number * 2}片"), ("count", f"{number + 1}片装")), ("片",),
    )  # fmt: skip


FACTS_ZH: tuple[Callable[[Random], Fact], ...] = (
    _volume_zh,
    _weight_zh,
    _pieces_zh,
    _fixed("men", "适合男士使用。", ("男", "男士", "男款"), (("gender", "女士"),), "男", "女"),
    _fixed("black", "颜色：黑色。", ("黑", "黑色"), (("colour", "白色"), ("colour", "红色")),
           "黑", "白", "红"),
    _fixed("leather", "面料为牛皮。", ("牛皮",), (("material", "羊毛"),), "皮", "羊", "毛"),
)  # fmt: skip


def fact_cases(base: Base, rng: Random) -> list[tuple[bool, str, Plant]]:
    """One built fact in its right and wrong wordings: (supported, kind, plant).

    Facts that the product's own text touches already are left out.
    """
    makers = FACTS_ZH if base.language == "zh" else FACTS
    fact = rng.choice(makers)(rng)
    if base.stated.mentions(*map(fold, fact.traces)) or _same_dimension(base, fact):
        return []
    product = with_sentence(base, fact.sentence)
    place = add_chinese if base.language == "zh" else add
    cases = []
    for words in fact.right:
        title = place(base.title, words, rng)
        cases.append((True, "rewording", Plant(title, words, "", f"built: {fact.name}", product)))
    for kind, words in fact.wrong:
        title = place(base.title, words, rng)
        cases.append((False, kind, Plant(title, words, "", f"built: {fact.name}", product)))
    rng.shuffle(cases)
    return cases


def _same_dimension(base: Base, fact: Fact) -> bool:
    """Whether the product states an amount, or a number, that a wording of the fact could mean."""
    wordings = [fact.sentence, *fact.right, *(words for _, words in fact.wrong)]
    dimensions = {q.base[0] for words in wordings for q in quantities(words) if q.unit in UNITS}
    if dimensions & {dimension for dimension, _ in base.stated.amounts}:
        return True
    numbers = {Fraction(n) for words in wordings for n in re.findall(r"\d+(?:\.\d+)?", words)}
    return bool(numbers & base.stated.numbers)


def _swapped(number: int) -> int:
    """32 as 23; the next number where that changes nothing."""
    digits = str(number)
    other = int(digits[1] + digits[0] + digits[2:])
    return other if other != number and digits[1] != "0" else number + 1
