"""Titles a second at five candidates, of generators side by side in one run.

Each contestant works in a process of its own, so that memory and threads are its own. They take
turns, product after product batch, and the median over the rounds counts: what else the machine
does in the meantime slows them all alike. The first turn of each is not counted.

A contestant is a function that returns a function from products to titles, put in CONTESTANTS by
the decorator. Present titles are taken out of the products: the generators have to write.

    python benchmarks/speed.py --rounds 7 --products 8 --threads 2
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from http.client import HTTPConnection
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from titlewright.examples import example_products
from titlewright.records import Hints, Product

CANDIDATES = 5
Write = Callable[[Sequence[Product]], list[list[str]]]
CONTESTANTS: dict[str, Callable[[int], Write]] = {}


def contestant(name: str) -> Callable[[Callable[[int], Write]], Callable[[int], Write]]:
    """Enter a function from a number of threads to what writes titles."""

    def enter(open_: Callable[[int], Write]) -> Callable[[int], Write]:
        CONTESTANTS[name] = open_
        return open_

    return enter


@contestant("template")
def template(threads: int) -> Write:  # noqa: ARG001 - it has one
    from titlewright.generators import create

    generator = create("template")
    return lambda products: [
        [candidate.text for candidate in made]
        for made in generator.generate(products, n=CANDIDATES)
    ]


@contestant("SmolLM2, CTranslate2 int8")
def smollm_ctranslate(threads: int) -> Write:
    """As `--generator smollm` serves it: a beam, then branches until five differ."""
    from titlewright.generators.huggingface.ctranslate import CTranslateGenerator
    from titlewright.generators.smollm import converted

    generator = CTranslateGenerator.load(converted(), threads=threads)
    return lambda products: [
        [candidate.text for candidate in made]
        for made in generator.generate(products, n=CANDIDATES)
    ]


@contestant("SmolLM2, CTranslate2 int8, the beam alone")
def smollm_ctranslate_beam(threads: int) -> Write:
    from titlewright.generators.huggingface.ctranslate import CTranslateGenerator
    from titlewright.generators.smollm import converted

    return beam_alone(CTranslateGenerator.load(converted(), threads=threads))


@contestant("SmolLM2, Transformers generate, the beam alone")
def smollm_transformers_beam(threads: int) -> Write:
    """The same weights, prompts and beam in PyTorch (float32), as batches."""
    import torch

    torch.set_num_threads(threads)
    from titlewright.generators.huggingface.generator import HuggingFaceGenerator

    return beam_alone(HuggingFaceGenerator.from_checkpoint("smollm"))


def beam_alone(generator: Any) -> Write:
    """The titles of one beam of five, alike or not: the same work for every way to run it."""
    from titlewright.generators.huggingface.prompted import Ask

    generator.writer.decoding = replace(generator.decoding, beams=CANDIDATES)

    def write(products: Sequence[Product]) -> list[list[str]]:
        ids = [generator.prompt_ids(product, Hints()) for product in products]
        found = generator.writer.beam([Ask(tuple(one)) for one in ids if one])
        return [[generator.tokens.text(list(one.ids)) for one in beam] for beam in found]

    return write


@contestant("SmolLM2, llama.cpp server (Q4_1), five samples")
def smollm_llama_cpp(threads: int) -> Write:
    """The packaged weights behind llama.cpp's OpenAI-compatible server, asked over loopback.

    It has no beam search, so the titles are sampled, a request each, as clients of such servers
    do; its prompt cache spares it from reading the product five times.
    """
    import xllamacpp

    from titlewright.generators.huggingface.prompts import SYSTEM, prompt
    from titlewright.generators.smollm import packaged_weights

    settings = xllamacpp.CommonParams()
    settings.model.path = str(packaged_weights())
    settings.n_ctx = 4096
    settings.n_parallel = threads
    settings.n_gpu_layers = 0
    settings.cpuparams.n_threads = settings.cpuparams_batch.n_threads = threads
    settings.port = 0
    settings.verbosity = 0
    server = xllamacpp.Server(settings)
    host, _, port = server.listening_address.removeprefix("http://").rpartition(":")

    def ask(job: tuple[str, int]) -> str:
        text, seed = job
        body = {
            "messages": [
                {"role": "system", "content": SYSTEM},
                {"role": "user", "content": text},
            ],
            "max_tokens": 64, "temperature": 0.8, "seed": seed, "stop": ["\n"],
        }  # fmt: skip
        connection = HTTPConnection(host, int(port), timeout=300)
        connection.request(
            "POST", "/v1/chat/completions", json.dumps(body), {"Content-Type": "application/json"}
        )
        answer = json.loads(connection.getresponse().read())
        connection.close()
        return str(answer["choices"][0]["message"]["content"])

    def write(products: Sequence[Product]) -> list[list[str]]:
        texts = [made.text() for product in products if (made := prompt(product, Hints()))]
        jobs = [(text, seed) for text in texts for seed in range(CANDIDATES)]
        with ThreadPoolExecutor(threads) as pool:
            titles = list(pool.map(ask, jobs))
        return [titles[at : at + CANDIDATES] for at in range(0, len(titles), CANDIDATES)]

    write.server = server  # type: ignore[attr-defined] # it stops when it is forgotten
    return write


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a contestant: seconds, titles written, and its largest memory so far."""

    seconds: float
    titles: int
    megabytes: float


def work(name: str, threads: int, line: Connection) -> None:
    """The process of one contestant: opens it, then writes what it is sent until None comes."""
    os.environ["OMP_NUM_THREADS"] = str(threads)
    began = time.perf_counter()
    write = CONTESTANTS[name](threads)
    line.send(time.perf_counter() - began)
    while (products := line.recv()) is not None:
        began = time.perf_counter()
        titles = write(products)
        seconds = time.perf_counter() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        line.send(
            Turn(seconds, sum(map(len, titles)), peak / (1e6 if sys.platform == "darwin" else 1e3))
        )
    line.close()


class Process:
    """A contestant's process and the line to it."""

    def __init__(self, name: str, threads: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.line, end = context.Pipe()
        self.process = context.Process(target=work, args=(name, threads, end), daemon=True)
        self.process.start()
        end.close()
        self.opening = float(self.line.recv())
        self.turns: list[Turn] = []

    def turn(self, products: Sequence[Product]) -> Turn:
        self.line.send(products)
        return self.line.recv()

    def close(self) -> None:
        self.line.send(None)
        self.process.join(10)
        self.process.kill()


def marked(products: Sequence[Product], turn: str) -> list[Product]:
    """The products with something new in their text, so that nothing is remembered from before."""
    return [replace(one, description=f"{one.description} Listed in {turn}.") for one in products]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", help="names of contestants, by ';'; beginnings will do")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--products", type=int, default=8, help="in each turn")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results/speed.json"))
    options = parser.parse_args()
    begins = tuple(options.only.split(";")) if options.only else ("",)
    names = [name for name in CONTESTANTS if name.startswith(begins)]
    products = [replace(product, title="") for product in example_products()]
    products = [product for product in products if product.description]
    processes = {}
    for name in names:
        processes[name] = Process(name, options.threads)
        processes[name].turn(marked(products[-options.products :], "warm-up"))
        print(f"{name}: open in {processes[name].opening:.1f} s", file=sys.stderr)
    for number in range(options.rounds):
        start = number * options.products % len(products)
        chosen = marked((products + products)[start : start + options.products], f"turn {number}")
        for name in names:
            processes[name].turns.append(processes[name].turn(chosen))
    rows = []
    for name, process in processes.items():
        rates = [turn.titles / turn.seconds for turn in process.turns]
        rows.append(
            {
                "name": name,
                "titles_per_second": round(statistics.median(rates), 2),
                "lowest": round(min(rates), 2),
                "highest": round(max(rates), 2),
                "titles_per_product": round(
                    sum(turn.titles for turn in process.turns) / options.products / options.rounds,
                    2,
                ),
                "megabytes": round(max(turn.megabytes for turn in process.turns)),
                "opening_seconds": round(process.opening, 1),
            }
        )
        process.close()
    about = {"machine": f"{platform.machine()}, {os.cpu_count()} cores", "threads": options.threads,
             "rounds": options.rounds, "products": options.products}  # fmt: skip
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps({**about, "contestants": rows}, indent=1) + "\n")
    print("| generator | titles/s | lowest | highest | titles a product | MB | opens in s |")
    print("|---|---|---|---|---|---|---|")
    for row in rows:
        print("| " + " | ".join(map(str, row.values())) + " |")


if __name__ == "__main__":
    main()
