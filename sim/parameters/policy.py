"""Time, directives, reports, and the state of affairs in which a run begins."""

from sim.declare import Section, count, group, number, share
from sim.parameters.officers import Spread


class Clock(Section):
    """How long a run lasts and which part of it is measured (时间)."""

    months: int = count("length of a run", 1, 6000, "months", zh="月数")
    reform_starts: int = count(
        "month in which levers begin unless a reform names its own",
        0,
        6000,
        "months",
        zh="改革起始月",
    )
    observed: int = count(
        "last months of a run over which a summary is taken", 1, 6000, "months", zh="观测月数"
    )


class Directives(Section):
    """Policies on their way down a line (政策)."""

    difficulty: Spread = group(
        "how hard a directive is to carry out", zh="难度", source="Matland 1995; assumed values"
    )
    interest_low: float = number(
        "least a directive serves its department",
        -1,
        1,
        "interest",
        zh="部门利益下限",
        source="essay, B3; assumed value",
    )
    interest_high: float = number(
        "most a directive serves its department",
        -1,
        1,
        "interest",
        zh="部门利益上限",
        source="essay, B3; assumed value",
    )
    specificity: Spread = group(
        "how much of a directive needs local adaptation",
        zh="因地制宜程度",
        source="essay, B4, B7; assumed values",
    )
    harm: Spread = group("harm done if a directive fails", zh="危害", source="assumed")
    life: int = count("months until a directive is replaced", 1, 600, "months", zh="政策周期")


class Reporting(Section):
    """How reports travel upwards (欺上瞒下)."""

    gloss: float = share(
        "part of what is missing that a layer of full show adds to a report",
        zh="层层粉饰",
        source="Tullock 1965; Downs 1967; assumed value",
    )


class Start(Section):
    """The state of affairs in which a run begins, beside traits and trust (初始状态)."""

    norm_at_start: float = share(
        "norm of every department, and officers faithful, in the first month", zh="初始风气"
    )
