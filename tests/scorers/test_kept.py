"""Saved scorers: other kinds, readers, features and broken files are refused by name."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from titlewright import scorers
from titlewright.errors import GeneratorError
from titlewright.generators.compact import embedding
from titlewright.scorers.appeal.model import SHIPPED as APPEAL
from titlewright.scorers.appeal.model import AppealModel
from titlewright.scorers.appeal.scorer import AppealScorer
from titlewright.scorers.kept import opened, write_about
from titlewright.scorers.relevance.model import SHIPPED as RELEVANCE
from titlewright.scorers.relevance.model import RelevanceModel


def test_what_was_written_is_read(tmp_path: Path) -> None:
    write_about(tmp_path, "appeal", ("a", "b"), typical=0.5)
    with opened(tmp_path, "appeal", ("a", "b")) as about:
        assert about["typical"] == 0.5


def test_other_features_and_another_reader_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_about(tmp_path, "appeal", ("a", "b"))
    with (
        pytest.raises(GeneratorError, match=r"Learn it anew: titlewright\.scorers\.appeal"),
        opened(tmp_path, "appeal", ("a", "c")),
    ):
        pass
    monkeypatch.setattr(embedding, "version", lambda: "another")
    with (
        pytest.raises(GeneratorError, match="another version of the reader"),
        opened(tmp_path, "appeal", ("a", "b")),
    ):
        pass


def test_no_folder_and_another_kind_are_named(tmp_path: Path) -> None:
    with pytest.raises(GeneratorError, match="There is no folder"):
        AppealModel.load(tmp_path / "none")
    with pytest.raises(GeneratorError, match="'appeal', which doesn't judge relevance"):
        RelevanceModel.load(APPEAL)


@pytest.mark.parametrize(("model", "shipped"), [(AppealModel, APPEAL), (RelevanceModel, RELEVANCE)])
def test_a_model_that_isnt_whole_is_refused(
    model: type[AppealModel] | type[RelevanceModel], shipped: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(shipped, tmp_path / "copy")
    weights = folder / "weights.npz"
    weights.write_bytes(weights.read_bytes()[:100])
    with pytest.raises(GeneratorError, match="is no whole"):
        model.load(folder)
    weights.unlink()
    with pytest.raises(GeneratorError, match="is no whole"):
        model.load(folder)


def test_a_saved_appeal_model_opens_as_any_judge() -> None:
    assert scorers.judges(APPEAL)
    assert isinstance(scorers.create(APPEAL), AppealScorer)
