"""Explore: levers and their effects, redrawn while a lever is moved."""

import json
from collections.abc import Callable
from dataclasses import replace
from html import escape

from nicegui import ui

from sim.app import look, tables, worlds
from sim.app.answers import Answer, answers, ask
from sim.app.causes import of_package
from sim.app.charts import Line, conducts, paths
from sim.app.elements import Amount, Chart, Choice, button, html, say, text, waiting
from sim.app.explained import Explained
from sim.app.first import Invitation
from sim.app.frame import Frame
from sim.app.history import History
from sim.app.opened import Opened
from sim.app.own_tables import linked
from sim.app.panel import Panel
from sim.app.state import FEWEST_RUNS, MOST_RUNS, Pull, State, spans, whole, written
from sim.app.surprises import surprises
from sim.app.words import Words
from sim.kinds import CONDUCTS
from sim.study.estimate import Estimate

Found = dict[str, Estimate] | None
# Browsers offer the clipboard only to pages of their own machine or over https, and may ask the
# user. Elsewhere the link is selected and copied as by hand; if that fails too, it is shown.
_COPY = """
const byHand = () => {{
  const field = document.createElement("textarea");
  field.value = location.href;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}};
const done = await (navigator.clipboard?.writeText(location.href).then(() => true, byHand)
  ?? byHand());
if (!done) prompt({label}, location.href);
return done;
"""


class Explore(Opened):
    """One open page of Explore."""

    def __init__(self, frame: Frame, state: State, words: Words) -> None:
        super().__init__(frame, state.alone(), words)
        self._history = History()
        # The levers that the surprises shown belong to.
        self._surprised = ""
        Invitation(frame)
        text("h1", words("title"))
        text("p", words("lead")).classes("lead")
        with ui.element("div").classes("two"):
            with ui.element("section").classes("panel").props(f'aria-label="{words("levers")}"'):
                self._controls()
            with ui.element("div").classes("shown"):
                self._results()
        self._answer_by(self._answer)
        self._latest.ask(self._state)

    def _controls(self) -> None:
        words = self._words
        options = self._frame.scenarios(worlds.offered())
        self._world = Choice(words("scenario"), options, linked(self._state.scenario), self._pick)
        self._story = text("p").classes("story")
        with ui.element("div").classes("buttons"):
            button(words("undo"), self._undo)
            button(words("reset"), self._reset)
            button(words("copy"), self._copy)
        self._rack = ui.element("div").classes("levers")
        self._fill_rack()
        runs = self._state.runs
        self._runs = Amount(words("replicates"), FEWEST_RUNS, MOST_RUNS, runs, "", self._set_runs)

    def _fill_rack(self) -> None:
        words = self._words
        _, story, question = words.world(worlds.scenario(self._state.scenario))
        say(self._story, words.joined((story, question)))
        self._rack.clear()
        with self._rack:
            self._panel = Panel(self._words, self._state, 0, self._pull)

    def _results(self) -> None:
        words = self._words
        with ui.element("div").classes("charts"):
            self._execution = Chart(words, "execution")
            self._credibility = Chart(words, "credibility")
            self._conducts = Chart(words, "conducts low across")
            with ui.element("section").classes("card across"):
                self._surprises = html("").props('aria-live="polite"')
                self._effects = html(waiting(words))
            self._explained = Explained(words, self._explain)
        self._basis = text("p").classes("dim basis").props('role="status"')
        # On a phone the charts are below the sliders; this line shows the main numbers there.
        self._glance = text("p").classes("glance").props('aria-hidden="true"')

    def _pull(self, package: int, lever: str, pull: Pull) -> None:
        before = self._state.pulled(package, lever)
        months = (before.first, before.end) != (pull.first, pull.end)
        control = f"{lever} months" if months else lever
        self._change_by(control, lambda: self._state.pull(package, lever, pull))

    def _set_runs(self, sent: object) -> None:
        runs = whole(self._words("replicates"), sent, FEWEST_RUNS, MOST_RUNS)
        self._change_by("runs", lambda: replace(self._state, runs=runs))

    def _pick(self, name: object) -> None:
        if self._change_by("scenario", lambda: self._state.moved_to(self._frame.named(name))):
            self._fill_rack()

    def _change_by(self, control: str, make: Callable[[], State]) -> bool:
        """Show another state, and record the previous one and the control for undo."""
        state = self._made(make)
        if state is None or state == self._state:
            return False
        self._history.note(self._state, control)
        return self._change(lambda: state)

    def _undo(self) -> None:
        state = self._history.back()
        if state is not None:
            self._show_state(state)

    def _reset(self) -> None:
        self._history.note(self._state, "reset")
        state = self._state
        self._show_state(replace(State.start(state.scenario), seed=state.seed, runs=state.runs))

    def _show_state(self, state: State) -> None:
        other = state.scenario != self._state.scenario
        self._state = state
        self._world.put(linked(state.scenario))
        self._runs.put(state.runs)
        if other:
            self._fill_rack()
        else:
            self._panel.follow(state)
        self._latest.ask(state)

    async def _copy(self) -> None:
        self._frame.moved(self._state)
        try:
            label = json.dumps(self._words("copy"))
            copied = await ui.run_javascript(_COPY.format(label=label))
        except TimeoutError:
            # The browser asks the user for permission, or does not answer.
            copied = False
        if self._client.is_deleted:
            return
        ui.notify(self._words("copied" if copied else "not_copied"))

    async def _answer(self, state: State, full: bool) -> None:
        reference, (answer, *_) = await ask(state, full)
        if self._client.is_deleted:
            return
        with self._client:
            self._draw(state, reference, answer, full)
            if self._explained.wanted and not full:
                # What is shown explains another package.
                self._explained.wait()
        if full and any(state.packages):
            said = await surprises(self._words, state, reference, answer)
            if state == self._state and not self._client.is_deleted:
                told = "".join(f'<p class="surprise">{escape(one)}</p>' for one in said)
                self._surprises.set_content(told)
        if full:
            await self._explain()

    async def _explain(self) -> None:
        """Explain the change that the page shows, if that is wanted."""
        state = self._state
        if not self._explained.wanted:
            return
        if not any(pull.percent for _, pull in state.packages[0]):
            self._explained.nothing()
            return
        found = await of_package(answers, state.scenario, state.packages[0], state.seed, state.runs)
        if state == self._state and not self._client.is_deleted:
            with self._client:
                words = self._words
                self._explained.show(found, words("status_quo"), words("reform"))

    def _draw(self, state: State, reference: Answer, answer: Answer, full: bool) -> None:
        words = self._words
        before, after = words("status_quo"), words("reform")
        pairs = [(before, reference), (after, answer)]
        colours = (look.STATUS_QUO, look.PACKAGES[0])
        lines = []
        for (name, one), colour in zip(pairs, colours, strict=True):
            lines.append(Line(name, colour, one, "execution_rate"))
            reported = words("line_reported", name=name)
            lines.append(Line(reported, colour, one, "reported_rate", dashed=True, band=False))
        found = tables.changes(answer, reference, state.seed) if full else None
        real = self._told("execution_rate", reference, answer, found)
        reports = words(
            "told_reports",
            reported=words.percent(answer.end("reported_rate").mean()),
            real=words.percent(answer.end("execution_rate").mean()),
        )
        told = words.joined((real, reports))
        when = spans(state.packages[0], worlds.scenario(state.scenario))
        options = paths(words, words("execution"), told, lines, when)
        # The state that the chart shows; ECharts ignores it, tests and benchmarks read it.
        options["answers"] = written(state.packages[0])
        self._execution.draw(options, told)
        lines = [
            Line(name, colour, one, "credibility")
            for (name, one), colour in zip(pairs, colours, strict=True)
        ]
        told = self._told("credibility", reference, answer, found)
        self._credibility.draw(paths(words, words("credibility"), told, lines, when), told)
        told = self._told_conducts(answer)
        self._conducts.draw(conducts(words, words("conducts"), told, pairs), told)
        basis = words("runs" if full else "runs_first", runs=answer.replicates)
        nothing = "" if any(state.packages) else words("nothing")
        say(self._basis, words.joined((basis, nothing)))
        say(self._glance, self._at_a_glance(reference, answer))
        if written(state.packages[0]) != self._surprised:
            self._surprised = written(state.packages[0])
            self._surprises.set_content("")
        if found is not None:
            self._tell(reference, answer, found)
            self._frame.moved(state)

    def _told(self, measure: str, reference: Answer, answer: Answer, found: Found) -> str:
        """A sentence on a measure; its interval follows."""
        words, name = self._words, self._words("reform")
        estimate = None if found is None else found[measure]
        return tables.told(words, measure, name, reference, answer, estimate)

    def _at_a_glance(self, reference: Answer, answer: Answer) -> str:
        words = self._words
        return " · ".join(
            f"{words.measure(measure)} {words.percent(reference.end(measure).mean())} → "
            f"{words.percent(answer.end(measure).mean())}"
            for measure in ("execution_rate", "credibility")
        )

    def _told_conducts(self, answer: Answer) -> str:
        words = self._words
        shares = words("comma").join(
            words("is", name=words(one), value=words.percent(answer.end(one).mean()))
            for one in CONDUCTS
        )
        return words("stated", title=words("reform"), levels=shares)

    def _tell(self, reference: Answer, answer: Answer, found: dict[str, Estimate]) -> None:
        words = self._words
        names = words("status_quo"), words("reform")
        pairs = list(zip(names, (reference, answer), strict=True))
        columns = [
            (words("comma").join((name, words(kind))), one, measure)
            for name, one in pairs
            for kind, measure in (("real", "execution_rate"), ("reported", "reported_rate"))
        ]
        self._execution.tell(tables.by_year(words, words("execution"), columns))
        columns = [(name, one, "credibility") for name, one in pairs]
        self._credibility.tell(tables.by_year(words, words("credibility"), columns))
        shares = tables.shares(words, words("conducts"), CONDUCTS, pairs)
        self._conducts.tell(shares)
        self._effects.set_content(
            tables.effects(
                words, words("effects"), words("reform"), reference, [("", answer, found)]
            )
        )


def build(frame: Frame, state: State, words: Words) -> None:
    """Draw the view."""
    Explore(frame, state, words)
