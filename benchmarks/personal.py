"""What do personal titles gain over pooled ones, and what do they cost where audiences are alike?

    python benchmarks/personal.py [--seeds 20]
    python benchmarks/personal.py --show          what was measured last, as Markdown

Simulated shoppers of three segments (50, 30 and 20 % of the traffic), 10 products with three titles
each; a typical click rate is 5 %, titles differ by a standard deviation of 0.3 in log odds for
everybody, and by `apart` more for each segment, drawn anew for each seed. 30 days of 150 visits a
product; policies decide anew every day. Pooled is the same policy without segments; both begin with
nothing. The oracle knows each segment's best title. Gain is that of all clicks over the 30 days,
with 95 % intervals over seeds (Student's t).
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from titlewright.learning.personal import Personal
from titlewright.learning.records import Audience, Event, Title
from titlewright.learning.replay.summary import over_seeds

RESULTS = Path(__file__).parent / "results" / "personal.json"
SEGMENTS = {"mobile": 0.5, "returning": 0.3, "gifts": 0.2}
APART = (0.0, 0.3, 0.6)
PRODUCTS, TITLES, DAYS, VISITS = 10, 3, 30, 150


def simulate(seed: int, apart: float) -> dict[str, float]:
    """Expected clicks of each policy, the same shoppers coming to both."""
    rng = np.random.default_rng(seed)
    liking = rng.normal(0, 0.3, (PRODUCTS, TITLES))
    own = rng.normal(0, apart, (len(SEGMENTS), PRODUCTS, TITLES))
    rates = 1 / (1 + np.exp(3.0 - liking - own))  # [segments, products, titles]
    visits = rng.multinomial(VISITS, list(SEGMENTS.values()), (DAYS, PRODUCTS))
    told = {
        "personal": _clicks(Personal(), rates, visits, np.random.default_rng(seed)),
        "pooled": _clicks(Personal(smallest=10**9), rates, visits, np.random.default_rng(seed)),
        "even": float((visits.sum(0).T * rates.mean(2)).sum()),
        "oracle": float((visits.sum(0).T * rates.max(2)).sum()),
    }
    print(seed, apart, told, flush=True)
    return told


def _clicks(policy: Personal, rates: Any, visits: Any, rng: np.random.Generator) -> float:
    titles = [[Title(f"t{one}", f"p{product}", "") for one in range(TITLES)]
              for product in range(PRODUCTS)]  # fmt: skip
    expected = 0.0
    for day in range(DAYS):
        events: list[Event] = []
        for product, some in enumerate(titles):
            for place, segment in enumerate(SEGMENTS):
                shares = policy.propensities(some, Audience(segments=(segment,)), rng)
                shown = rng.multinomial(visits[day, product, place], shares)
                chances = rates[place, product]
                expected += float(shown @ chances)
                for title, times, chance in zip(some, shown, chances, strict=True):
                    clicked = rng.binomial(times, chance)
                    for number in range(times):
                        name = f"{day} {product} {segment} {title.id} {number}"
                        events.append(Event(
                            name, "impression", day, title.product_id, title.id,
                            who=f"{segment} {rng.integers(1000)}", segments=(segment,),
                        ))  # fmt: skip
                        if number < clicked:
                            events.append(Event(f"c {name}", "click", day, title.product_id,
                                                title.id, impression=name))  # fmt: skip
        policy.update(events)
    return expected


def measure(seeds: int) -> dict[str, Any]:
    report: dict[str, Any] = {"seeds": seeds, "apart": {}}
    for apart in APART:
        runs = [simulate(seed, apart) for seed in range(seeds)]
        report["apart"][str(apart)] = {
            f"{one}_over_{other}": over_seeds(np.array([run[one] / run[other] - 1 for run in runs]))
            for one, other in (("personal", "pooled"), ("pooled", "even"), ("personal", "even"),
                               ("oracle", "even"))
        }  # fmt: skip
    return report


def show(report: dict[str, Any]) -> None:
    print(f"Simulated, {report['seeds']} seeds\n")
    print("| segments apart by | personal over pooled | pooled over even | personal over even | "
          "oracle over even |")  # fmt: skip
    print("|---:|---:|---:|---:|---:|")
    for apart, row in report["apart"].items():
        cells = [f"{one['mean']:+.1%} ({one['low']:+.1%} … {one['high']:+.1%})"
                 for one in row.values()]  # fmt: skip
        print(f"| {apart} | " + " | ".join(cells) + " |")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    if not options.show:
        report = measure(options.seeds)
        RESULTS.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    show(json.loads(RESULTS.read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
