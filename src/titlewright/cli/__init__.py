"""The command line. Thin: each command reads its options, calls the floors below, shows the result.

Exit codes: 0 all well; 1 done, and problems were found (violations, unsupported titles, rejects
with --strict); 2 the command could not be carried out, and says why; 130 interrupted.
"""

from __future__ import annotations

import gc
import sys
from importlib import import_module

import typer

from titlewright import __version__
from titlewright.cli.output import complain
from titlewright.errors import TitlewrightError

# Each module of this room with its commands, in the order of the help.
COMMANDS = {
    "making": ("title", "generate", "demo"),
    "optimizing": ("optimize",),
    "checking": ("check", "verify", "inspect", "channels"),
    "explaining": ("explain",),
    "looking": ("benchmark", "ledger", "approve", "rollback"),
    "reporting": ("report",),
    "training": ("prepare",),
    "fitting": ("pretrain", "train"),
    "comparing": ("compare",),
    "ranking": ("fit-ranking",),
    "experimenting": ("experiment",),
    "evaluating": ("evaluate-policy",),
    "wording": ("words",),
    "personal": ("personal",),
    "feedback": ("feedback", "forget"),
    "results": ("results",),
    "replaying": ("replay",),
}
# Word lists make hundreds of thousands of objects that stay: looking at them for cycles again and
# again was a tenth of the time in which one title is made.
_ALLOCATIONS = 200_000


def build(command: str = "") -> typer.Typer:
    """The application; where the command is known, without the modules of the others."""
    app = typer.Typer(
        name="titlewright",
        help="Product feeds in; titles that are true, allowed, found and worth a click out.",
        no_args_is_help=True,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(invoke_without_command=True)(_options)
    wanted = [module for module, commands in COMMANDS.items() if command in commands]
    for module in wanted or COMMANDS:
        import_module(f"titlewright.cli.{module}").register(app)
    return app


def _options(
    version: bool = typer.Option(False, "--version", help="Print the version and leave."),
) -> None:
    if version:
        print(f"titlewright {__version__}")
        raise typer.Exit


def main() -> None:
    """The console script: errors that we raise on purpose become a message and exit code 2."""
    gc.set_threshold(_ALLOCATIONS)
    try:
        build(*sys.argv[1:2])()
    except TitlewrightError as error:
        complain(str(error))
        sys.exit(2)
    except BrokenPipeError:  # the reader of our output left, as `| head` does
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:  # a full disk, a folder that is gone: what the system says is clear
        where = f"{error.filename}: " if error.filename else ""
        complain(f"{where}{error.strerror or error}. Check the path, the space and your rights.")
        sys.exit(2)
