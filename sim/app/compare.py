"""Compare: up to four packages of levers, with the same random draws."""

from dataclasses import replace
from functools import partial
from html import escape

from nicegui import ui

from sim.app import look, tables, worlds
from sim.app.answers import Answer, ask, ask_doubt, drawn_under
from sim.app.charts import Line, conducts, paths
from sim.app.elements import Amount, Chart, Choice, button, html, say, text
from sim.app.export import as_csv
from sim.app.forest import MEASURES, forest
from sim.app.frame import Frame
from sim.app.opened import Opened
from sim.app.own_draws import own_draws
from sim.app.own_tables import linked
from sim.app.panel import Panel
from sim.app.state import FEWEST_RUNS, MOST_PACKAGES, MOST_RUNS, Pull, Pulls, State, spans, whole
from sim.app.words import Words
from sim.kinds import CONDUCTS
from sim.study.doubt import CHANCE, LEVERS
from sim.study.estimate import Estimate

LETTERS = "ABCD"
# Packages shown if a link gives none.
START: tuple[Pulls, ...] = (
    (("supervision", Pull(100)),),
    (("culture", Pull(100)),),
)
_SAVE = """
const chart = getElement({id}).chart;
const {{title, legend, grid}} = chart.getOption();
chart.setOption({{title: {{show: true}}, legend: {{show: true}}, grid: {{top: {top}, left: 20}}}});
chart.resize({{width: 960, height: {height}}});
const link = document.createElement("a");
link.href = chart.getDataURL({{pixelRatio: 2, backgroundColor: "#fff"}});
link.download = "zhixing.png";
link.click();
chart.setOption({{title, legend, grid}});
chart.resize({{width: "auto", height: "auto"}});
"""
# Height in pixels of the exported image: above the legend, a line of the legend, and the plot.
_HEAD, _LEGEND_LINE, _PLOT = 40, 20, 340


class Compare(Opened):
    """One open page of Compare."""

    def __init__(self, frame: Frame, state: State, words: Words) -> None:
        bare = not any(state.packages) and len(state.packages) == 1
        super().__init__(frame, replace(state, packages=START) if bare else state, words)
        self._answered: tuple[State, Answer, list[tuple[str, Answer]]] | None = None
        # Whether answers with doubt about behaviour and levers are shown as well.
        self._doubting = False
        text("h1", words("title"))
        text("p", words("lead")).classes("lead")
        with ui.element("div").classes("two"):
            with ui.element("section").classes("panel").props(f'aria-label="{words("packages")}"'):
                self._controls()
            with ui.element("div").classes("shown"):
                self._results()
        self._answer_by(self._answer)
        self._fill_rack()
        self._latest.ask(self._state)

    def _controls(self) -> None:
        words = self._words
        options = self._frame.scenarios(worlds.offered())
        Choice(words("scenario"), options, linked(self._state.scenario), self._pick)
        with ui.element("div").classes("buttons"):
            button(words("add"), self._add)
            button(words("csv"), self._csv)
            button(words("png"), self._png)
            button(words("doubt"), self._doubt)
        self._rack = ui.element("div")
        runs = self._state.runs
        Amount(words("replicates"), FEWEST_RUNS, MOST_RUNS, runs, "", self._set_runs)

    def _results(self) -> None:
        words = self._words
        with ui.element("div").classes("charts"):
            self._forest = Chart(words, "forest across")
            self._doubts = html("").classes("across")
            self._execution = Chart(words, "execution")
            self._credibility = Chart(words, "credibility")
            self._conducts = Chart(words, "conducts low across")
        self._basis = text("p").classes("dim basis").props('role="status"')

    def _fill_rack(self) -> None:
        words = self._words
        self._rack.clear()
        with self._rack:
            for number in range(len(self._state.packages)):
                letter = LETTERS[number]
                opened = " open" if number == len(self._state.packages) - 1 else ""
                with ui.element("details").classes("package").props(opened):
                    html(
                        f'<span style="--colour:{look.PACKAGES[number]}">'
                        f"{words('package', letter=letter)}</span>",
                        "summary",
                    )
                    Panel(words, self._state, number, self._pull)
                    if len(self._state.packages) > 1:
                        button(words("remove", letter=letter), partial(self._remove, number))

    def _set_runs(self, sent: object) -> None:
        runs = whole(self._words("replicates"), sent, FEWEST_RUNS, MOST_RUNS)
        self._change(lambda: replace(self._state, runs=runs))

    def _pick(self, name: object) -> None:
        if self._change(lambda: self._state.moved_to(self._frame.named(name))):
            self._fill_rack()

    def _add(self) -> None:
        if len(self._state.packages) >= MOST_PACKAGES:
            ui.notify(self._words("full"))
            return
        packages = (*self._state.packages, self._state.packages[-1])
        self._change(lambda: replace(self._state, packages=packages))
        self._fill_rack()

    def _remove(self, number: int) -> None:
        packages = list(self._state.packages)
        del packages[number]
        self._change(lambda: replace(self._state, packages=tuple(packages)))
        self._fill_rack()

    def _csv(self) -> None:
        if self._answered is not None:
            table = as_csv(*self._answered)
            ui.download.content(table, "zhixing.csv", "text/csv")

    def _png(self) -> None:
        """Save the forest plot with title and legend, in the same size on every screen."""
        top = _HEAD + _LEGEND_LINE * len(self._state.packages)
        drawn = {"id": self._forest.drawing.id, "top": top, "height": top + _PLOT}
        ui.run_javascript(_SAVE.format(**drawn))

    async def _answer(self, state: State, full: bool) -> None:
        reference, found = await ask(state, full)
        if self._client.is_deleted:
            return
        names = [self._name(state, number) for number in range(len(found))]
        packages = list(zip(names, found, strict=True))
        if full:
            self._answered = (state, reference, packages)
        with self._client:
            self._doubts.set_content("")
            self._draw(state, reference, packages, full)
        if not (full and self._doubting):
            return
        more = await ask_doubt(state)
        if not self._client.is_deleted:
            with self._client:
                self._draw_doubt(state, reference, packages, more)

    def _doubt(self) -> None:
        """Show, from now on, intervals with doubt about behaviour and levers as well."""
        self._doubting = True
        self._latest.ask(self._state)

    def _draw_doubt(
        self,
        state: State,
        reference: Answer,
        packages: list[tuple[str, Answer]],
        more: dict[str, tuple[Answer, list[Answer]]],
    ) -> None:
        words = self._words
        names, answers = [name for name, _ in packages], [answer for _, answer in packages]
        found = [tables.changes(answer, reference, state.seed) for answer in answers]
        drawn = {doubt: drawn_under(state.scenario, doubt) for doubt in more}
        doubted = [
            [tables.changes(answer, before, state.seed, drawn[doubt]) for answer in others]
            for doubt, (before, others) in more.items()
        ]
        told = self._told(found)
        self._forest.draw(forest(words, words("doubt_title"), told, names, found, doubted), told)
        rows = [(CHANCE, 0, reference, answers)]
        rows += [(doubt, drawn[doubt], *found) for doubt, found in more.items()]
        shown = tables.doubts(words, words("doubts"), names, rows, state.seed)
        said = [] if LEVERS in more else [words("no_lever_doubt")]
        said += self._whose_draws(state)
        self._doubts.set_content(shown + "".join(f"<p>{escape(one)}</p>" for one in said))

    def _whose_draws(self, state: State) -> list[str]:
        """To which scenario draws of the user's own were fitted, and whether they are used here."""
        if own_draws.fitted is None:
            return []
        key = "other_draws" if own_draws.of(state.scenario) is None else "own_draws"
        return [self._words(key, scenario=own_draws.fitted)]

    def _name(self, state: State, number: int) -> str:
        """The letter of a package, and its levers in short."""
        words, world = self._words, worlds.scenario(state.scenario)
        levers = " + ".join(
            f"{words.lever(world, name)} {pull.percent}" for name, pull in state.packages[number]
        )
        return words("of", letter=LETTERS[number]) + (levers or words("no_levers"))

    def _draw(
        self, state: State, reference: Answer, packages: list[tuple[str, Answer]], full: bool
    ) -> None:
        words = self._words
        found = [tables.changes(answer, reference, state.seed) for _, answer in packages]
        names = [name for name, _ in packages]
        told = self._told(found) if full else ""
        self._forest.draw(forest(words, words("differences"), told, names, found), told)
        letters = [(LETTERS[number], answer) for number, (_, answer) in enumerate(packages)]
        named = [(words("status_quo"), reference), *letters]
        colours = (look.STATUS_QUO, *look.PACKAGES)
        world = worlds.scenario(state.scenario)
        when = [span for pulls in state.packages for span in spans(pulls, world)]
        for chart, title, measure in (
            (self._execution, words("execution"), "execution_rate"),
            (self._credibility, words("credibility"), "credibility"),
        ):
            lines = [
                Line(name, colour, answer, measure)
                for (name, answer), colour in zip(named, colours, strict=False)
            ]
            levels = words("semicolon").join(
                words("is", name=name, value=words.percent(answer.end(measure).mean()))
                for name, answer in named
            )
            said = words("stated", title=title, levels=levels)
            chart.draw(paths(words, title, said, lines, when), said)
            if full:
                columns = [(name, answer, measure) for name, answer in named]
                chart.tell(tables.by_year(words, title, columns))
        title = words("conducts")
        levels = words("semicolon").join(
            words("is", name=name, value=words.percent(answer.end("faithful").mean()))
            for name, answer in named
        )
        said = words("stated", title=words("faithful"), levels=levels)
        self._conducts.draw(conducts(words, title, said, named), said)
        say(self._basis, words("runs" if full else "runs_first", runs=reference.replicates))
        if full:
            self._conducts.tell(tables.shares(words, title, CONDUCTS, named))
            compared = [
                (words("of", letter=letter), answer, by_measure)
                for (letter, answer), by_measure in zip(letters, found, strict=True)
            ]
            caption, head = words("effects"), words("with")
            self._forest.tell(tables.effects(words, caption, head, reference, compared))
            self._frame.moved(state)

    def _told(self, found: list[dict[str, Estimate]]) -> str:
        words = self._words
        return words.joined(
            words(
                "told_package",
                letter=letter,
                changes=words("comma").join(
                    words(
                        "told_change" if tables.clear(by_measure[measure]) else "told_no_change",
                        measure=words.measure(measure),
                        change=words.points(by_measure[measure].value),
                        low=words.points(by_measure[measure].low),
                        high=words.points(by_measure[measure].high),
                    )
                    for measure in MEASURES[:2]
                ),
            )
            for letter, by_measure in zip(LETTERS, found, strict=False)
        )


def build(frame: Frame, state: State, words: Words) -> None:
    """Draw the view."""
    Compare(frame, state, words)
