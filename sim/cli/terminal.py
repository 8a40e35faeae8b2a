"""Output on the terminal: results on stdout, everything else on stderr."""

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
from sim.machine.loop import loop_measuring, run_watched
from sim.world.own_measures import summing_of
from sim.world.plan import Plan
from sim.world.scenario import Scenario

# Least width, in characters, for a table of effects.
PAGE = 88
# Most characters of an error, and of its end, which usually says what was expected.
LONGEST, END = 1_000, 250
# Most lines in which progress is printed where there is no terminal.
STEPS = 10
# Least seconds between two such lines.
PAUSE = 5.0

# Name of the handler of characters for which the terminal has no code.
_ESCAPED = "zhixing.escaped"


def _escaped(error: UnicodeError) -> tuple[str, int]:
    """Escape such characters as TOML, JSON and Python do, so that JSON stays valid."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4)), error.end


def speak_any_code_page() -> None:
    """Make stdout and stderr accept any text, whatever the encoding of the terminal."""
    codecs.register_error(_ESCAPED, _escaped)
    for stream in (sys.stdout, sys.stderr):
        # In a notebook or a test, the stream may be an object without an encoding.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=_ESCAPED)


_errors = Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)


def page() -> Console:
    """The console for results; its width is at least ``PAGE``."""
    console = Console(highlight=False, markup=False, emoji=False)
    if console.width < PAGE or not console.is_terminal:
        console.width = PAGE
    return console


def give(text: str) -> None:
    """Print a result on stdout. Typer is not used, since it changes the encoding of ASCII."""
    print(text, end="" if text.endswith("\n") else "\n")


def say(text: str) -> None:
    """Print a message on stderr; invisible characters are escaped."""
    _errors.print(UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def complain(text: str) -> None:
    """Print an error in one line on stderr; the middle of a long text is left out."""
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
        # The tenths that were told of runs and of months, and when.
        self._told: dict[str, tuple[int, float]] = {}
        self._began = time.monotonic()

    def __enter__(self) -> Self:
        """Begin to show progress."""
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop showing progress, also after an error."""
        self._bar.stop()

    def __call__(self, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` runs are finished."""
        self._bar.update(self._task, completed=done, total=total)
        self._tell("runs", f"{done} of {total} {self._counted}", done, total)

    def month(self, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` months of one long run are finished."""
        self._bar.update(self._month, completed=done, total=total, visible=True)
        self._tell("months", f"month {done} of {total}", done, total)

    def _tell(self, kind: str, what: str, done: int, total: int) -> None:
        """Elsewhere than on a terminal, print the first and the last line, and few between them."""
        if _errors.is_terminal:
            return
        now, tenth = time.monotonic(), done * STEPS // max(1, total)
        before, when = self._told.get(kind, (-1, -PAUSE))
        if tenth != before and (done == total or before < 0 or now - when >= PAUSE):
            self._told[kind] = tenth, now
            say(f"{self._title}: {what}, {now - self._began:.0f} s")


def prepare_rules(
    scenario: Scenario, rules: Iterable[DecisionRule] | None = None, watched: bool = False
) -> None:
    """Compile the loop for each rule of decision if its compiled code is missing, with a message.

    ``rules`` are those by which officers decide; if not given, the rule of the scenario.
    ``watched``: runs are also looked into month by month, for which the stages of a month are
    compiled by themselves. Raises BadInput if the rule of the scenario is in a file, whose code the
    user has not permitted.
    """
    decide = [DecisionRule.shipped(scenario.decide)] if rules is None else [*rules]
    told = {LOGIT: "the rules (once, about a minute)"}
    loops = {LOGIT: DecisionRule.shipped(LOGIT).loop}
    for one in decide:
        told.setdefault(one.mark, f"the rule of decision “{one.name}” (once, some seconds)")
        loops[one.mark] = one.loop
    summing = summing_of(scenario.measure)
    if summing is not None:
        for one in decide:
            mark = f"{one.mark}-{summing[1]}"
            told[mark] = "measures of your own (once, some seconds)"
            loops[mark] = loop_measuring(one.loop, *summing)
    stages = {}
    for one in decide if watched else ():
        mark = one.mark if summing is None else f"{one.mark}-{summing[1]}"
        stages[f"{mark}-stages"] = loops[mark]
    told |= dict.fromkeys(stages, "the stages of a month (once, some seconds)")
    missing = [mark for mark in told if not is_compiled(mark)]
    if missing and CACHE is None:
        say(
            "zhixing: each process compiles the rules again, because no cache folder is safe from "
            "other users; give a folder of your own in NUMBA_CACHE_DIR"
        )
        return
    for mark in missing:
        say(f"Compiling {told[mark]} …")
        began = time.monotonic()
        world = Plan(scenario).begin(0, phase_by_phase=mark in stages)
        if mark in stages:
            run_watched(world, 0, stages[mark], lambda world, month: None)
        else:
            loops[mark].run_months(world, 0, 0)
        mark_compiled(mark)
        say(f"Compiled in {time.monotonic() - began:.0f} s.")
