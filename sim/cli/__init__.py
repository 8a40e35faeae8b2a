"""The command line: ``zhixing COMMAND``. Exit codes: 0 done, 1 failed, 2 bad input."""

import gc
import os
import signal
import sys
from concurrent.futures.process import BrokenProcessPool

import typer

from sim.cli.commands import Commands
from sim.cli.terminal import complain, give, speak_any_code_page
from sim.errors import BadInput, RunFailed
from sim.version import __version__

command_line = typer.Typer(
    name="zhixing",
    cls=Commands,
    help="A laboratory for administrative execution: why public bodies do not do what they "
    "decided, and which reform mends it.",
    invoke_without_command=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Examples of a command: zhixing COMMAND --help. To begin with: zhixing levers district.",
)


def _version(wanted: bool) -> None:
    if wanted:
        give(f"zhixing {__version__}")
        raise typer.Exit


@command_line.callback()
def _common(
    context: typer.Context,
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version and exit."
    ),
) -> None:
    """Options of ``zhixing`` itself; without a command, print the help."""
    if context.invoked_subcommand is None:
        give(context.get_help())


# Exit code that shells report for a program stopped by Ctrl-C.
STOPPED = 128 + signal.SIGINT


class Ended(BaseException):
    """The process received SIGTERM; as an exception, it lets workers be stopped first."""


def _end(signum: int, frame: object) -> None:
    raise Ended


def _check_words(words: list[str]) -> None:
    """Raise BadInput for words that are not in the system's encoding, such as odd file names.

    Results record the command, and could not contain them.
    """
    for word in words:
        try:
            word.encode()
        except UnicodeEncodeError:
            told = word.encode(errors="replace").decode()
            raise BadInput(
                f"“{told}”: this name has characters that cannot be read; give the file another "
                "name, of letters and digits"
            ) from None


# Python would visit all modules again and again while a command imports its own, for a third of a
# second. So objects are looked through after so many new ones, and fewer times all of them.
_NEW_OBJECTS = (100_000, 20, 20)
# Errors that end a command early, each with its message and exit code.
_KEPT = "what was finished is kept"
_ENDS: tuple[tuple[tuple[type[BaseException], ...], str, int], ...] = (
    ((BadInput,), "{}", 2),
    ((KeyboardInterrupt, typer.Abort), f"stopped; {_KEPT}", STOPPED),
    ((Ended,), f"ended; {_KEPT}", 128 + signal.SIGTERM),
    ((BrokenProcessPool,), f"a worker process died ({{}}); {_KEPT}", 1),
    ((RunFailed,), f"a run failed: {{}}; {_KEPT}", 1),
    ((MemoryError,), f"not enough memory; {_KEPT}", 1),
)


def main() -> None:
    """Run the command line; errors of the user are one line on stderr."""
    gc.freeze()
    gc.set_threshold(*_NEW_OBJECTS)
    speak_any_code_page()
    try:
        signal.signal(signal.SIGTERM, _end)
        _check_words(sys.argv)
        code = command_line(standalone_mode=False)
        if code == STOPPED:
            complain(f"stopped; {_KEPT}")
    except tuple(kind for kinds, _, _ in _ENDS for kind in kinds) as error:
        said, code = next((said, code) for kinds, said, code in _ENDS if isinstance(error, kinds))
        for text in error.each if isinstance(error, BadInput) else (error,):
            complain(said.format(text))
    except typer.TyperException as error:
        complain(error.format_message())
        code = error.exit_code
    except BrokenPipeError:
        # The program that reads our output through a pipe has ended, so nothing is printed.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except OSError as error:
        complain(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}")
        code = 1
    # Without this, Python's garbage collector would visit all modules once more, for half a second.
    gc.freeze()
    sys.exit(code if isinstance(code, int) else 0)
