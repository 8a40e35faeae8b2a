"""The command line: ``zhixing COMMAND``. Exit codes: 0 done, 1 failed, 2 bad input."""

import gc
import os
import signal
import sys
from concurrent.futures.process import BrokenProcessPool

import typer

from sim.cli import app as classroom
from sim.cli import (
    bundle,
    calibrate,
    describe,
    discover,
    effects,
    figures,
    options,
    panel,
    plan,
    reforms,
    spiral,
    stored,
    study,
    template,
    verify,
    worth,
)
from sim.cli.terminal import complain, give, speak_any_code_page
from sim.errors import BadInput
from sim.study.carry_out import RunFailed
from sim.version import __version__

app = typer.Typer(
    name="zhixing",
    help="A laboratory for administrative execution: why public bodies do not do what they "
    "decided, and which reform mends it.",
    invoke_without_command=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.command(cls=options.MaybeFile)(effects.levers)
app.command(cls=options.MaybeFile)(effects.run)
app.command(cls=options.MaybeFile)(effects.compare)
app.command(cls=options.MaybeFile)(spiral.spiral)
study.study.command("status", cls=options.MaybeFile)(stored.status)
study.study.command("effects", cls=options.MaybeFile)(stored.effects)
study.study.command("export", cls=options.MaybeFile)(stored.export)
app.add_typer(study.study, name="study")
app.command(cls=options.MaybeFile)(stored.sensitivity)
app.command(cls=options.MaybeFile)(discover.discover)
app.command(cls=options.MaybeFile)(worth.worth)
app.command()(figures.figures)
app.command()(bundle.bundle)
app.command()(verify.verify)
app.command()(calibrate.calibrate)
app.command(cls=options.MaybeFile)(reforms.reforms)
app.command(cls=options.MaybeFile)(plan.plan)
app.command()(panel.panel)
app.command("app")(classroom.app)
app.command()(describe.check)
app.command()(describe.scenarios)
app.command()(template.template)
app.command()(study.experiments)


def _version(wanted: bool) -> None:
    if wanted:
        give(f"zhixing {__version__}")
        raise typer.Exit


@app.callback()
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
            encoding = sys.getfilesystemencoding()
            raise BadInput(f"{word!a}: not {encoding} text; give the file another name") from None


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
    speak_any_code_page()
    try:
        signal.signal(signal.SIGTERM, _end)
        _check_words(sys.argv)
        code = app(standalone_mode=False)
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
