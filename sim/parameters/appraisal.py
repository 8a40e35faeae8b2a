"""Appraisal: its sources, and the four grades."""

from sim.declare import Section, count, number, share


class Appraiser(Section):
    """What one source of appraisal looks at (考核主体)."""

    substance: float = share("weight of work done", zh="看重实绩")
    show: float = share("weight of work shown", zh="看重表面")
    connection: float = share("weight of closeness", zh="看重关系")
    noise: float = number("standard deviation of its error", 0, 1, "score", zh="评价误差")


class Appraisers(Section):
    """Four sources of appraisal (考核主体)."""

    superior: Appraiser
    peers: Appraiser
    record: Appraiser
    users: Appraiser


class Grading(Section):
    """From scores to the four annual grades and what they bring (考核等次)."""

    top_share: float = share(
        "cap on the top grade",
        zh="优秀比例",
        source="Rules on the appraisal of civil servants, China 2007, 2020",
    )
    basic_below: float = number(
        "score below which an officer is no more than basically competent",
        0,
        1,
        "score",
        zh="称职线",
    )
    failing_below: float = number(
        "score below which an officer is not competent", 0, 1, "score", zh="基本称职线"
    )
    failing_gravity: float = number(
        "gravity of a year's sanctions that makes an officer not competent",
        0,
        10,
        "gravity",
        zh="不称职的处分轻重",
    )
    complaints_bar: int = count(
        "upheld complaints in a year that bar “competent”",
        1,
        1000,
        zh="有效投诉",
        source="essay, C5",
    )
    dismissal_years: int = count(
        "years not competent, running, that end in dismissal",
        1,
        10,
        "years",
        zh="连续不称职辞退年数",
        source="Civil Servant Law of China 2005, 2018",
    )
