"""Checkpoints on disk: whole or not at all, one process a folder, broken ones named."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch

from titlewright.errors import ResumeError, TrainingError
from titlewright.neural import checkpoints

WEIGHTS = {"a": torch.arange(6.0).view(2, 3), "b": torch.tensor([1, 2])}
TENSORS = {"random.cpu": torch.get_rng_state()}


def test_written_and_read(tmp_path: Path) -> None:
    state = {"progress": {"loss": 0.1 + 0.2}, "best": None}
    checkpoints.write(tmp_path, WEIGHTS, TENSORS, state)
    newest = checkpoints.newest(tmp_path)
    assert newest is not None
    weights, tensors, found = checkpoints.read(newest)
    assert found == state
    assert all(torch.equal(weights[name], WEIGHTS[name]) for name in WEIGHTS)
    assert torch.equal(tensors["random.cpu"], TENSORS["random.cpu"])


def test_only_the_newest_and_the_best_that_it_names_stay(tmp_path: Path) -> None:
    first = checkpoints.write_best(tmp_path, 10, WEIGHTS)
    checkpoints.write(tmp_path, WEIGHTS, TENSORS, {"best": first})
    second = checkpoints.write_best(tmp_path, 20, WEIGHTS)
    assert (tmp_path / first).exists()  # the checkpoint still names it: a kill now loses nothing
    checkpoints.write(tmp_path, WEIGHTS, TENSORS, {"best": second})
    assert sorted(path.name for path in tmp_path.iterdir()) == [second, "checkpoint-000002"]


def test_a_kill_in_the_midst_of_writing_leaves_the_one_before(tmp_path: Path) -> None:
    checkpoints.write(tmp_path, WEIGHTS, TENSORS, {"best": None, "step": 1})
    part = tmp_path / "checkpoint.part"  # what such a kill leaves behind
    part.mkdir()
    (part / "weights.safetensors").write_bytes(b"half")
    newest = checkpoints.newest(tmp_path)
    assert newest is not None
    assert checkpoints.read(newest)[2]["step"] == 1
    checkpoints.write(tmp_path, WEIGHTS, TENSORS, {"best": None, "step": 2})
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint-000002"]


def test_a_full_disk_keeps_the_checkpoint_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoints.write(tmp_path, WEIGHTS, TENSORS, {"best": None})

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoints, "save_file", full)
    with pytest.raises(TrainingError, match="Make room and go on with --resume"):
        checkpoints.write(tmp_path, WEIGHTS, TENSORS, {"best": None})
    with pytest.raises(TrainingError, match="No space left"):
        checkpoints.write_best(tmp_path, 3, WEIGHTS)
    newest = checkpoints.newest(tmp_path)
    assert newest is not None
    assert checkpoints.read(newest)[2] == {"best": None}


def test_shared_and_strided_tensors_are_kept(tmp_path: Path) -> None:
    whole = torch.arange(12.0).view(3, 4)
    name = checkpoints.write_best(tmp_path, 1, {"one": whole.t(), "two": whole[1], "all": whole})
    found = checkpoints.read_best(tmp_path, name)
    assert torch.equal(found["one"], whole.t())
    assert torch.equal(found["two"], whole[1])


def test_best_weights_that_are_gone_are_named(tmp_path: Path) -> None:
    with pytest.raises(ResumeError, match="best-00000007"):
        checkpoints.read_best(tmp_path, "best-00000007.safetensors")


def test_one_process_at_a_time(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from titlewright.neural import checkpoints\n"
        "with checkpoints.claimed(pathlib.Path(sys.argv[1])):\n"
        "    print('mine', flush=True); sys.stdin.read()"
    )
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code, tmp_path], stdin=pipe, stdout=pipe) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == b"mine\n"
        with pytest.raises(ResumeError, match="Another process"), checkpoints.claimed(tmp_path):
            pass
        other.stdin.close()
    with checkpoints.claimed(tmp_path):
        pass


def test_a_folder_that_cant_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(TrainingError, match="can't be written"),
        checkpoints.claimed(tmp_path / "file" / "run"),
    ):
        pass


def test_discarding_leaves_the_logs(tmp_path: Path) -> None:
    best = checkpoints.write_best(tmp_path, 1, WEIGHTS)
    checkpoints.write(tmp_path, WEIGHTS, TENSORS, {"best": best})
    (tmp_path / "metrics.jsonl").write_text("{}\n")
    checkpoints.discard(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["metrics.jsonl"]


def test_an_optimizer_goes_on_exactly() -> None:
    def start() -> tuple[torch.nn.Linear, torch.optim.AdamW]:
        torch.manual_seed(0)
        model = torch.nn.Linear(3, 2)
        return model, torch.optim.AdamW(model.parameters(), lr=0.1, fused=True)

    def step(model: torch.nn.Linear, optimizer: torch.optim.AdamW) -> None:
        optimizer.zero_grad()
        model(torch.ones(3)).square().sum().backward()
        optimizer.step()

    model, optimizer = start()
    for _ in range(3):
        step(model, optimizer)
    saved = {name: value.clone() for name, value in checkpoints.flatten(optimizer).items()}
    other, fresh = start()
    other.load_state_dict(model.state_dict())
    checkpoints.unflatten(fresh, saved)
    step(model, optimizer)
    step(other, fresh)
    assert torch.equal(model.weight, other.weight)
