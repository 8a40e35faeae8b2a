"""Officers: traits, careers, and the profiles of the third state."""

from typing import ClassVar

from sim.declare import Section, count, group, number, share


class Spread(Section):
    """A share that differs between people or directives: normal, held inside [0, 1] (分布)."""

    named_in_record: ClassVar[bool] = True

    mean: float = share("mean", zh="均值")
    sd: float = number("standard deviation", 0, 1, "share", zh="标准差")


class Traits(Section):
    """Those who hold or apply for posts, before anything shapes them (个人特质)."""

    capability: Spread = group(
        "ability to do what a post needs", zh="能力", source="essay, B8; assumed values"
    )
    responsibility: Spread = group(
        "sense of responsibility", zh="责任心", source="essay, B8; assumed values"
    )
    inertia: Spread = group(
        "pull of what one did last month", zh="惰性", source="essay, B8; assumed values"
    )
    ambition: Spread = group("ambition", zh="事业心", source="essay, B8; assumed values")
    connection: Spread = group("connections", zh="关系", source="essay, B8; assumed values")
    merit_belief: Spread = group("belief that merit is rewarded", zh="公平预期", source="assumed")


class Careers(Section):
    """Entry, exit and time in post (进出与任期)."""

    retirement_age: int = count(
        "age of retirement",
        40,
        80,
        "years",
        zh="退休年龄",
        source="State Council of China 1978, No. 104",
    )
    youngest: int = count("least age of an officer", 18, 40, "years", zh="最低年龄")
    entry_age: float = number("mean age of a newcomer", 18, 40, "years", zh="录用平均年龄")
    entry_age_sd: float = number(
        "standard deviation of a newcomer's age", 0, 20, "years", zh="录用年龄标准差"
    )
    age_mean: float = number("mean age at the start", 18, 70, "years", zh="初始平均年龄")
    age_sd: float = number(
        "standard deviation of age at the start", 0, 20, "years", zh="初始年龄标准差"
    )
    resignation: float = number(
        "officers who resign",
        0,
        1,
        "share a year",
        zh="辞职率",
        source="about .2 % in China (recalled)",
    )
    transfer: float = number(
        "officers above the front line who move to another government",
        0,
        1,
        "share a year",
        zh="交流任职",
        source="Eaton & Kostka 2014 on leaders' turnover; assumed value",
    )
    longest_in_post: int = count(
        "longest time in post at the start", 0, 600, "months", zh="初始最长任职时间"
    )
    time_in_rank: int = count(
        "months in post before promotion", 0, 240, "months", zh="最低任职年限"
    )


class Profiles(Section):
    """Thresholds of the third state (第三种状态); who meets none of them is sound."""

    unprincipled_below: float = share(
        "responsibility of the unprincipled", zh="缺乏从政道德", source="essay, B8; assumed value"
    )
    driftless_below: float = share(
        "ambition of the driftless", zh="事业心不强", source="essay, B8; assumed value"
    )
    unable_below: float = share(
        "capability of the unable", zh="能力不适应", source="essay, B8; assumed value"
    )
    exhausted_above: float = share(
        "inertia of the exhausted", zh="缺乏精神动力", source="essay, B8; assumed value"
    )
    fixer_above: float = share(
        "connections of the fixers", zh="信奉潜规则", source="essay, B8; assumed value"
    )
