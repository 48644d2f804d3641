"""The command that says what audiences get: personal."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from titlewright.cli.options import AsJson
from titlewright.cli.output import console, print_json, say
from titlewright.cli.wording import Goal, advice
from titlewright.errors import SettingsError
from titlewright.settings import load_settings


def register(app: typer.Typer) -> None:
    app.command("personal")(personal)


def personal(
    segment: Annotated[
        list[str] | None, typer.Option(help="An audience's segment; repeat for more.")
    ] = None,
    feature: Annotated[
        list[str] | None, typer.Option(help="An audience's feature, as price_band=0.5; repeat.")
    ] = None,
    cut: Annotated[
        list[str] | None,
        typer.Option(help="Where a feature is cut into segments, as price_band=0.3,0.7; repeat."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The audience's hints for `generate --hints`."),
    ] = None,
    smallest: Annotated[int, typer.Option(help="Fewest different shoppers of a segment.")] = 100,
    goal: Goal = Goal.click,
    products: Annotated[int, typer.Option(min=1, help="Look at so many products.")] = 20,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same shares.")] = 0,
    as_json: AsJson = False,
) -> None:
    """What audiences get: which titles, and which words to ask for on their behalf.

    Without an audience all segments are shown that enough different shoppers belong to.
    """
    import numpy as np

    from titlewright.learning.audiences import ALL, describe, learn_personal
    from titlewright.learning.personal import Personal
    from titlewright.learning.records import Audience
    from titlewright.learning.store import open_store
    from titlewright.learning.words.keeping import LearntHints
    from titlewright.records import Hints

    cuts = {name: _numbers(value, name) for name, value in _pairs(cut, "--cut").items()}
    features = {name: _feature(value, name, cuts) for name, value in
                _pairs(feature, "--feature").items()}  # fmt: skip
    policy = Personal(smallest=smallest, cuts=cuts, goal=goal, memory=ALL)
    with open_store(load_settings()) as store:
        learn_personal(policy, store.events())
        titles = store.titles()
    asked = Audience(segments=tuple(segment or ()), features=features)
    one = bool(segment or feature)
    if output and not one:
        raise SettingsError("Whose hints? Name the audience: --segment or --feature.")
    audiences = [asked] if one else [Audience(segments=(name,)) for name in policy.large_segments()]
    told = describe(policy, titles, audiences, np.random.default_rng(seed), products=products)
    if output:
        asked_for = Hints(prefer=tuple(told[0]["prefer"]), avoid=tuple(told[0]["avoid"]))
        LearntHints({"": asked_for}).save(output)
        say(f"The hints are {output}: titlewright generate FEED -o OUT --hints {output}")
    if as_json:
        print_json({"smallest": smallest, "audiences": told})
        return
    if not told:
        console().print(f"No segment has {smallest} different shoppers yet (--smallest): all are "
                        "treated alike.")  # fmt: skip
    for audience in told:
        _show(audience)


def _show(audience: dict[str, Any]) -> None:
    out = console()
    name = ", ".join(audience["segments"]) or "everybody (too few shoppers of this audience yet)"
    out.print(Text(name, style="bold"))
    out.print(advice(audience["prefer"], audience["avoid"]), soft_wrap=True)
    out.print(f"another title than everybody for {len(audience['choices'])} of "
              f"{audience['products']} products")  # fmt: skip
    if audience["choices"]:
        table = Table(box=None, header_style="dim")
        for head in ("product", "this audience", "share", "everybody"):
            table.add_column(head, justify="right" if head == "share" else "left", overflow="fold")
        for one in audience["choices"]:
            table.add_row(Text(one["product_id"]), Text(one["title"]), f"{one['share']:.0%}",
                          Text(one["everybody"]))  # fmt: skip
        out.print(table)
    out.print()


def _pairs(told: list[str] | None, option: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for one in told or ():
        name, separator, value = one.partition("=")
        if not (name and separator and value):
            raise SettingsError(f"{option} wants name=number, not {one!r}; as price_band=0.5.")
        if name in pairs:
            raise SettingsError(f"{option} {name} is given twice, {pairs[name]} and {value}: once.")
        pairs[name] = value
    return pairs


def _feature(text: str, name: str, cuts: Mapping[str, list[float]]) -> float:
    numbers = _numbers(text, name)
    if len(numbers) > 1:
        raise SettingsError(f"--feature {name}={text} are {len(numbers)} numbers. Give one.")
    if name not in cuts:
        raise SettingsError(
            f"--feature {name} makes no segment without its cuts: --cut {name}=0.3,0.7."
        )
    return numbers[0]


def _numbers(text: str, name: str) -> list[float]:
    try:
        numbers = [float(one) for one in text.split(",")]
    except ValueError:
        numbers = [math.nan]
    if not all(map(math.isfinite, numbers)):
        raise SettingsError(f"{name}={text} is no number. Write it as {name}=0.5.")
    return numbers
