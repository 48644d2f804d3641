"""How much does `titlewright optimize` mend, and how much does it leave alone?

    python benchmarks/datasets.py --out FEEDS --only walmart_free,weidian,myntra_catalog
    python benchmarks/optimize.py --feeds FEEDS     measure, with TITLEWRIGHT_DATA set
    python benchmarks/optimize.py --show            what was measured last

The products keep the sellers' titles, since these are what is improved: nothing is hidden, and
nothing could leak. Present titles before, optimised titles after; a reject keeps its present title
in the measures of words and searches, and has none in the others.

violations   error-level violations of the channel per 1,000 titles
not backed   content words without evidence in the product, its present title included: what the
             seller says is true unless the rest speaks against it
new words    of the words that the optimised title has and the present one hasn't, those that the
             product doesn't state outside its title
elsewhere    content words without evidence outside the present title, for comparison
searches     of the queries that fit a product (searches.py), those whose words stand in the title;
             in brackets for the part of the present title that the limit of the channel leaves
words        words edited a title; letters: Levenshtein distance over the longer title's length

zh_title_rewrite holds present titles with the titles that experts made of them: distance in letters
and ROUGE-L by character, before and after, and the paired difference with its 95 % interval.
`small` and `free` learn nothing; `like` learns the form from the other four fifths (5-fold).
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from datasets import data_folder
from experts import FREEDOMS, standard
from searches import Searches, covered, read_queries
from titlewright.channels import Channel, check, get_channel, length
from titlewright.channels import limit as channel_limit
from titlewright.evaluation.reading import read_products
from titlewright.generators import create
from titlewright.grounding import Grounder
from titlewright.optimizing import Optimizer
from titlewright.records import Product, TitleResult
from titlewright.rewriting import edited_words, letters_changed
from titlewright.text.tokens import has_unspaced_script
from titlewright.text.words import atoms

RESULTS = Path(__file__).parent / "results" / "optimize.json"
SETS = (
    ("walmart_free", "walmart", True),
    ("weidian", "wechat-shop", True),
    ("weidian", "taobao", True),
    ("myntra_catalog", "google", False),
)  # and whether titles are asked for the words of searches
Demand = Callable[[Product], Sequence[str]]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--feeds", type=Path)
    parser.add_argument("--show", action="store_true", help="print what was measured last")
    parser.add_argument("--limit", type=int, default=500, help="products a set")
    parser.add_argument("--generator", default="compact", help="who rewrites where edits are free")
    options = parser.parse_args()
    if not options.show:
        if options.feeds is None:
            parser.error("say where benchmarks/datasets.py wrote the feeds: --feeds FOLDER")
        report = measure(options.feeds, options.limit, options.generator)
        RESULTS.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", "utf-8")
    show(json.loads(RESULTS.read_text(encoding="utf-8")))


def measure(feeds: Path, limit: int, generator: str) -> dict[str, Any]:
    searches = Searches(read_queries(data_folder()))
    rows = []
    for name, channel, asks in SETS:
        products = read_products(feeds / f"{name}.jsonl")
        if len(products) > limit:
            products = random.Random(0).sample(products, limit)
        demanded = {product.id: searches(product) for product in products}
        for freedom in FREEDOMS:
            optimizer = Optimizer(
                create(generator), get_channel(channel), edits=freedom,
                demanded=(lambda product, known=demanded: known[product.id]) if asks else None,
            )  # fmt: skip
            rows.append({"set": name, "channel": channel, "edits": freedom}
                        | compare(optimizer, products, demanded))  # fmt: skip
    return {"generator": generator, "limit": limit, "sets": rows, "pairs": standard(generator)}


def compare(
    optimizer: Optimizer, products: Sequence[Product], demanded: dict[str, list[str]]
) -> dict[str, Any]:
    """The measures of one set, before and after."""
    started = time.perf_counter()
    made = optimizer.run(products)
    seconds = time.perf_counter() - started
    before: list[str] = [product.title for product in products]
    after = [one.title if isinstance(one, TitleResult) else None for one in made]
    kept = [new or old for new, old in zip(after, before, strict=True)]
    fitting = [demanded[product.id] for product in products]
    pairs = list(zip(before, kept, strict=True))
    return {
        "products": len(products),
        "untouched": sum(old == new for old, new in pairs) / len(pairs),
        "rejected": sum(title is None for title in after),
        "violations": [
            per_thousand(optimizer.channel, products, titles) for titles in (before, after)
        ],
        "not_backed": [unsupported(products, titles) for titles in (before, after)],
        "new_words": new_words(products, after),
        "elsewhere": [unsupported(products, titles, use_title=False) for titles in (before, after)],
        "searches": [
            coverage(titles, fitting)
            for titles in (before, as_far_as_taken(optimizer.channel, products), kept)
        ],
        "searched_products": sum(bool(queries) for queries in fitting),
        "words": sum(edited_words(*pair) for pair in pairs) / len(pairs),
        "letters": sum(letters_changed(*pair) for pair in pairs) / len(pairs),
        "titles_per_second": round(len(products) / seconds, 1),
    }  # fmt: skip


def as_far_as_taken(channel: Channel, products: Sequence[Product]) -> list[str]:
    """The present titles, those that are too long cut where the channel's limit is."""
    titles = []
    for product in products:
        title, most = product.title, channel_limit(channel, product)
        while most is not None and length(channel, title) > most:
            title = title[:-1]
        titles.append(title)
    return titles


def per_thousand(
    channel: Channel, products: Sequence[Product], titles: Sequence[str | None]
) -> float:
    errors = [
        sum(found.severity == "error" for found in check(channel, title, product))
        for product, title in zip(products, titles, strict=True)
        if title
    ]
    return 1000 * sum(errors) / len(errors)


def unsupported(
    products: Sequence[Product], titles: Sequence[str | None], *, use_title: bool = True
) -> float:
    """Content words without evidence over all content words."""
    lacking = units = 0
    for product, title in zip(products, titles, strict=True):
        if title:
            grounding = Grounder(product, use_title=use_title).ground(title)
            lacking += len(grounding.unsupported)
            units += grounding.content_units
    return lacking / units


def new_words(products: Sequence[Product], titles: Sequence[str | None]) -> list[int]:
    """Of the words that the present title hasn't: how many nothing else states, and all."""
    lacking = units = 0
    for product, title in zip(products, titles, strict=True):
        if not title:
            continue
        said = {atom.norm for atom in atoms(product.title)}
        whole = product.title.casefold()
        for evidence in Grounder(product, use_title=False).ground(title).evidence:
            if _is_said(evidence.text.casefold(), whole):
                continue
            if all(atom.norm in said for atom in atoms(evidence.text)):
                continue
            units += 1
            lacking += evidence.kind == "none"
    return [lacking, units]


def _is_said(text: str, title: str) -> bool:
    """Whether a title holds a text, or the two halves of one that only stand together now."""
    return text in title or (
        has_unspaced_script(text)
        and any(text[:cut] in title and text[cut:] in title for cut in range(1, len(text)))
    )


def coverage(titles: Sequence[str], fitting: Sequence[Sequence[str]]) -> float:
    marks = [
        covered(title, query)
        for title, queries in zip(titles, fitting, strict=True)
        for query in queries
    ]
    return sum(marks) / len(marks) if marks else 0.0


def show(report: dict[str, Any]) -> None:
    print("| set, channel | edits | products | untouched | violations | not backed | new words |"
          " elsewhere | searches | words | letters | rejected |")  # fmt: skip
    print("|---|---|" + "---:|" * 10)
    for row in report["sets"]:
        lacking, units = row["new_words"]
        cells = [
            f"{row['set']}, {row['channel']}",
            row["edits"],
            f"{row['products']:,}",
            f"{row['untouched']:.1%}",
            " → ".join(f"{value:.0f}" for value in row["violations"]),
            " → ".join(f"{value:.2%}" for value in row["not_backed"]),
            f"{lacking} of {units:,}",
            " → ".join(f"{value:.1%}" for value in row["elsewhere"]),
            "{:.1%} ({:.1%}) → {:.1%}".format(*row["searches"]),
            f"{row['words']:.1f}",
            f"{row['letters']:.1%}",
            str(row["rejected"]),
        ]
        print(f"| {' | '.join(cells)} |")
    pairs = report["pairs"]
    print(f"\nTo the experts' titles, {pairs['titles']} pairs:\n")
    print("| edits | untouched | the experts' own | distance | less by | ROUGE-L | more by |")
    print("|---|" + "---:|" * 6)
    for name, row in pairs.items():
        if name == "titles":
            continue
        value, gain, low, high = row["distance"]
        rouge, more, lower, higher = row["rougeL"]
        moved = name != "as they are"
        print(f"| {name} | {row['untouched']:.1%} | {row['same']} | {value:.3f} | "
              + (f"{-gain:.3f} ({-high:.3f} … {-low:.3f})" if moved else "–")
              + f" | {rouge:.3f} | "
              + (f"{more:.3f} ({lower:.3f} … {higher:.3f})" if moved else "–") + " |")  # fmt: skip


if __name__ == "__main__":
    main()
