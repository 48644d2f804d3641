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
from typing import TYPE_CHECKING, Any

from titlewright.examples import example_products
from titlewright.records import Hints, Product

if TYPE_CHECKING:
    from titlewright.generators import Generator
    from titlewright.generators.compact.reading import Reading
    from titlewright.generators.writing.search import Engine

CANDIDATES = 5
Write = Callable[[Sequence[Product]], list[list[str]]]
CONTESTANTS: dict[str, Callable[[int], Write]] = {}


def contestant(name: str) -> Callable[[Callable[[int], Write]], Callable[[int], Write]]:
    """Enter a function from a number of threads to what writes titles."""

    def enter(open_: Callable[[int], Write]) -> Callable[[int], Write]:
        CONTESTANTS[name] = open_
        return open_

    return enter


def texts_of(generator: Generator) -> Write:
    return lambda products: [
        [candidate.text for candidate in made]
        for made in generator.generate(products, n=CANDIDATES)
    ]


@contestant("template")
def template(threads: int) -> Write:  # noqa: ARG001 - it has one
    from titlewright.generators import create

    return texts_of(create("template"))


@contestant("compact, as shipped (ONNX Runtime int8)")
def compact(threads: int) -> Write:
    from titlewright.generators.compact.generator import SHIPPED, CompactGenerator
    from titlewright.generators.compact.runtime import OnnxEngine

    generator = CompactGenerator()
    engine = OnnxEngine(SHIPPED / "reader.onnx", SHIPPED / "writer.onnx", threads=threads)
    generator.use(Counting(engine, generator.size))
    return texts_of(generator)


@contestant("compact, the same weights in PyTorch (float32)")
def compact_in_torch(threads: int) -> Write:
    """There is no Transformers class for it: its own layers, keys and values kept, one search."""
    import torch

    torch.set_num_threads(threads)
    from titlewright.generators.compact.generator import SHIPPED
    from titlewright.generators.compact.torch_engine import in_torch

    return texts_of(in_torch(SHIPPED))


@contestant("SmolLM2, CTranslate2 int8")
def smollm_ctranslate(threads: int) -> Write:
    """As `--generator smollm` serves it: a beam, then branches until five differ."""
    from titlewright.generators.huggingface.ctranslate import CTranslateGenerator
    from titlewright.generators.smollm import converted

    return texts_of(CTranslateGenerator.load(converted(), threads=threads))


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
        read = [generator.read(product, Hints()) for product in products]
        found = generator.writer.beam([Ask(tuple(one.ids)) for one in read if one])
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


class Counting:
    """A compact model's engine that counts the multiply-adds of its weight matrices."""

    done = 0

    def __init__(self, engine: Engine, size: dict[str, int]) -> None:
        self._engine = engine
        width, layers = size["width"], size["writer_layers"]
        reading = size["reader_layers"] * (4 * width**2 + 2 * width * size["reader_inner"])
        self._a_piece = reading + layers * 2 * width**2
        self._a_unit = 3 * width**2
        a_layer = 6 * width**2 + 2 * width * size["writer_inner"]
        self._a_step = layers * a_layer + width**2 + width * size["vocabulary"]

    def read(self, readings: Sequence[Reading]) -> Any:
        pieces = len(readings) * max(len(reading.pieces) for reading in readings)
        units = len(readings) * max(len(reading.starts) for reading in readings)
        Counting.done += pieces * self._a_piece + units * self._a_unit
        return self._engine.read(readings)

    def step(self, memory: Any, previous: Any, *rest: Any) -> Any:
        Counting.done += previous.size * self._a_step
        return self._engine.step(memory, previous, *rest)

    def reorder(self, memory: Any, lanes: Any) -> None:
        self._engine.reorder(memory, lanes)


def peak(threads: int, *, rows: int = 512, width: int = 1024, times: int = 30) -> float:
    """Multiply-adds a second of ONNX Runtime's int8 matrix product, at its best of several."""
    import numpy as np
    import onnx
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    weights = np.random.default_rng(0).integers(-127, 127, (width, width), np.int8)
    node = helper.make_node("MatMulInteger", ["a", "b"], ["c"])
    graph = helper.make_graph(
        [node], "peak",
        [helper.make_tensor_value_info("a", TensorProto.UINT8, [rows, width])],
        [helper.make_tensor_value_info("c", TensorProto.INT32, [rows, width])],
        [numpy_helper.from_array(weights, "b")],
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(
        onnx.ModelProto.SerializeToString(model), options, providers=["CPUExecutionProvider"]
    )
    given = {"a": np.ones((rows, width), np.uint8)}
    best = float("inf")
    for _ in range(times):
        began = time.perf_counter()
        session.run(None, given)
        best = min(best, time.perf_counter() - began)
    return rows * width * width / best


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a contestant: seconds, titles written, its largest memory so far, and the
    multiply-adds where they are counted."""

    seconds: float
    titles: int
    megabytes: float
    work: int


def work(name: str, threads: int, line: Connection) -> None:
    """The process of one contestant: opens it, then writes what it is sent until None comes."""
    os.environ["OMP_NUM_THREADS"] = str(threads)
    began = time.perf_counter()
    write = CONTESTANTS[name](threads)
    line.send(time.perf_counter() - began)
    while (products := line.recv()) is not None:
        before = Counting.done
        began = time.perf_counter()
        titles = write(products)
        seconds = time.perf_counter() - began
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        line.send(
            Turn(
                seconds, sum(map(len, titles)),
                memory / (1e6 if sys.platform == "darwin" else 1e3), Counting.done - before,
            )
        )  # fmt: skip
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
    parser.add_argument("--show", action="store_true", help="print what was measured last")
    options = parser.parse_args()
    if options.show:
        show(json.loads(options.out.read_text(encoding="utf-8")))
        return
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
    limit = peak(options.threads)
    rows = []
    for name, process in processes.items():
        worked = sum(turn.work for turn in process.turns)
        share = worked / sum(turn.seconds for turn in process.turns) / limit
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
                "share_of_int8_peak": round(share, 3) if worked else None,
            }
        )
        process.close()
    about = {
        "int8_peak_gigaops": round(2 * limit / 1e9),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "threads": options.threads,
        "rounds": options.rounds,
        "products": options.products,
    }
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps({**about, "contestants": rows}, indent=1) + "\n")
    show(json.loads(options.out.read_text(encoding="utf-8")))


def show(report: dict[str, Any]) -> None:
    print("| generator | titles/s | lowest | highest | titles a product | MB | opens in s "
          "| of int8 peak |")  # fmt: skip
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for row in report["contestants"]:
        print("| " + " | ".join("–" if one is None else str(one) for one in row.values()) + " |")
    print(f"\n{report['machine']}; int8 peak of ONNX Runtime there: {report['int8_peak_gigaops']} "
          "giga-operations a second")  # fmt: skip


if __name__ == "__main__":
    main()
