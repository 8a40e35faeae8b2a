"""The five conducts: what each takes, shows and delivers."""

from pydantic import Field

from sim.declare import Section, number, share


class Conduct(Section):
    """One way to deal with a directive, and what comes of it (执行方式)."""

    available: bool = Field(
        description="whether officers may choose it",
        json_schema_extra={"store": "i4", "zh": "可选"},
    )
    effort: float = number("effort", 0, 2, "full month", zh="努力")
    show: float = share("what it shows to those above", zh="表面政绩")
    misconduct: float = share("how far it is misconduct", zh="失职程度")
    error: float = share("exposure to error in acting", zh="出错风险")
    engagement: float = share("engagement that colleagues see", zh="投入程度")
    passes: float = share("content handed down", zh="传达比例", source="Downs 1967; assumed values")
    passes_local: float = share(
        "content lost per unit of specificity when handed down", zh="传达中的地方损失"
    )
    passes_adverse: float = share(
        "content misread per unit of adverse interest when handed down",
        zh="蓄意误读",
        source="essay, B3; assumed values",
    )
    substance: float = share("substance per unit of ease", zh="实绩")
    substance_interest: float = number(
        "substance added per unit of the department's interest",
        -1,
        1,
        "share",
        zh="部门利益对实绩的影响",
        source="essay, B3; assumed values",
    )
    local_loss: float = share(
        "substance lost per unit of specificity",
        zh="因地制宜损失",
        source="essay, B4, B7; assumed values",
    )
    local_autonomy: float = share(
        "part of that loss which full autonomy avoids",
        zh="自主权挽回的损失",
        source="essay, B7; assumed values",
    )
    rent: float = number(
        "rent per unit of interest of either sign",
        0,
        5,
        "share",
        zh="利益所得",
        source="essay, B3; assumed values",
    )
    excess: float = share(
        "work beyond what was asked per unit of favourable interest",
        zh="过度执行",
        source="essay, B3; assumed values",
    )
    hides: float = share(
        "shortfall that is kept from citizens", zh="瞒下", source="essay, B9; assumed values"
    )
    avoidance: float = number(
        "relief per unit of adverse interest",
        0,
        5,
        "share",
        zh="规避所得",
        source="essay, B3; assumed values",
    )


class Conducts(Section):
    """The five conducts (执行方式)."""

    faithful: Conduct
    literal: Conduct
    selective: Conduct
    symbolic: Conduct
    idle: Conduct
