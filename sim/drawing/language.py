"""Texts of figures in English and Chinese."""

from collections.abc import Mapping
from functools import cache

from sim.app.texts.worlds import WORLDS_ZH
from sim.drawing import style
from sim.drawing.words import PERCENT, brief
from sim.errors import BadInput
from sim.measures import MEASURES, whole_of
from sim.printed_numbers import plain
from sim.study.study import Study
from sim.world.scenario import Scenario

ENGLISH, CHINESE = "en", "zh"
LANGUAGES = (ENGLISH, CHINESE)
Texts = Mapping[str, Mapping[str, str]]

COMMON: Texts = {
    "en": {
        "basis": "{replicates} replicates on common draws, seed {seed}; {scenario}, {months} "
        "months, the last {observed} observed.",
        "interval": "95\u00a0% bootstrap interval of the mean over replicates",
        "range": "the middle 90\u00a0% of replicates",
        "share": "share",
        "points": "percentage points",
        "year": "year",
        "month": "month",
        "status_quo": "Status quo",
        "all_levers": "All together",
        "redraw": "Redraw: {command}",
        "rests_on": "Rests on the experiment {experiment} ({question}), results {hash}, Zhixing "
        "{version}, commit {commit}.",
        "district": "the district",
        "vicious_circle": "the vicious circle",
        "responsibility_storm": "the responsibility storm",
        "province": "the province",
        "separate": ", ",
        "and": " and ",
        "quoted": "“{text}”",
    },
    "zh": {
        "basis": "共同随机数下{replicates}次重复，种子{seed}；{scenario}，{months}个月，"
        "观测最后{observed}个月。",
        "interval": "重复均值的95%自助法置信区间",
        "range": "中间90%的重复",
        "share": "比例",
        "points": "百分点",
        "year": "年",
        "month": "月",
        "status_quo": "现状",
        "all_levers": "八项合用",
        "redraw": "重绘：{command}",
        "rests_on": "依据实验{experiment}（{question}），结果{hash}，知行{version}，提交{commit}。",
        "district": "区政府情景",
        "vicious_circle": "恶性循环情景",
        "responsibility_storm": "责任风暴情景",
        "province": "省域情景",
        "separate": "、",
        "and": "和",
        "quoted": "“{text}”",
    },
}


class Speaker:
    """Gives texts of one figure in one language: its own, or else those common to all figures."""

    def __init__(self, lang: str, texts: Texts) -> None:
        self.lang = lang
        self._texts = {**COMMON[lang], **texts[lang]}

    def __call__(self, key: str, /, **values: object) -> str:
        """A text by its key, with values inserted."""
        return self._texts[key].format(**values)

    def knows(self, key: str) -> bool:
        """Whether there is a text with this key."""
        return key in self._texts

    @property
    def chinese(self) -> bool:
        """Whether the language is Chinese."""
        return self.lang == CHINESE

    def measure(self, name: str) -> str:
        """Title of a measure."""
        measure = MEASURES[whole_of(name)]
        return measure.zh if self.chinese else measure.title

    def title(self, scenario: Scenario) -> str:
        """Title of a scenario; shipped scenarios have one in Chinese too."""
        known = self._in_chinese(scenario)
        return known[0] if known else brief(scenario.title)

    def story(self, scenario: Scenario) -> str:
        """Story of a scenario; shipped scenarios have one in Chinese too."""
        known = self._in_chinese(scenario)
        return known[1] if known else scenario.story

    def _in_chinese(self, scenario: Scenario) -> tuple[str, str, str] | None:
        """Chinese texts of a shipped scenario; None for others, or if the language is English."""
        told = self.chinese and scenario.name in WORLDS_ZH and _ships(scenario)
        return WORLDS_ZH[scenario.name] if told else None

    def lever(self, name: str, scenario: Scenario) -> str:
        """Title of a lever, or of “status_quo” or “all_levers”."""
        if name not in scenario.levers:
            return self(name)
        lever = scenario.levers[name]
        return brief(lever.zh if self.chinese else lever.title)

    def listed(self, names: list[str]) -> str:
        """Names as a list in a sentence."""
        if len(names) < 2:
            return "".join(names)
        return self("separate").join(names[:-1]) + self("and") + names[-1]

    def quoted(self, text: str) -> str:
        """A name in quotation marks."""
        return self("quoted", text=brief(text))

    def percent(self, share: float, digits: int = 0) -> str:
        """A share as a percentage."""
        text = plain(PERCENT * share, digits)
        return f"{text}%" if self.chinese else f"{text}\u00a0%"

    def basis(self, study: Study) -> str:
        """Replicates, seed, scenario and months of a study."""
        assert study.scenario is not None
        clock = study.scenario.clock
        name = study.experiment.scenario
        known = name if name in COMMON[self.lang] else None
        return self(
            "basis",
            replicates=study.replicates,
            seed=study.experiment.seed,
            scenario=self(known) if known else brief(study.scenario.title),
            months=clock.months,
            observed=min(clock.observed, clock.months),
        )


def joined(lang: str, *texts: Texts) -> Speaker:
    """A speaker of several tables of texts; later ones replace texts of earlier ones."""
    return Speaker(lang, {lang: {key: said for one in texts for key, said in one[lang].items()}})


@cache
def _shipped_title(name: str) -> str:
    return Scenario.load(name).title


def _ships(scenario: Scenario) -> bool:
    """Whether a scenario is a shipped one, by its title: a user's file may have the same name."""
    return scenario.title == _shipped_title(scenario.name)


def check_language(lang: str) -> None:
    """Raise BadInput if a language is unknown, or no installed font has its characters."""
    if lang not in LANGUAGES:
        raise BadInput(f"--lang {lang}: expected one of {', '.join(LANGUAGES)}")
    if lang == CHINESE and not style.chinese_fonts():
        raise BadInput(
            "--lang zh: no Chinese font is installed. Install one (Debian, Ubuntu: apt install "
            "fonts-wqy-microhei; Fedora: dnf install wqy-microhei-fonts; macOS and Windows come "
            f"with one) and run this again. Looked for: {', '.join(style.CHINESE)}"
        )
