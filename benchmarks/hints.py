"""How well `generate` obeys what it is asked for: lengths, words to prefer, words to avoid.

The products are those of evaluation feeds (benchmarks/datasets.py), present titles taken out. What
is asked of each is chosen by a stable hash, so that a run can be repeated.

    python benchmarks/datasets.py --out FEEDS
    python benchmarks/hints.py --feeds FEEDS [--limit 100] [--generator compact]

length   the title is within each target (30, 60, 75, 80, 150), and at least 70 % of it where the
         product has enough to say: what the product backs of the seller's own title is that long
prefer   one word of the product's own text that the title without wishes doesn't hold, and that
         the grounder backs
avoid    one word that the title without wishes holds; counted wherever it stands, as a whole word
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import regex

from titlewright.channels import Channel, get_channel, length
from titlewright.evaluation.benchmark import read_products
from titlewright.evaluation.planted.splits import share_of
from titlewright.generators import create
from titlewright.grounding import Grounder
from titlewright.grounding.function_words import is_function_word
from titlewright.grounding.pruning import prune
from titlewright.pipeline import Pipeline
from titlewright.ranking import holds
from titlewright.records import Hints, Product, TitleResult
from titlewright.text.leak import without_title
from titlewright.text.words import Atom, atoms

TARGETS = (30, 60, 75, 80, 150)
NEAR = 0.7
ORDER = [
    *(f"length {target}, {what}" for target in TARGETS for what in ("within", "met")),
    "all lengths, met", "prefer", "avoid",
]  # fmt: skip
Report = dict[str, dict[str, dict[str, int]]]
RESULTS = Path(__file__).parent / "results" / "hints.json"


def words_of(product: Product) -> list[Atom]:
    """The product's content words, each once."""
    text = "\n".join((product.brand, *product.attributes.values(), product.description))
    found = {atom.norm: atom for atom in reversed(atoms(text)) if says_something(atom)}
    return list(reversed(found.values()))


def says_something(atom: Atom) -> bool:
    if is_function_word(atom.norm, "en") or not atom.text.isalpha():
        return False
    return len(atom.text) > (1 if atom.unspaced else 3)


def enough_to_say(product: Product, reference: str, channel: Channel) -> int:
    """How long a title the seller found to say of the product, what isn't backed taken out."""
    grounding, _ = prune(reference, Grounder(product, use_title=False))
    return length(channel, grounding.title)


class Asker:
    """Runs the pipeline on products, each with hints of its own."""

    def __init__(self, generator: str, channel: str) -> None:
        self.generator = create(generator)
        self.channel = get_channel(channel)

    def titles(self, products: Sequence[Product], hints: Sequence[Hints]) -> list[str]:
        """A title a product, "" for a reject. Products with the same hints go together."""
        found = [""] * len(products)
        for hint in dict.fromkeys(hints):
            places = [place for place, other in enumerate(hints) if other == hint]
            pipeline = Pipeline(self.generator, self.channel, hints=hint)
            for start in range(0, len(places), 64):
                some = places[start : start + 64]
                for place, result in zip(
                    some, pipeline.run([products[place] for place in some]), strict=True
                ):
                    if isinstance(result, TitleResult):
                        found[place] = result.title
        return found


def preferable(product: Product, title: str) -> str:
    """A word that the product backs and the title doesn't hold, or ""."""
    grounder = Grounder(product)
    words = [
        atom
        for atom in words_of(product)[:60]
        if not holds(title, atom.text) and grounder.ground(atom.text).supported
    ]
    return min(words, key=lambda a: share_of(f"{product.id}:{a.norm}")).text if words else ""


def avoidable(product: Product, title: str) -> str:
    """A content word of the title, or "" where it has fewer than three."""
    words = [atom for atom in atoms(title) if says_something(atom)]
    if len(words) < 3:
        return ""
    return min(words, key=lambda a: share_of(f"{product.id}:{a.norm}")).text


def holds_literally(title: str, word: str) -> bool:
    literal = regex.escape(word)
    pattern = literal if atoms(word)[0].unspaced else rf"(?<!\w){literal}(?!\w)"
    return regex.search(pattern, title, regex.IGNORECASE) is not None


def measure(
    asker: Asker, products: Sequence[Product], references: Sequence[str]
) -> Iterator[tuple[str, str, bool]]:
    """(what was asked, product id, whether it was obeyed)."""
    plain = asker.titles(products, [Hints()] * len(products))
    sayable = [
        enough_to_say(product, reference, asker.channel)
        for product, reference in zip(products, references, strict=True)
    ]
    for target in TARGETS:
        titles = asker.titles(products, [Hints(target_length=target)] * len(products))
        for product, title, enough in zip(products, titles, sayable, strict=True):
            if not title:
                continue
            long = length(asker.channel, title)
            yield f"length {target}, within", product.id, long <= target
            if enough >= target:
                near = long <= target and long >= NEAR * target
                yield f"length {target}, met", product.id, near
                yield "all lengths, met", product.id, near
    for name, choose in (("prefer", preferable), ("avoid", avoidable)):
        asked = [
            (product, word)
            for product, title in zip(products, plain, strict=True)
            if title and (word := choose(product, title))
        ]
        hints = [Hints(**{name: (word,)}) for _, word in asked]  # type: ignore[arg-type]
        titles = asker.titles([product for product, _ in asked], hints)
        for (product, word), title in zip(asked, titles, strict=True):
            if title:
                held = holds(title, word) if name == "prefer" else holds_literally(title, word)
                yield name, product.id, held == (name == "prefer")


def show(report: Report) -> None:
    """Sets down, wishes across."""
    sets = ["all", *sorted({name for row in report.values() for name in row} - {"all"})]
    print(f"| set | {' | '.join(report)} |")
    print("|---|" + "---:|" * len(report))
    for name in sets:
        cells = [row.get(name) for row in report.values()]
        shares = (f"{c['obeyed'] / c['asked']:.1%} of {c['asked']:,}" if c else "–" for c in cells)
        print(f"| {name} | {' | '.join(shares)} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--feeds", type=Path)
    parser.add_argument("--show", action="store_true", help="print what was measured last")
    parser.add_argument("--only", help="sets, by commas")
    parser.add_argument("--limit", type=int, default=100, help="products a set")
    parser.add_argument("--generator", default="compact")
    parser.add_argument("--channel", default="google")
    parser.add_argument("--failures", type=Path, help="write what was not obeyed here")
    options = parser.parse_args()
    if options.show:
        show(json.loads(RESULTS.read_text(encoding="utf-8"))["asked"])
        return
    if options.feeds is None:
        parser.error("say where benchmarks/datasets.py wrote the feeds: --feeds FOLDER")
    asker = Asker(options.generator, options.channel)
    rows: dict[str, dict[str, tuple[int, int]]] = {}
    failures = []
    for feed in sorted(options.feeds.glob("*.jsonl")):
        if options.only and feed.stem not in options.only.split(","):
            continue
        sellers = read_products(feed)
        if len(sellers) > options.limit:
            sellers = random.Random(0).sample(sellers, options.limit)
        products = [replace(without_title(product)[0], title="") for product in sellers]
        for name, identity, obeyed in measure(asker, products, [one.title for one in sellers]):
            row = rows.setdefault(name, {})
            for column in (feed.stem, "all"):
                done, total = row.get(column, (0, 0))
                row[column] = (done + obeyed, total + 1)
            if not obeyed:
                failures.append({"set": feed.stem, "asked": name, "id": identity})
    report = {
        name: {column: {"obeyed": done, "asked": total} for column, (done, total) in row.items()}
        for name, row in sorted(rows.items(), key=lambda item: ORDER.index(item[0]))
    }
    about = {"generator": options.generator, "channel": options.channel, "limit": options.limit}
    RESULTS.write_text(json.dumps({**about, "asked": report}, indent=1) + "\n", encoding="utf-8")
    show(report)
    if options.failures:
        lines = (json.dumps(failure, ensure_ascii=False) for failure in failures)
        options.failures.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
