"""The command line. Thin: each command reads its options, calls the floors below, shows the result.

Exit codes: 0 all well; 1 done, and problems were found (violations, unsupported titles, rejects
with --strict); 2 the command could not be carried out, and says why; 130 interrupted.
"""

from __future__ import annotations

import sys

import typer

from titlewright import __version__
from titlewright.cli import checking, fitting, looking, making, training
from titlewright.cli.output import complain
from titlewright.errors import TitlewrightError

app = typer.Typer(
    name="titlewright",
    help="Product feeds in; titles that are true, allowed, found and worth a click out.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for module in (making, checking, looking, training, fitting):
    module.register(app)


@app.callback(invoke_without_command=True)
def _options(
    version: bool = typer.Option(False, "--version", help="Print the version and leave."),
) -> None:
    if version:
        print(f"titlewright {__version__}")
        raise typer.Exit


def main() -> None:
    """The console script: errors that we raise on purpose become a message and exit code 2."""
    try:
        app()
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
