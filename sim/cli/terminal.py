"""What is said on the terminal: results on stdout, everything else on stderr."""

import codecs
import sys
import time
from collections.abc import Iterable
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from sim.decision_rule import LOGIT, DecisionRule
from sim.input_file import UNSEEN
from sim.machine.compiled import CACHE, is_compiled, mark_compiled
from sim.world.plan import Plan
from sim.world.scenario import Scenario

# Narrowest page a table of effects fits on.
PAGE = 88
# Most characters of what went wrong, and those of its end, which says what was expected.
LONGEST, END = 1_000, 250
# Without a terminal, progress is a line each tenth of the way.
STEPS = 10

# How a character that the terminal has no code for is written.
_ESCAPED = "zhixing.escaped"


def _escaped(error: UnicodeError) -> tuple[str, int]:
    """Write such characters as TOML, JSON and Python do: nothing is lost, and JSON stays JSON."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4)), error.end


def speak_any_code_page() -> None:
    """Let a terminal of any encoding take any text, on stdout and stderr."""
    codecs.register_error(_ESCAPED, _escaped)
    for stream in (sys.stdout, sys.stderr):
        # What stands in for a terminal in a notebook or a test may know no encodings.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=_ESCAPED)


_errors = Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)


def page() -> Console:
    """Where results are printed; never narrower than a table needs."""
    console = Console(highlight=False, markup=False, emoji=False)
    if console.width < PAGE or not console.is_terminal:
        console.width = PAGE
    return console


def give(text: str) -> None:
    """Print a result on stdout; not by Typer, which changes the encoding of a stream of ASCII."""
    print(text, end="" if text.endswith("\n") else "\n")


def say(text: str) -> None:
    """Tell the user something that is no result; characters that cannot be seen are escaped."""
    _errors.print(UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def complain(text: str) -> None:
    """Say what went wrong, in one line; of a long text its beginning and end."""
    line = " ".join(text.split())
    if len(line) > LONGEST:
        line = f"{line[: LONGEST - END]} … {line[-END:]}"
    say(f"zhixing: {line}")


class Counter:
    """Progress of many runs or cases: a bar on a terminal, plain lines elsewhere."""

    def __init__(self, title: str, counted: str = "runs") -> None:
        self._title = title
        self._counted = counted
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[counted]}"),
            TimeRemainingColumn(),
            console=_errors,
            disable=not _errors.is_terminal,
        )
        self._task = self._bar.add_task(title, total=None, counted=counted)
        self._month = self._bar.add_task("month", total=None, visible=False, counted="months")
        self._said = -1
        self._said_month = -1
        self._began = time.monotonic()

    def __enter__(self) -> Self:
        """Begin to show."""
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop showing, whatever happened."""
        self._bar.stop()

    def __call__(self, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` runs are there."""
        self._bar.update(self._task, completed=done, total=total)
        step = done * STEPS // max(1, total)
        if not _errors.is_terminal and step != self._said:
            self._said = step
            seconds = time.monotonic() - self._began
            say(f"{self._title}: {done} of {total} {self._counted}, {seconds:.0f} s")

    def month(self, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` months of one long run are there."""
        self._bar.update(self._month, completed=done, total=total, visible=True)
        step = done * STEPS // total
        if not _errors.is_terminal and step != self._said_month:
            self._said_month = step
            seconds = time.monotonic() - self._began
            say(f"{self._title}: month {done} of {total}, {seconds:.0f} s")


def prepare_rules(scenario: Scenario, rules: Iterable[DecisionRule] | None = None) -> None:
    """Compile what has not been compiled since an install or an edit, and say so.

    That is the loop, and a loop for each of ``rules``, by which officers may decide; the scenario's
    own if not given. Raises BadInput where that one is in a file, and so not permitted to run.
    """
    decide = [DecisionRule.shipped(scenario.decide)] if rules is None else [*rules]
    told = {LOGIT: "the rules (once, about half a minute)"}
    for one in decide:
        told.setdefault(one.mark, f"the rule of decision “{one.name}” (once, some seconds)")
    missing = [mark for mark in told if not is_compiled(mark)]
    if missing and CACHE is None:
        say(
            "zhixing: every process compiles the rules anew: no folder is safe from other users; "
            "name one of your own in NUMBA_CACHE_DIR"
        )
        return
    loops = {one.mark: one.loop for one in (DecisionRule.shipped(LOGIT), *decide)}
    for mark in missing:
        say(f"Compiling {told[mark]} …")
        began = time.monotonic()
        loops[mark].run_months(Plan(scenario).begin(0), 0, 0)
        mark_compiled(mark)
        say(f"Compiled in {time.monotonic() - began:.0f} s.")
