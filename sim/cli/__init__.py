"""The command line: ``zhixing COMMAND``. Exit codes: 0 done, 1 failed, 2 bad input."""

import os
import signal
import sys

import typer

from sim.cli import describe, effects
from sim.cli.terminal import complain
from sim.errors import BadInput
from sim.version import __version__

app = typer.Typer(
    name="zhixing",
    help="A laboratory for administrative execution: why public bodies do not do what they "
    "decided, and which reform mends it.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.command()(effects.levers)
app.command()(effects.run)
app.command()(effects.compare)
app.command()(describe.check)
app.command()(describe.scenarios)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"zhixing {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version and exit."
    ),
) -> None:
    """Options that hold for no one command."""


def main() -> None:
    """Run the command line; what a user did wrong is one line on stderr."""
    try:
        code = app(standalone_mode=False)
    except BadInput as error:
        complain(str(error))
        code = 2
    except typer.TyperException as error:
        complain(error.format_message())
        code = error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        complain("stopped; what was finished is kept")
        code = 128 + signal.SIGINT
    except BrokenPipeError:
        # The reader of a pipe left; nobody is there to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    sys.exit(code if isinstance(code, int) else 0)
