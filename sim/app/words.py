"""Texts of the page in English and Chinese: one table for each view, and a shared one."""

from collections.abc import Iterable, Mapping

from sim.app.own_tables import base, is_own
from sim.app.texts import common
from sim.app.texts.meanings import meaning_zh
from sim.app.texts.sources import UNITS_ZH, bounds_zh, source_zh
from sim.app.texts.worlds import LEVER_STORIES_ZH, WORLDS_ZH
from sim.declare import Quantity
from sim.measures import MEASURES
from sim.printed_numbers import plain, signed
from sim.world.scenario import Scenario

ENGLISH, CHINESE = "en", "zh"
LANGUAGES = (ENGLISH, CHINESE)
Texts = Mapping[str, Mapping[str, str]]
_PERCENT = 100.0
# Departments that a story names.
_FEW = 8


class Words:
    """The texts of one view in one language."""

    def __init__(self, lang: str, texts: Texts) -> None:
        self.lang = lang
        self._texts = {**common.TEXTS[lang], **texts[lang]}

    def __call__(self, key: str, **values: object) -> str:
        """A text by its key, with values inserted."""
        return self._texts[key].format(**values)

    def pattern(self, key: str) -> str:
        """A text by its key, with placeholders that the browser fills in."""
        return self._texts[key]

    @property
    def chinese(self) -> bool:
        """Whether the language is Chinese."""
        return self.lang == CHINESE

    def joined(self, sentences: Iterable[str]) -> str:
        """Sentences joined, without empty ones."""
        return ("" if self.chinese else " ").join(filter(None, sentences))

    @property
    def per_cent(self) -> str:
        """The per cent sign, with the space before it that the language needs."""
        return "%" if self.chinese else "\u00a0%"

    def measure(self, name: str) -> str:
        """Title of a measure."""
        measure = MEASURES[name]
        return measure.zh if self.chinese else measure.title

    def lever(self, scenario: Scenario, name: str) -> str:
        """Title of a lever."""
        lever = scenario.levers[name]
        return lever.zh if self.chinese else lever.title

    def lever_story(self, scenario: Scenario, name: str) -> str:
        """Description of a lever."""
        story = scenario.levers[name].story
        return LEVER_STORIES_ZH.get(name, story) if self.chinese else story

    def world(self, scenario: Scenario) -> tuple[str, str, str]:
        """Title, story and question of a scenario."""
        if is_own(scenario.name):
            return self._own_world(scenario)
        if self.chinese and scenario.name in WORLDS_ZH:
            return WORLDS_ZH[scenario.name]
        return scenario.title, scenario.story, scenario.question

    def _own_world(self, scenario: Scenario) -> tuple[str, str, str]:
        names = scenario.layout.department_names
        listed = self("own_between").join(names[:_FEW])
        key = "own_departments" if len(names) <= _FEW else "own_departments_more"
        told = self(key, names=listed, number=len(names))
        return (
            self("own_title"),
            self(
                "own_story",
                posts=scenario.total_posts,
                departments=told,
                base=self.world(base())[0],
            ),
            self("own_question"),
        )

    def meaning(self, one: Quantity) -> str:
        """Meaning of a setting; in Chinese its term, and a fuller meaning if the page has one."""
        if not self.chinese:
            return one.meaning
        meaning = meaning_zh(one)
        return meaning if meaning.endswith(one.zh) else f"{one.zh}：{meaning}"

    def source(self, source: str) -> str:
        """Source of a number."""
        return source_zh(source) if self.chinese else source

    def unit(self, one: Quantity) -> str:
        """The unit of a setting."""
        return UNITS_ZH[one.unit] if self.chinese else one.unit

    def bounds(self, one: Quantity) -> str:
        """The range of a setting."""
        return bounds_zh(one.bounds) if self.chinese else one.bounds

    def stated(self, title: str, content: str) -> str:
        """A title, a colon and a content."""
        return f"{title}：{content}" if self.chinese else f"{title}: {content}"

    def percent(self, share: float, digits: int = 0) -> str:
        """A share as a percentage."""
        return plain(_PERCENT * share, digits) + self.per_cent

    def points(self, change: float) -> str:
        """A difference of shares in percentage points, with its sign."""
        return signed(_PERCENT * change, 1)

    def number(self, value: float) -> str:
        """A number that is not a share."""
        return plain(value, 2)
