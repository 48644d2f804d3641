"""Takes the LoRA adapter of a trained SmolLM2 into the package, in bfloat16.

python benchmarks/datasets.py --out TRAIN --split train --most 1600
titlewright prepare TRAIN/*.jsonl -o PREPARED --test 0 --dev 0.004
titlewright train PREPARED --from smollm --lora -o MODEL --steps 160 --threads 1
python scripts/ship_adapter.py MODEL
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from titlewright.generators.smollm import ADAPTER


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("model", type=Path, help="what `titlewright train --lora` wrote")
    source = parser.parse_args().model / "adapter"
    ADAPTER.mkdir(exist_ok=True)
    weights = load_file(source / "adapter_model.safetensors")
    halves = {name: weight.to(torch.bfloat16) for name, weight in weights.items()}
    save_file(halves, ADAPTER / "adapter_model.safetensors", metadata={"format": "pt"})
    config = json.loads((source / "adapter_config.json").read_text(encoding="utf-8"))
    config["base_model_name_or_path"] = "HuggingFaceTB/SmolLM2-135M-Instruct"
    text = json.dumps(config, indent=1, sort_keys=True) + "\n"
    (ADAPTER / "adapter_config.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
