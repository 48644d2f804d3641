"""The command `explain`: why a product gets its title, for one product or a run's results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from titlewright.cli.making import product_of, read_stdin, readable
from titlewright.cli.options import (
    AsJson,
    Audience,
    Avoid,
    Candidates,
    Channel,
    Encoding,
    Format,
    Generator,
    HintsFile,
    Language,
    Length,
    Mapped,
    Prefer,
    Queries,
    RankingFile,
    Seed,
    Style,
    StyleOption,
    Voice,
    hints_of,
    learnt_of,
    mapping,
)
from titlewright.cli.output import console, print_json, progress, say, write_text
from titlewright.errors import RecordError, SettingsError
from titlewright.generators import DEFAULT
from titlewright.records import Hints, Product, Reject, TitleResult
from titlewright.settings import load_settings

if TYPE_CHECKING:
    from titlewright.explaining import Explanation, RankingSettings
    from titlewright.learning.words.keeping import LearntHints
    from titlewright.ranking import Taste

_MANY = 20  # explanations that a terminal is still read for; more want a page


class Tongue(StrEnum):
    en = "en"
    zh = "zh"


def register(app: typer.Typer) -> None:
    app.command("explain")(explain)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked for when the titles were made."""

    hints: Hints
    learnt: LearntHints | None
    taste: Taste

    def settings(self, channel: str) -> RankingSettings:
        from titlewright.channels import get_channel
        from titlewright.explaining import RankingSettings

        taste, packs = self.taste, load_settings().packs
        return RankingSettings(
            get_channel(channel, packs), self.hints, taste.scorers(), taste.weigher(), taste.aliases
        )

    def of(self, product: Product | None, settings: RankingSettings) -> RankingSettings:
        """The settings with what was learnt for the product's category."""
        if self.learnt is None or product is None:
            return settings
        return replace(settings, hints=self.learnt.hints_for(product, self.hints))


@dataclass(frozen=True, slots=True)
class _Explained:
    """An explanation with the settings that its rules are looked up in, where known."""

    explanation: Explanation
    settings: RankingSettings | None


def explain(
    what: Annotated[
        str,
        typer.Argument(
            help="The file that generate --results wrote; or a product, in words or as a JSON "
            "object, - for stdin."
        ),
    ],
    id: Annotated[  # noqa: A002 - what people call it
        str | None, typer.Argument(help="Of results: only the product with this id.")
    ] = None,
    feed: Annotated[
        Path | None, typer.Option(help="Of results: the feed that the titles were made from.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write a page with everything here.")
    ] = None,
    lang: Annotated[Tongue, typer.Option(help="The language of the explanation.")] = Tongue.en,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Of results: only the first ones.")
    ] = None,
    channel: Channel = "google",
    generator: Generator = DEFAULT,
    candidates: Candidates = 5,
    seed: Seed = 0,
    prefer: Prefer = None,
    avoid: Avoid = None,
    hints: HintsFile = None,
    style: StyleOption = Style.marketplace,
    length: Length = None,
    audience: Audience = "",
    language: Language = "",
    queries: Queries = None,
    voice: Voice = None,
    ranking: RankingFile = None,
    format: Format = None,  # noqa: A002 - the option people expect
    map: Mapped = None,  # noqa: A002 - the option people expect
    encoding: Encoding = None,
    as_json: AsJson = False,
) -> None:
    """Say why a product got its title: evidence, rules, scores, and what would change the choice.

    titlewright explain "Men's waterproof hiking boots, brown leather" --channel ebay

    titlewright explain results.jsonl --feed feed.csv -o why.html
    """
    from titlewright.ranking import Taste

    asked = _Asked(
        hints_of(prefer, avoid, style, length, audience, language),
        learnt_of(hints),
        Taste(queries, voice, ranking, load_settings().known_aliases),
    )
    if _is_results(what, id, feed):
        opened = (
            None
            if feed is None
            else _Feed(feed, format=format, columns=mapping(map), encoding=encoding)
        )
        found = _of_results(Path(what), id, opened, asked, limit)
        name = feed.name if feed else Path(what).name
    else:
        text = read_stdin() if what == "-" else readable(what)
        found = [_of_product(product_of(text), channel, generator, candidates, seed, asked)]
        name = ""
    if output:
        _write_page(found, output, lang.value, name)
    if as_json:
        told = [_as_json(one, lang.value) for one in found]
        print_json(told if _several(what, id, feed) else told[0])
    elif not output:
        _show(found, lang.value)


def _is_results(what: str, product_id: str | None, feed: Path | None) -> bool:
    """Whether the first argument names a file and not a product."""
    if product_id is not None or feed is not None:
        return True
    if what == "-" or what.lstrip().startswith("{"):
        return False
    try:
        return Path(what).is_file() or what.endswith(".jsonl")
    except (OSError, ValueError):  # a text that is too long for a path, or holds a zero byte
        return False


def _several(what: str, product_id: str | None, feed: Path | None) -> bool:
    return _is_results(what, product_id, feed) and product_id is None


@dataclass(frozen=True, slots=True)
class _Feed:
    path: Path
    format: str | None
    columns: dict[str, str]
    encoding: str | None


def _of_results(
    path: Path,
    product_id: str | None,
    feed: _Feed | None,
    asked: _Asked,
    limit: int | None,
) -> list[_Explained]:
    from titlewright.explaining import explain as explained
    from titlewright.explaining.reading import find_result, read_results

    results = [find_result(path, product_id)] if product_id else read_results(path, limit)
    settings = {one.channel: asked.settings(one.channel) for one in results}
    found = []
    with progress("explaining", len(results)) as moved:
        for result, product in _with_products(results, feed):
            by = asked.of(product, settings[result.channel])
            found.append(_Explained(explained(result, product, by), by))
            moved(len(found))
    return found


def _with_products(
    results: Sequence[TitleResult], feed: _Feed | None
) -> list[tuple[TitleResult, Product | None]]:
    if feed is None:
        return [(result, None) for result in results]
    from titlewright.explaining.reading import beside
    from titlewright.feeds import open_feed
    from titlewright.product_types import infer_types

    source = open_feed(feed.path, format=feed.format, columns=feed.columns, encoding=feed.encoding)
    pairs = beside(results, source, feed.path)
    products = infer_types([product for _, product in pairs])
    return list(zip(results, products, strict=True))


def _of_product(
    product: Product,
    channel: str,
    generator: str,
    candidates: int,
    seed: int,
    asked: _Asked,
) -> _Explained:
    from titlewright.explaining import explain as explained
    from titlewright.generators import create
    from titlewright.pipeline import Pipeline
    from titlewright.product_types import infer_types

    settings = asked.settings(channel)
    pipeline = Pipeline(
        create(generator),
        settings.channel,
        candidates=candidates,
        seed=seed,
        hints=asked.hints,
        learnt=asked.learnt,
        aliases=settings.aliases,
        scorers=settings.scorers,
        weigher=settings.weigher,
    )
    (product,) = infer_types([product])
    (made,) = pipeline.run([product])
    if isinstance(made, Reject):
        raise RecordError(made.problem, field=made.field, advice=made.advice)
    settings = asked.of(product, settings)
    return _Explained(explained(made, product, settings), settings)


def _as_json(one: _Explained, language: str) -> dict[str, object]:
    from titlewright.explaining.rules import rules_of
    from titlewright.explaining.telling import changes
    from titlewright.explaining.wording import wording

    rules = rules_of(one.settings.channel) if one.settings else {}
    sentences = changes(one.explanation, wording(language), rules)
    return one.explanation.to_json() | {"sentences": sentences}


def _show(found: Sequence[_Explained], language: str) -> None:
    from titlewright.explaining.console import render
    from titlewright.explaining.rules import rules_of
    from titlewright.explaining.wording import wording

    if len(found) > _MANY:
        raise SettingsError(
            f"There are {len(found)} results. Name one by its id, take the first with --limit, or "
            "write a page with --output why.html."
        )
    out = console()
    for place, one in enumerate(found):
        if place:
            out.print("")
        rules = rules_of(one.settings.channel) if one.settings else {}
        plain = out.color_system is None
        out.print(render(one.explanation, wording(language), rules, plain=plain))


def _write_page(found: Sequence[_Explained], path: Path, language: str, name: str) -> None:
    from titlewright.explaining.page import to_html
    from titlewright.explaining.wording import wording

    channels = {one.settings.channel.name: one.settings.channel for one in found if one.settings}
    page = to_html([one.explanation for one in found], wording(language), channels, name)
    write_text(page, path)
    say(f"the page: {path}")
