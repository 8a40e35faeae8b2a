"""The kinds that the model tells apart, each named once: conducts, channels, profiles, grades.

Everything that shows a kind (tables, figures, the teaching page) takes its names, letter, colour
and hatch from here.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from sim.palette import BLACK, GREEN, GREY, ORANGE, PURPLE, SKY, VERMILION, YELLOW


@dataclass(frozen=True)
class Kind:
    """One kind: its name in files, in English and in Chinese, and how pictures show it."""

    name: str
    title: str
    zh: str
    letter: str = ""
    letter_zh: str = ""
    colour: str = BLACK
    hatch: str = ""
    # What is said of those who are of this kind, after “officers”.
    said: str = ""
    # The English name on the teaching page, for readers who do not know the field's terms.
    plain: str = ""


@dataclass(frozen=True)
class Conduct(Kind):
    """A conduct, and what counts it: compliance, supervision, statistics of cases."""

    # Whether officers of this conduct comply with what is asked of them.
    complies: bool = False
    # Whether it can be misconduct; then every kind of look has an acuity for it.
    misconduct: bool = True
    # Whether its sanctions are cases of formalism and bureaucratism (形式主义、官僚主义).
    formalism: bool = False
    # Whether its sanctions are cases of inaction (不作为).
    inaction: bool = False
    # Whether they are in the published category of dereliction: inaction, and action that is
    # reckless or only for show (不担当、不作为、乱作为、假作为).
    dereliction: bool = False


class Kinds[One: Kind](tuple[str, ...]):
    """The names of some kinds, in their order; ``kinds.of[name]`` tells the rest of one."""

    of: dict[str, One]

    def __new__(cls, kinds: Iterable[One]) -> Self:
        """Take the kinds in the order in which the state counts them."""
        found = {kind.name: kind for kind in kinds}
        self = super().__new__(cls, found)
        self.of = found
        return self

    def __getnewargs__(self) -> tuple[list[One]]:
        """Arguments with which a copy is made in another process: the kinds."""
        return (list(self.of.values()),)

    def where(self, has: Callable[[One], bool]) -> "Kinds[One]":
        """Those kinds that ``has`` is true of, in their order."""
        return Kinds(kind for kind in self.of.values() if has(kind))

    def marks(self, some: Iterable[str]) -> NDArray[np.float64]:
        """1 for each kind whose name is among ``some``, 0 for the others: shape (kinds,)."""
        marked = set(some)
        return np.array([1.0 if name in marked else 0.0 for name in self])


CONDUCTS = Kinds(
    (
        Conduct(
            "faithful",
            "Faithful",
            "忠实执行",
            letter="F",
            letter_zh="忠",
            colour=GREEN,
            said="faithful",
            plain="Faithful",
            complies=True,
            misconduct=False,
        ),
        Conduct(
            "literal",
            "Literal",
            "机械执行",
            letter="L",
            letter_zh="机",
            colour=SKY,
            hatch="////",
            said="literal",
            plain="To the letter",
            complies=True,
            formalism=True,
        ),
        Conduct(
            "selective",
            "Selective",
            "选择性执行",
            letter="S",
            letter_zh="选",
            colour=YELLOW,
            said="selective",
            plain="Selective",
        ),
        Conduct(
            "symbolic",
            "Symbolic",
            "象征性执行",
            letter="Y",
            letter_zh="象",
            colour=ORANGE,
            hatch="....",
            said="symbolic",
            plain="For show",
            formalism=True,
            dereliction=True,
        ),
        Conduct(
            "idle",
            "Idle",
            "隐形不作为",
            letter="I",
            letter_zh="隐",
            colour=VERMILION,
            said="idle",
            plain="Hidden inaction",
            formalism=True,
            inaction=True,
            dereliction=True,
        ),
    )
)
PROFILES = Kinds(
    (
        Kind(
            "sound",
            "Sound",
            "状态良好",
            letter="S",
            letter_zh="好",
            colour=GREEN,
            said="in none of the third states",
            plain="Sound",
        ),
        Kind(
            "unprincipled",
            "Unprincipled",
            "缺乏从政道德",
            letter="M",
            letter_zh="德",
            colour=VERMILION,
            said="without public morals",
            plain="Without public morals",
        ),
        Kind(
            "driftless",
            "Driftless",
            "事业心不强",
            letter="D",
            letter_zh="志",
            colour=SKY,
            said="without drive",
            plain="Without drive",
        ),
        Kind(
            "unable",
            "Unable",
            "能力不适应",
            letter="A",
            letter_zh="能",
            colour=ORANGE,
            said="without the ability they need",
            plain="Without the ability",
        ),
        Kind(
            "exhausted",
            "Exhausted",
            "缺乏精神动力",
            letter="E",
            letter_zh="满",
            colour=PURPLE,
            said="content with small gains",
            plain="Content with small gains",
        ),
        Kind(
            "fixer",
            "Fixers",
            "信奉潜规则",
            letter="H",
            letter_zh="规",
            colour=GREY,
            said="believers in hidden rules and connections",
            plain="Believes in hidden rules",
        ),
    )
)
CHANNELS = Kinds(
    (
        Kind("party", "Party supervision", "党内监督"),
        Kind("congress", "People's congress", "人大监督"),
        Kind("consultative", "Consultative conference", "政协监督"),
        Kind("parties", "Other parties", "党派监督"),
        Kind("administrative", "Administrative supervision", "监察监督"),
        Kind("audit", "Audit", "审计监督"),
        Kind("courts", "Courts", "司法监督"),
        Kind("masses", "Citizens' complaints", "群众监督"),
        Kind("press", "Press", "舆论监督"),
    )
)
EYES = Kinds(
    (
        Kind("inspection", "Inspection of papers", "书面检查"),
        Kind("audit", "Audit of accounts", "审计"),
        Kind("served", "Judgement of those served", "服务对象评议"),
        Kind("monitoring", "End-to-end monitoring", "全程监察"),
    )
)
CATEGORIES = Kinds(
    (
        Kind("leading", "Leading posts", "领导职务"),
        Kind("staff", "General staff", "综合管理"),
        Kind("counter", "Front line", "窗口一线"),
    )
)
APPRAISERS = Kinds(
    (
        Kind("superior", "Superiors", "上级"),
        Kind("peers", "Peers", "同级"),
        Kind("record", "Routine record", "日常工作记录"),
        Kind("users", "Those served", "服务对象"),
    )
)
# The four annual grades, from best to worst.
GRADES = Kinds(
    (
        Kind("top", "Graded top", "优秀"),
        Kind("competent", "Graded competent", "称职"),
        Kind("basically_competent", "Graded basically competent", "基本称职"),
        Kind("not_competent", "Graded not competent", "不称职"),
    )
)

# Places of kinds that rules name.
FAITHFUL, IDLE = CONDUCTS.index("faithful"), CONDUCTS.index("idle")
SOUND, UNPRINCIPLED, DRIFTLESS, UNABLE, EXHAUSTED, FIXER = range(len(PROFILES))
# Stands for a newcomer before the first year's end, and for those who left after the last.
OUTSIDE = len(PROFILES)
LEADING, STAFF, COUNTER = range(len(CATEGORIES))
PARTY = CHANNELS.index("party")
ADMINISTRATIVE = CHANNELS.index("administrative")
MASSES = CHANNELS.index("masses")
SUPERIOR = APPRAISERS.index("superior")
RECORD = APPRAISERS.index("record")
TOP, COMPETENT, BASIC, FAILING = range(len(GRADES))


def listed(names: Iterable[str], joint: str) -> str:
    """Names in a sentence, the last after ``joint``: “selective, symbolic or idle”."""
    *before, last = names
    return f"{', '.join(before)} {joint} {last}" if before else last
