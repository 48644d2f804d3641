"""Importing is quick: no heavy library is loaded before a command needs it."""

import subprocess
import sys

import pytest

import titlewright
from titlewright.cli import COMMANDS, build

HEAVY = ("torch", "transformers", "ray", "onnxruntime", "fastapi", "pyarrow", "numpy", "openai")


def loaded_after(code: str) -> set[str]:
    """The heavy modules that a fresh interpreter has loaded after running the code."""
    report = f"import sys; print('loaded:', *[m for m in {HEAVY!r} if m in sys.modules])"
    run = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        timeout=60,
    )
    return set(run.stdout.rpartition("loaded:")[2].split())


HELP = """
import sys
from titlewright.cli import main
sys.argv = ["titlewright", "--help"]
try:
    main()
except SystemExit as left:
    assert not left.code, left.code
"""


@pytest.mark.parametrize(
    "code",
    [
        "import titlewright",
        "from titlewright import *",
        "import titlewright.records, titlewright.errors, titlewright.settings",
        "import titlewright.grounding, titlewright.channels, titlewright.feeds",
        HELP,
    ],
    ids=["package", "public names", "floor 0", "floor 2", "help"],
)
def test_nothing_heavy_is_loaded(code):
    assert loaded_after(code) == set()


def test_the_help_names_the_commands():
    run = subprocess.run(
        [sys.executable, "-c", HELP],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        timeout=60,
    )
    for command in ("title", "generate", "check", "verify", "inspect", "channels", "explain"):
        assert command in run.stdout


@pytest.mark.parametrize("name", titlewright.__all__)
def test_every_public_name_resolves(name):
    assert getattr(titlewright, name) is not None


def test_public_names_are_listed_once_and_sorted():
    assert list(titlewright.__all__) == sorted(set(titlewright.__all__))


def test_an_unknown_name_is_an_attribute_error_that_names_it():
    with pytest.raises(AttributeError, match="'titlewright' has no attribute 'generat'"):
        _ = titlewright.generat


def test_a_public_name_works_as_imported():
    grounding = titlewright.ground(titlewright.Product(id="1", description="A red mug"), "Red mug")
    assert grounding.supported


@pytest.mark.parametrize("module", COMMANDS)
def test_a_command_is_built_without_the_others(module):
    for command in COMMANDS[module]:
        app = build(command)
        registered = {one.name for one in (*app.registered_commands, *app.registered_groups)}
        assert registered == set(COMMANDS[module])
