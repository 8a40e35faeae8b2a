"""What ``plan`` prints: a plain answer in one screen, then tables."""

from rich.console import Console
from rich.table import Table

from sim.cli.tables import digits_of, interval, narrow_table, number_text, scale_of
from sim.cli.texts.plan import PLAN
from sim.cli.texts.tables import TABLES
from sim.drawing.language import Speaker, joined
from sim.measures import MEASURES
from sim.planning.aims_and_limits import EXECUTION_SPREAD, Aim, Column, Limit
from sim.planning.answer import AT_ONCE, MORE_BUDGET, REVERSE, Answer
from sim.planning.packages import Package
from sim.planning.planning import MORE
from sim.study.clauses import clauses_of
from sim.study.estimate import Estimate
from sim.world.scenario import STATUS_QUO

_PERCENT = 100.0
# Most clauses that are listed, and most measures side by side in a table.
_CLAUSES = 8
_COLUMNS = 4


def show(console: Console, answer: Answer, lang: str) -> None:
    """Print an answer in a language."""
    page = _Page(console, answer, joined(lang, TABLES, PLAN))
    page.answer()
    page.packages()
    page.pairs()
    page.reasons()


class _Page:
    """Prints the parts of an answer."""

    def __init__(self, console: Console, answer: Answer, say: Speaker) -> None:
        self._console = console
        self._answer = answer
        self._say = say
        self._scenario = answer.planning.scenario
        self._main = answer.scoring.aims[0]

    def _print(self, key: str, **values: object) -> None:
        self._console.print(self._say(key, **values))

    # Words of measures, numbers and packages.

    def _measure(self, name: str) -> str:
        title = self._say(name) if name == EXECUTION_SPREAD else self._say.measure(name)
        return title[:1].lower() + title[1:]

    def _when(self, one: Aim | Limit | Column) -> str:
        return self._say(f"plan_{one.window.replace(' ', '_')}")

    def _column(self, one: Aim | Limit | Column) -> str:
        return self._say("plan_when", measure=self._measure(one.measure), when=self._when(one))

    def _scale(self, measure: str) -> float:
        return _PERCENT if measure == EXECUTION_SPREAD else scale_of(measure)

    def _digits(self, measure: str) -> int:
        return 1 if measure == EXECUTION_SPREAD else digits_of(measure)

    def _unit(self, measure: str) -> str:
        unit = "share" if measure == EXECUTION_SPREAD else MEASURES[measure].unit
        keys = (f"plan_{unit}", f"full:{unit}", unit)
        return self._say(next(key for key in keys if self._say.knows(key)))

    def _number(self, value: float, measure: str, sign: bool = False) -> str:
        return number_text(self._scale(measure) * value, self._digits(measure), sign)

    def _change(self, found: Estimate, measure: str, unit: bool = False) -> str:
        """A difference with its interval; in a sentence also with its unit."""
        told = interval(found, self._scale(measure), self._say, self._digits(measure))
        named = f" {self._points(measure)}" if unit else ""
        return f"{self._number(found.value, measure, sign=True)}{named} {told}"

    def _level(self, found: Estimate, measure: str) -> str:
        told = interval(found, self._scale(measure), self._say, self._digits(measure))
        return f"{self._number(found.value, measure)}\n{told}"

    def _points(self, measure: str) -> str:
        """The unit of a difference."""
        unit = self._unit(measure)
        return self._say("points") if unit == self._say("plan_share") else unit

    def _lever(self, name: str) -> str:
        return self._say.lever(name, self._scenario) if self._scenario is not None else name

    def _uses(self, package: Package) -> str:
        parts = [
            f"{self._lever(use.lever)} {self._say.percent(use.intensity)}" for use in package.uses
        ]
        return self._say("separate").join(parts) or self._say("plan_no_reform")

    def _limit(self, one: Limit) -> str:
        way = self._say("plan_at_most" if one.upper else "plan_at_least")
        number = self._number(one.value, one.measure)
        if one.from_status_quo:
            number = self._say(
                "plan_than_status_quo", shift=self._number(one.value, one.measure, True)
            )
        return self._say(
            "plan_limit",
            measure=self._column(one),
            way=way,
            number=number,
            unit=self._unit(one.measure),
        )

    # The answer.

    def answer(self) -> None:
        """The plain answer: what to use, when, what it gives and takes, how sure it is."""
        answer, say = self._answer, self._say
        assert self._scenario is not None
        aims = say("plan_and").join(
            say("plan_most" if one.most else "plan_least", measure=self._column(one))
            for one in answer.scoring.aims
        )
        limits = say("plan_between").join(self._limit(one) for one in answer.scoring.limits)
        title = say("plan_title", scenario=say.title(self._scenario), aims=aims)
        self._console.print(title, style="bold")
        self._print("plan_limits" if limits else "plan_no_limits", limits=limits)
        self._console.print()
        self._what()
        self._gives()
        self._sure()
        self._takes()
        self._order()
        self._why()
        self._more()
        self._unbound()

    def _what(self) -> None:
        if not self._answer.best.uses:
            self._print("plan_nothing")
            return
        self._print("plan_use")
        for use in self._answer.best.uses:
            until = self._say("plan_stays") if use.end is None else use.end
            self._print(
                "plan_lever",
                lever=self._lever(use.lever),
                intensity=self._say.percent(use.intensity),
                start=use.start,
                until=until,
            )

    def _gives(self) -> None:
        levels = [self._answer.level(name) for name in (STATUS_QUO, "1")]
        effects = self._answer.effect("1")
        for aim in self._answer.scoring.aims:
            before, after = (one[aim.column.name].value for one in levels)
            self._print(
                "plan_gives",
                measure=self._column(aim),
                before=self._number(before, aim.measure),
                after=self._number(after, aim.measure),
                unit=self._unit(aim.measure),
                change=self._change(effects[aim.column.name], aim.measure, unit=True),
            )

    def _sure(self) -> None:
        answer, say = self._answer, self._say
        drawn = "draws" if answer.draws else "chance"
        regret = answer.regret(0)["1"]
        self._print(
            f"plan_sure_{drawn}",
            draws=answer.draws,
            better=say.percent(answer.effect("1")[self._main.column.name].agreement),
            best=say.percent(answer.best_of(0)["1"]),
            of=say("plan_in_main") if len(answer.scoring.aims) > 1 else "",
            kept=len(answer.packages),
            regret=self._number(regret, self._main.measure),
            unit=self._points(self._main.measure),
            within=say.percent(answer.within("1")),
        )

    def _takes(self) -> None:
        levels = [self._answer.level(name) for name in (STATUS_QUO, "1")]
        told = []
        for name in ("burden", "cost"):
            for column in self._answer.scoring.columns:
                if column.measure == name:
                    before, after = (one[column.name].value for one in levels)
                    told.append(
                        self._say(
                            "plan_taken",
                            measure=self._column(column),
                            before=self._number(before, name),
                            after=self._number(after, name),
                            unit=self._unit(name),
                        )
                    )
        if told:
            self._print("plan_takes", taken=self._say("plan_between").join(told))

    def _order(self) -> None:
        order = self._answer.order
        if order is None:
            return
        gains, name = self._answer.gains, self._main.column.name
        self._print(
            "plan_order",
            order=self._say("plan_then").join(self._lever(one) for one in order.best),
            stage=order.stage,
            tried=order.tried,
            at_once=self._change(gains[AT_ONCE][name], self._main.measure, unit=True),
            reverse=self._change(gains[REVERSE][name], self._main.measure, unit=True),
        )

    def _why(self) -> None:
        answer, say = self._answer, self._say
        if answer.levers is None:
            return
        gains = answer.of_main(answer.levers)
        ordered = sorted(gains, key=lambda key: -self._main.sign * gains[key].value)
        parts = say("separate").join(
            f"{self._lever(key[0])} {self._number(gains[key].value, self._main.measure, True)}"
            for key in ordered
        )
        shapley = say("plan_exactly" if answer.levers.exact else "plan_by_leaving_out")
        self._print("plan_why", parts=parts, how=shapley, unit=self._points(self._main.measure))
        if answer.clauses is not None and answer.carrier is not None:
            lever, clause = answer.carrier
            most = answer.of_main(answer.clauses)[answer.carrier]
            self._print(
                "plan_clause",
                clause=self._clause(lever, clause),
                lever=self._lever(lever),
                lost=self._change(most, self._main.measure, unit=True),
            )

    def _clause(self, lever: str, key: str) -> str:
        assert self._scenario is not None
        for one in clauses_of(self._scenario):
            if (one.lever, one.key) == (lever, key):
                return one.zh if self._say.chinese else one.label
        return key

    def _more(self) -> None:
        found, more = self._answer.planning.more_budget, self._answer.more
        if found is None or more is None:
            return
        if found[0] == self._answer.best:
            self._print("plan_no_more", share=self._say.percent(MORE))
            return
        self._print(
            "plan_more",
            share=self._say.percent(MORE),
            gain=self._change(more[self._main.column.name], self._main.measure, unit=True),
            uses=self._uses(found[0]),
        )

    def _unbound(self) -> None:
        limits = {str(one): one for one in self._answer.scoring.limits}
        for text, never in self._answer.planning.unbound.items():
            key = "plan_never_binds" if never else "plan_not_bound"
            self._print(key, limit=self._limit(limits[text]))

    # Tables.

    def packages(self) -> None:
        """The packages kept: what they give, and how sure that is."""
        answer, say = self._answer, self._say
        aimed = [one.column for one in answer.scoring.aims]
        limited = [one.column for one in answer.scoring.limits]
        columns = list(dict.fromkeys(aimed + limited))[:_COLUMNS]
        table = narrow_table(f"\n{say('plan_package')}")
        for one in columns:
            table.add_column(f"{self._measure(one.measure)}\n{self._when(one)}", justify="right")
        for key in ("plan_best", "plan_regret", "plan_within"):
            table.add_column(say(key), justify="right")
        best, regret = answer.best_of(0), answer.regret(0)
        shown = [STATUS_QUO, *answer.packages]
        shown += [MORE_BUDGET] if MORE_BUDGET in answer.runs else []
        for name in shown:
            level = answer.level(name)
            cells = [self._level(level[one.name], one.measure) for one in columns]
            rival = name in best
            title = say(name) if say.knows(name) else name
            starred = (
                f"{title} *" if name in answer.front and len(answer.scoring.aims) > 1 else title
            )
            table.add_row(
                starred,
                *cells,
                say.percent(best[name]) if rival else "–",
                self._number(regret[name], self._main.measure) if rival else "–",
                say.percent(answer.within(name)),
            )
        self._console.print()
        self._console.print(table)
        for name, package in answer.packages.items():
            self._console.print(f"{name}: {self._uses(package)}")
        drawn = "draws" if answer.draws else "chance"
        self._print(
            f"plan_key_{drawn}",
            runs=answer.planning.question.size.fresh,
            draws=answer.draws,
            seed=answer.planning.question.seed,
            tried=len(answer.planning.searched),
        )
        for one in columns:
            number, runs = answer.without_value[one.name]
            if number:
                measure = self._column(one)
                measure = measure[:1].upper() + measure[1:]
                self._print("plan_without_value", measure=measure, number=number, runs=runs)
        if len(answer.scoring.aims) > 1:
            self._print("plan_key_front")
        self._print("plan_files", folder=answer.planning.folder.as_posix())

    def pairs(self) -> None:
        """Differences between packages kept, in the aims."""
        if len(self._answer.packages) < 2:
            return
        table = narrow_table(f"\n{self._say('plan_difference')}")
        for aim in self._answer.scoring.aims:
            table.add_column(self._column(aim), justify="right")
        for (one, other), found in self._answer.pairs.items():
            cells = [
                self._change(found[aim.column.name], aim.measure)
                for aim in self._answer.scoring.aims
            ]
            table.add_row(f"{one} − {other}", *cells)
        self._console.print()
        self._console.print(table)

    def reasons(self) -> None:
        """What levers and clauses of the best package contribute to aims."""
        answer = self._answer
        if answer.levers is None:
            return
        self._contributions("plan_of_levers", answer.of_main(answer.levers), None)
        if answer.clauses is not None:
            self._contributions("plan_of_clauses", answer.of_main(answer.clauses), _CLAUSES)

    def _contributions(
        self, title: str, found: dict[tuple[str, ...], Estimate], most: int | None
    ) -> None:
        table: Table = narrow_table(f"\n{self._say(title)}")
        table.columns[0].max_width = 50
        table.add_column(self._column(self._main), justify="right")
        for key in sorted(found, key=lambda key: -abs(found[key].value))[:most]:
            label = self._lever(key[0])
            if len(key) > 1:
                label = self._say("of_lever", lever=label, names=self._clause(key[0], key[1]))
            table.add_row(label, self._change(found[key], self._main.measure))
        self._console.print()
        self._console.print(table)
