"""Errors travel: a worker process sends them home pickled."""

from __future__ import annotations

import pickle

import pytest

from titlewright import errors


@pytest.mark.parametrize(
    "error",
    [
        errors.MissingExtraError("torch", "train"),
        errors.RecordError("The title is empty.", field="title", advice="Fill it in."),
        errors.TrainingError("No examples."),
    ],
)
def test_an_error_survives_pickling(error: errors.TitlewrightError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)


def test_a_missing_extra_keeps_what_is_missing() -> None:
    again = pickle.loads(pickle.dumps(errors.MissingExtraError("torch", "train")))
    assert (again.package, again.extra) == ("torch", "train")
    assert "pip install 'titlewright[train]'" in str(again)


def test_the_tree_in_the_docstring_is_whole() -> None:
    assert errors.__doc__ is not None
    for name, value in vars(errors).items():
        if isinstance(value, type):
            assert issubclass(value, errors.TitlewrightError)
            assert name in errors.__doc__
