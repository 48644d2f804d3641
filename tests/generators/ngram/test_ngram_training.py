from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from titlewright.errors import GeneratorError, TrainingError
from titlewright.generators import Step, create, start
from titlewright.generators.ngram.generator import NgramGenerator
from titlewright.generators.saved import save_whole
from titlewright.records import Example, Hints, Product


def fitted(examples: list[Example], **how: Any) -> tuple[NgramGenerator, list[Step], Any]:
    model, steps = how.pop("model", None) or NgramGenerator.start(), []
    with TemporaryDirectory() as folder:
        report = model.fit(
            examples, dev=how.get("dev", []), settings=model.recommended, folder=Path(folder),
            on_step=steps.append,
        )  # fmt: skip
    return model, steps, report


def test_it_learns_how_a_shop_writes(trained: NgramGenerator, examples: list[Example]) -> None:
    made = trained.generate([example.product for example in examples[50:]], n=3)
    best = [titles[0].text for titles in made]
    assert best == [example.title for example in examples[50:]]
    assert all(title.log_probability is not None for titles in made for title in titles)


def test_the_report_tells_what_was_done(examples: list[Example]) -> None:
    _, steps, report = fitted(examples[:50], dev=examples[50:])
    assert (report.examples, report.epochs, report.steps) == (50, 1.0, len(steps))
    assert [step.step for step in steps] == list(range(1, len(steps) + 1))
    assert steps[-1].dev == report.dev
    assert 0 < report.dev["loss"] < 1
    assert steps[-1].used == 1


def test_what_is_saved_is_loaded(
    trained: NgramGenerator, examples: list[Example], tmp_path: Path
) -> None:
    save_whole(trained, tmp_path)
    products = [example.product for example in examples[45:]]
    assert create(str(tmp_path)).generate(products, n=4) == trained.generate(products, n=4)


def test_more_can_be_counted_later(examples: list[Example], tmp_path: Path) -> None:
    first, _, _ = fitted(examples[:30])
    save_whole(first, tmp_path)
    model = start(str(tmp_path))
    assert isinstance(model, NgramGenerator)
    more, _, _ = fitted(examples[30:50], model=model)
    assert more.model.rates.examples == 50
    assert "aurelia" in more.model.language.index


def test_a_model_without_its_titles_writes_but_learns_no_more(
    trained: NgramGenerator, tmp_path: Path
) -> None:
    save_whole(trained, tmp_path)
    (tmp_path / "titles.json.gz").unlink()
    create(str(tmp_path))
    with pytest.raises(GeneratorError, match="Train the model anew"):
        start(str(tmp_path))


@pytest.mark.parametrize("file", ["language.npz", "copying.json.gz", "words.txt"])
def test_a_broken_folder_is_named(trained: NgramGenerator, tmp_path: Path, file: str) -> None:
    save_whole(trained, tmp_path)
    (tmp_path / file).write_bytes(b"PK\x03\x04 broken \xff")
    with pytest.raises(GeneratorError, match="can't be read"):
        create(str(tmp_path))


def test_without_titles_nothing_is_learnt() -> None:
    with pytest.raises(TrainingError, match="titles"):
        fitted([Example(Product(id="1", brand="A"), " ")])
    with pytest.raises(GeneratorError, match="Train it"):
        NgramGenerator.start().generate([], n=1)
    with pytest.raises(GeneratorError, match="leave --lora out"):
        NgramGenerator.start(lora=True)


def test_hints_are_followed(trained: NgramGenerator, examples: list[Example]) -> None:
    product = examples[52].product
    wished = Hints(prefer=("pieces",), avoid=("wool", "cotton"), max_length=30)
    (titles,) = trained.generate([product], n=4, hints=[wished])
    assert titles
    for title in titles:
        assert len(title.text) <= 30
        assert not {"wool", "cotton"} & set(title.text.lower().split())
    assert "pieces" in titles[0].text.lower()


def test_train_works_from_the_command_line(
    titlewright: Callable[..., Any], examples: list[Example], tmp_path: Path
) -> None:
    feed, folder = tmp_path / "feed.jsonl", tmp_path / "model"
    rows = [example.product.to_json() | {"title": example.title} for example in examples]
    feed.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    ran = titlewright("train", feed, "--family", "ngram", "-o", folder)
    assert ran.code == 0, ran.err
    assert "nothing" not in ran.err
    assert create(str(folder)).name == "ngram"


def test_no_part_of_the_family_imports_torch() -> None:
    code = (
        "import sys, titlewright.generators.ngram.generator, titlewright.scorers.fluency, "
        "titlewright.training.runs; print(*sorted({'torch', 'transformers'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""
