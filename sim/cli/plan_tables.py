"""What ``plan`` prints: an answer in words first, then tables."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from sim.cli.plan_words import PLAN
from sim.cli.tables import interval_text, number_text
from sim.cli.terminal import page
from sim.cli.words import TABLES
from sim.planning.explained import SHAPLEY
from sim.planning.wishes import EXECUTION_SPREAD, Column, Limit, is_share

if TYPE_CHECKING:
    from sim.drawing.language import Speaker
    from sim.planning.planning import Planning

_HUNDRED = 100.0


class Tale:
    """Tells the results of a plan in a language."""

    def __init__(self, content: Mapping[str, Any], planning: "Planning", say: "Speaker") -> None:
        self.content = content
        self.planning = planning
        self.say = say

    # Words for parts of an answer.

    def measure(self, name: str) -> str:
        """Title of a measure."""
        return self.say(name) if name == EXECUTION_SPREAD else self.say.measure(name)

    def lever(self, name: str) -> str:
        """Title of a lever."""
        scenario = self.planning.scenario
        return name if scenario is None else self.say.lever(name, scenario)

    def percent(self, share: float) -> str:
        """A share in per cent."""
        return self.say("percent", number=f"{_HUNDRED * share:.0f}")

    def number(self, value: float, column: Column, sign: bool = False) -> str:
        """A value of a measure; shares are in per cent, or in points if they have a sign."""
        if not is_share(column.measure):
            return number_text(value, 2, sign)
        text = number_text(_HUNDRED * value, 1, sign)
        return text if sign else self.say("percent", number=text)

    def interval(self, found: Mapping[str, float], column: Column) -> str:
        """An interval in brackets."""
        scale = _HUNDRED if is_share(column.measure) else 1.0
        return interval_text(found["low"], found["high"], scale, 1 if scale > 1.0 else 2)

    def limit(self, limit: Limit) -> str:
        """A limit in words."""
        number = self.number(limit.value, limit.column)
        if limit.from_status_quo:
            shift = "" if not limit.value else f" {self.number(limit.value, limit.column, True)}"
            number = self.say("as_status_quo", shift=shift)
        return self.say(
            "limit_upper" if limit.upper else "limit_lower",
            measure=self.measure(limit.measure),
            number=number,
            window=self.say(f"window_{limit.window}"),
        )

    def package(self, uses: list[dict[str, Any]]) -> str:
        """A package in words: levers that start and end together, the strongest first."""
        groups: dict[tuple[int, int], list[str]] = {}
        for use in sorted(uses, key=lambda one: (one["start"], -one["intensity"])):
            told = self.say(
                "use", lever=self.lever(use["lever"]), percent=self.percent(use["intensity"])
            )
            groups.setdefault((use["start"], use["end"] or 0), []).append(told)
        parts = [
            self.say(
                "together",
                levers=self.say("separate").join(levers),
                start=start,
                end=self.say("until", end=end) if end else "",
            )
            for (start, end), levers in groups.items()
        ]
        return self.say("groups").join(parts) or self.say("nothing")

    # The answer.

    def asked(self) -> str:
        """What was asked."""
        planning = self.planning
        question, scenario = planning.question, planning.scenario
        assert scenario is not None
        aims = [
            self.say("aim_most" if one.most else "aim_least", measure=self.measure(one.measure))
            + " "
            + self.say(f"window_{one.window}")
            for one in question.wanted
        ]
        limits = self.say("separate").join(self.limit(one) for one in question.limited)
        return self.say(
            "asked",
            title=self.say.title(scenario),
            aims=self.say("separate").join(aims),
            limits=self.say("limits", limits=limits) if limits else self.say("no_limits"),
            first=planning.space.first,
            months=scenario.clock.months,
            draws=self.say("over_draws") if planning.draws else "",
        )

    def answer(self) -> list[str]:
        """The answer, a line a sentence."""
        say, content = self.say, self.content
        status_quo, best = content["packages"][:2]
        lines = [say("answer", package=self.package(best["levers"]))]
        shown = [one.column for one in self.planning.question.wanted]
        shown += [one.column for one in self.planning.question.limited]
        for column in dict.fromkeys(shown):
            found = best["measures"][column.name]
            lines.append(
                say(
                    "gives" if is_share(column.measure) else "gives_number",
                    measure=self.measure(column.measure),
                    window=say(f"window_{column.window}"),
                    level=self.number(found["value"], column),
                    status_quo=self.number(status_quo["measures"][column.name]["value"], column),
                    effect=self.number(found["effect"]["value"], column, sign=True),
                    interval=self.interval(found["effect"], column),
                )
            )
        number = len(content["packages"]) - 1
        main = self.planning.question.wanted[0].column
        regret = self.number(best["max_regret"], main, sign=True).removeprefix("+")
        lines.append(
            say(
                "sure" if content["draws"] else "sure_fixed",
                number=number,
                chance=self.percent(best["chance_best"]),
                regret=regret,
            )
        )
        if self.planning.question.limited:
            of = say("draws" if content["draws"] else "runs")
            lines.append(say("keeps", share=self.percent(best["keeps_limits"]), draws=of))
        return lines

    # Why, when, and what more would buy.

    @property
    def main(self) -> Column:
        """The column of the main aim."""
        return self.planning.question.wanted[0].column

    def effect(self, found: Mapping[str, float], times: float = 1.0) -> str:
        """An effect on the main aim, with its unit."""
        text = self.number(times * found["value"], self.main, sign=True)
        return self.say("points", number=text) if is_share(self.main.measure) else text

    def why(self) -> list[str]:
        """What each lever contributes, and the clause that carries most."""
        say, found = self.say, self.content["explained"]
        if not found["levers"]:
            return []
        parts = [
            say(
                "part",
                lever=self.lever(one["lever"]),
                effect=self.number(one["value"], self.main, sign=True),
                interval=self.interval(one, self.main),
            )
            for one in sorted(found["levers"], key=lambda one: -abs(one["value"]))
        ]
        key = "why" if found["how"] == SHAPLEY else "why_left_out"
        lines = [say(key, parts=say("separate").join(parts))]
        if found["clauses"]:
            first = found["clauses"][0]
            named = first["zh"] if say.chinese else first["clause"]
            turned = {"low": -first["high"], "high": -first["low"]}
            if not self.planning.question.wanted[0].most:
                turned = {"low": first["low"], "high": first["high"]}
            lines.append(
                say(
                    "carried",
                    clause=named,
                    lever=self.lever(first["lever"]),
                    effect=self.effect({"value": -first["value"]}),
                    interval=self.interval(turned, self.main),
                )
            )
        return lines

    def order(self) -> list[str]:
        """The best order, and its gain."""
        say, found = self.say, self.content["order"]
        if found is None:
            return []
        at_once, reverse = (found[f"over_{way}"][self.main.name] for way in ("at_once", "reverse"))
        sign = self.planning.question.wanted[0].sign
        low, high = sorted((sign * at_once["low"], sign * at_once["high"]))
        verdict = "order_at_once" if high < 0.0 else "order_staged" if low > 0.0 else "order_open"
        steps = [
            say("step", lever=self.lever(one["lever"]), start=one["start"])
            for one in sorted(found["levers"], key=lambda one: int(one["start"]))
        ]
        return [
            say(
                "order",
                order=say("separate").join(steps),
                at_once=self.effect(at_once),
                at_once_interval=self.interval(at_once, self.main),
                reverse=self.effect(reverse),
                reverse_interval=self.interval(reverse, self.main),
                verdict=say(verdict),
            )
        ]

    def budget(self) -> list[str]:
        """What a little more of each limit would buy."""
        say, lines = self.say, []
        limits = self.planning.question.limited
        for limit, one in zip(limits, self.content["budget"], strict=True):
            if not one["binds"]:
                lines.append(say("buys_nothing", limit=self.limit(limit)))
                continue
            gain = one["gains"][self.main.name]
            raised = self.limit(replace(limit, value=limit.value + one["by"]))
            lines.append(
                say(
                    "buys",
                    raised=raised,
                    gain=self.effect(gain),
                    interval=self.interval(gain, self.main),
                    package=self.package(one["levers"]),
                )
            )
        return lines

    def basis(self) -> str:
        """From which runs all of this is."""
        runs, draws = self.content["runs_of_each"], self.content["draws"]
        return self.say("basis_draws" if draws else "basis", runs=runs, draws=draws)

    # Tables.

    def packages(self, console: Console) -> None:
        """The packages kept."""
        say = self.say
        table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
        table.add_column("")
        question = self.planning.question
        named = [one.column for one in question.wanted]
        shown = list(dict.fromkeys([*named, *(one.column for one in question.limited)]))
        for column in shown:
            unit = say("share") if is_share(column.measure) else ""
            table.add_column(f"{self.measure(column.measure)}\n{unit}", justify="right")
        heads = ["chance"] + (["regret"] if self.content["draws"] else [])
        heads += ["keeps_head"] if question.limited else []
        for head in heads:
            table.add_column(say(head), justify="right")
        main = question.wanted[0].column
        for number, one in enumerate(self.content["packages"]):
            cells = []
            for column in shown:
                found = one["measures"][column.name]
                if number:
                    effect = self.number(found["effect"]["value"], column, True)
                    cells.append(f"{effect}\n{self.interval(found['effect'], column)}")
                else:
                    cells.append(self.number(found["value"], column))
            cells.append(self.percent(one["chance_best"]))
            if self.content["draws"]:
                cells.append(self.number(one["max_regret"], main, True).removeprefix("+"))
            if question.limited:
                cells.append(self.percent(one["keeps_limits"]))
            table.add_row(self.name(number), *cells, style=None if number else "dim")
        console.print(f"\n{say('packages')}", style="bold")
        for number, one in enumerate(self.content["packages"][1:], 1):
            console.print(f"{self.name(number)}: {self.package(one['levers'])}")
        console.print(table)

    def name(self, number: int) -> str:
        """What a package is called in tables."""
        return self.say("package", number=number) if number else self.say("status_quo")

    def pairs(self, console: Console) -> None:
        """Differences between the best package and the others, in the aims."""
        say = self.say
        columns = {one.column.name: one.column for one in self.planning.question.wanted}
        rows = self.content["pairs"]
        if not rows:
            return
        console.print(f"\n{say('pairs')}", style="bold")
        for row in rows:
            column = columns[row["measure"]]
            pair = say("pair", one=self.name(row["package"]), other=self.name(row["less"]))
            console.print(
                f"{pair}: {self.measure(column.measure)} "
                f"{self.number(row['value'], column, True)} {self.interval(row, column)}"
            )


def tell(content: Mapping[str, Any], planning: "Planning", lang: str) -> None:
    """Print the results of a plan."""
    from sim.drawing.language import joined

    console = page()
    tale = Tale(content, planning, joined(lang, TABLES, PLAN))
    console.print(f"{tale.asked()}\n")
    for line in (*tale.answer(), *tale.why(), *tale.order(), *tale.budget()):
        console.print(line)
    console.print(tale.basis())
    tale.packages(console)
    tale.pairs(console)
