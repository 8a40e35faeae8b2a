"""The command line: ``zhixing COMMAND``. Exit codes: 0 done, 1 failed, 2 bad input."""

import gc
import inspect
import os
import signal
import sys
from collections.abc import Callable
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
from sim.cli.help import ABOUT, examples
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
    epilog="Examples of a command: zhixing COMMAND --help. To begin with: zhixing levers district.",
)


def _add(words: str, command: Callable[..., None], to: typer.Typer = app) -> None:
    """Add a command by the words that call it, with its line in lists and its examples."""
    of_file = "posterior" in inspect.signature(command).parameters and words != "app"
    to.command(
        words.split()[-1],
        cls=options.MaybeFile if of_file else None,
        short_help=ABOUT[words].line,
        epilog=examples(words),
    )(command)


_add("levers", effects.levers)
_add("run", effects.run)
_add("compare", effects.compare)
_add("spiral", spiral.spiral)
_add("study run", study.run, study.study)
_add("study status", stored.status, study.study)
_add("study effects", stored.effects, study.study)
_add("study export", stored.export, study.study)
app.add_typer(study.study, name="study", short_help=ABOUT["study"].line, epilog=examples("study"))
_add("sensitivity", stored.sensitivity)
_add("discover", discover.discover)
_add("worth", worth.worth)
_add("figures", figures.figures)
_add("bundle", bundle.bundle)
_add("verify", verify.verify)
_add("calibrate", calibrate.calibrate)
_add("reforms", reforms.reforms)
_add("plan", plan.plan)
_add("panel", panel.panel)
_add("app", classroom.app)
_add("check", describe.check)
_add("scenarios", describe.scenarios)
_add("template", template.template)
_add("experiments", study.experiments)


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
            told = word.encode(errors="replace").decode()
            raise BadInput(
                f"“{told}”: this name has characters that cannot be read; give the file another "
                "name, of letters and digits"
            ) from None


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
