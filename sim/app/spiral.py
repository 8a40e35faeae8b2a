"""Spiral: the lasting effect of a shock to trust, the phase portrait and the tipping line."""

from dataclasses import replace

import numpy as np
from nicegui import ui

from sim.app import look, tables, worlds
from sim.app.charts import Options, base, mark, month_axis, share_axis
from sim.app.elements import Amount, Chart, Choice, button, say, text
from sim.app.frame import Frame
from sim.app.opened import Opened
from sim.app.own_tables import linked
from sim.app.panel import Panel
from sim.app.spiral_runs import CREDIBILITY, NORM, NORMS, Portrait, Values, spiral_runs
from sim.app.state import State, spans, whole
from sim.app.words import Words
from sim.calendar import MONTHS_A_YEAR
from sim.study.feedback import STARTS

_STARTS = (look.VERMILION, look.ORANGE, look.PURPLE, look.SKY, look.BLUE)
# Share of the initial loss at the end of the run: above the first the loss has grown, above the
# second it persists, above the third it has partly recovered.
_GROWN, _STAYS, _PART = 1.1, 0.75, 0.25
_PERCENT = 100.0


class Spiral(Opened):
    """One open page of Spiral."""

    def __init__(self, frame: Frame, state: State, words: Words) -> None:
        super().__init__(frame, state.alone(), words)
        text("h1", words("title"))
        text("p", words("lead")).classes("lead")
        with ui.element("div").classes("two"):
            with ui.element("section").classes("panel").props(f'aria-label="{words("shock")}"'):
                self._controls()
            with ui.element("div").classes("shown"):
                with ui.element("div").classes("charts apart"):
                    self._response = Chart(words, "response tall")
                    self._portrait = Chart(words, "portrait tall")
                self._status = text("p").classes("dim basis").props('role="status"')
        self._answer_by(self._answer)
        self._latest.ask(self._state)

    def _controls(self) -> None:
        words = self._words
        names = self._frame.scenarios(worlds.offered())
        Choice(words("scenario"), names, linked(self._state.scenario), self._pick)
        self._story = text("p").classes("story")
        self._rack = ui.element("div")
        self._fill_rack()

    def _fill_rack(self) -> None:
        words, state = self._words, self._state
        world = worlds.scenario(state.scenario)
        _, story, question = words.world(world)
        say(self._story, words.joined((story, question)))
        self._rack.clear()
        with self._rack:
            Amount(
                words("cut"),
                1,
                100,
                state.cut,
                words("points"),
                lambda sent: self._set("cut", sent, 100),
            )
            last = world.clock.months - 1
            self._when = Amount(
                words("when"), 0, last, state.shock, "", lambda sent: self._set("shock", sent, last)
            )
            with ui.element("details").classes("rack"):
                text("summary", words("levers"))
                self._panel = Panel(words, state, 0, self._pull)
            with ui.element("div").classes("buttons"):
                button(words("reset"), self._reset)

    def _set(self, name: str, sent: object, most: int) -> None:
        state = self._state
        if name == "cut":
            self._change(lambda: replace(state, cut=whole(self._words("cut"), sent, 1, most)))
        else:
            self._change(lambda: replace(state, shock=whole(self._words("when"), sent, 0, most)))

    def _pick(self, name: object) -> None:
        if self._change(lambda: self._state.moved_to(self._frame.named(name))):
            self._fill_rack()

    def _reset(self) -> None:
        if self._change(lambda: State.start(self._state.scenario)):
            self._fill_rack()

    async def _answer(self, state: State, full: bool) -> None:
        shocks = await spiral_runs.shock(state)
        if not full:
            if not self._client.is_deleted:
                with self._client:
                    self._draw_response(state, shocks, None)
                    say(self._status, self._words("computing"))
            return
        portrait = await spiral_runs.portrait(state)
        if self._client.is_deleted:
            return
        with self._client:
            self._draw_response(state, shocks, portrait)
            self._draw_portrait(state, portrait, shocks)
            say(self._status, self._words("how_to_read"))
            self._frame.moved(state)

    def _draw_response(self, state: State, shocks: Values, portrait: Portrait | None) -> None:
        words = self._words
        without, with_shock = shocks.mean(axis=0)[:, CREDIBILITY]
        norm = float(shocks.mean(axis=0)[1, NORM, state.shock])
        taken = float(without[state.shock] - with_shock[state.shock])
        left = float((without - with_shock)[-12:].mean())
        share = left / taken if taken > 0.0 else 0.0
        judged = (
            "grows"
            if share > _GROWN
            else "stays"
            if share > _STAYS
            else "part"
            if share > _PART
            else "comes_back"
        )
        said = words(
            "told_response",
            taken=f"{_PERCENT * taken:.0f}",
            month=state.shock,
            left=f"{_PERCENT * max(0.0, left):.0f}",
            judged=words(judged),
        )
        tips = None if portrait is None else portrait.tips_at(norm)
        where = self._told_where(portrait, norm, float(with_shock[state.shock]), share)
        told = words.joined((said, where))
        options = base(words, words("response"), told)
        months = shocks.shape[3]
        options["xAxis"], options["yAxis"] = month_axis(words, months), share_axis(words)
        options["grid"] |= {"bottom": 24, "top": 28}
        options["series"] = [
            {
                "type": "line",
                "name": name,
                "symbol": "none",
                "lineStyle": {"width": 3, "color": colour},
                "itemStyle": {"color": colour},
                "data": [round(float(one), 4) for one in values],
            }
            for name, colour, values in (
                (words("unshocked"), look.STATUS_QUO, without),
                (words("shocked"), look.VERMILION, with_shock),
            )
        ]
        marks: list[Options] = [{"xAxis": state.shock, "name": words("shock")}]
        if tips is not None:
            named = words("tips_here", tip=words.percent(tips))
            marks.append(
                {
                    "yAxis": round(tips, 4),
                    "name": named,
                    "label": {"position": "insideStartTop"},
                    "lineStyle": {"type": "dashed", "color": look.BLACK},
                }
            )
        options["series"][0]["markLine"] = {
            "symbol": "none",
            "silent": True,
            "label": {"formatter": "{b}", "color": look.BLACK},
            "lineStyle": {"color": look.VERMILION, "type": "dotted"},
            "data": marks,
        }
        world = worlds.scenario(state.scenario)
        mark(words, options, spans(state.packages[0], world), months)
        self._response.draw(options, told)
        rows = [
            [
                str(year + 1),
                *(
                    words.percent(float(one[12 * year : 12 * year + 12].mean()), 1)
                    for one in (without, with_shock)
                ),
            ]
            for year in range(months // 12)
        ]
        heads = [words("year"), words("unshocked"), words("shocked")]
        self._response.tell(tables.table(words("response"), heads, rows))

    def _told_where(
        self, portrait: Portrait | None, norm: float, after: float, share: float
    ) -> str:
        """On which side of the tipping line a shock leaves trust, and what follows from that."""
        if portrait is None:
            return ""
        words, tips = self._words, portrait.tips_at(norm)
        if tips is None:
            return words("where_none")
        above, comes_back = after >= tips, share <= _STAYS
        key = ("above_" if above else "below_") + ("back" if comes_back else "stays")
        return words(
            f"where_{key}",
            norm=words.percent(norm),
            tip=words.percent(tips),
            after=words.percent(after),
        )

    def _draw_portrait(self, state: State, portrait: Portrait, shocks: Values) -> None:
        words = self._words
        rests = portrait.rests()
        low, high = words.percent(rests[0, 0]), words.percent(rests[-1, 0])
        told = words("told_one", low=low, high=high)
        if portrait.two and portrait.tipping is not None and portrait.line is not None:
            told = words("told_two", low=low, high=high, tip=words.percent(portrait.tipping))
            if portrait.line[0] > portrait.line[-1]:
                told = words.joined((told, words("less_trust")))
        shocked = shocks.mean(axis=0)[1][:, state.shock :]
        self._portrait.draw(portrait_options(words, portrait, shocked, told), told)
        rows = [
            [words.percent(start), *(words.percent(one, 1) for one in rest)]
            for start, rest in zip(STARTS, rests, strict=True)
        ]
        heads = [words(key) for key in ("start", "end_credibility", "end_execution", "end_norm")]
        self._portrait.tell(tables.table(words("portrait"), heads, rows))


def portrait_options(words: Words, portrait: Portrait, shocked: Values, told: str) -> Options:
    """Options of the phase portrait, in the plane of credibility and the norm among colleagues.

    It shows paths from every start, the path after the shock, (3, months), and the tipping line.
    """
    options = base(words, words("portrait"), told)
    options["tooltip"] = {"show": False}
    axis = {"nameLocation": "middle", "nameTextStyle": {"color": look.DIM}}
    options["xAxis"] = {**share_axis(words), **axis, "name": words("x"), "nameGap": 28}
    options["yAxis"] = {**share_axis(words), **axis, "name": words("y"), "nameGap": 44}
    options["grid"] |= {"bottom": 26, "left": 26}
    series: list[Options] = []
    for start, colour, one in zip(STARTS, _STARTS, portrait.paths.mean(axis=1), strict=True):
        name = words("from_start", start=words.percent(start))
        first = np.array([start, start])
        series.append(_path(name, one, colour, first, "circle"))
    if shocked.shape[1] > MONTHS_A_YEAR:
        first = shocked[[CREDIBILITY, NORM], 0]
        series.append(_path(words("after_shock"), shocked, look.BLACK, first, "diamond"))
    if portrait.line is not None:
        points = np.column_stack([portrait.line, NORMS])
        series.append(_curve(words("tips"), points, look.BLACK, 2.5, "dashed"))
    options["series"] = series
    return options


def _path(name: str, one: Values, colour: str, first: Values, symbol: str) -> Options:
    """A path of a run, (3, months), with a hollow mark at its start and a full one at its end."""
    points = np.column_stack([first, _smooth(one[[CREDIBILITY, NORM]])]).T
    drawn = _curve(name, points, colour, 2.5, "solid")
    rest = one[[CREDIBILITY, NORM], -MONTHS_A_YEAR:].mean(axis=1)
    drawn["markPoint"] = {
        "symbol": symbol,
        "symbolSize": 13,
        "silent": True,
        "label": {"show": False},
        "data": [
            {
                "coord": [round(float(value), 4) for value in where],
                "itemStyle": {"color": inside, "borderColor": colour, "borderWidth": 2.5},
            }
            for where, inside in ((first, look.WHITE), (rest, colour))
        ],
    }
    return drawn


def _smooth(path: Values) -> Values:
    """Means over three months, which show the path without the noise of single months."""
    window = np.ones(3) / 3.0
    return np.array([np.convolve(one, window, "valid") for one in path])


def _curve(name: str, points: Values, colour: str, width: float, kind: str) -> Options:
    return {
        "type": "line",
        "name": name,
        "symbol": "none",
        "silent": True,
        "lineStyle": {"width": width, "color": colour, "type": kind},
        "itemStyle": {"color": colour},
        "data": [[round(float(x), 4), round(float(y), 4)] for x, y in points],
    }


def build(frame: Frame, state: State, words: Words) -> None:
    """Draw the view."""
    Spiral(frame, state, words)
