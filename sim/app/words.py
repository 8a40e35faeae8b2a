"""The words of the page in English and Chinese: one table for each view, and those all share."""

from collections.abc import Iterable, Mapping

from sim.app.texts import common
from sim.app.texts.meanings import meaning_zh
from sim.app.texts.sources import UNITS_ZH, bounds_zh, source_zh
from sim.app.texts.worlds import LEVER_STORIES_ZH, WORLDS_ZH
from sim.declare import Quantity
from sim.measures import MEASURES
from sim.world.scenario import Scenario

ENGLISH, CHINESE = "en", "zh"
LANGUAGES = (ENGLISH, CHINESE)
Texts = Mapping[str, Mapping[str, str]]
MINUS = "−"
_PERCENT = 100.0


class Words:
    """Says the words of one view in one language."""

    def __init__(self, lang: str, texts: Texts) -> None:
        self.lang = lang
        self._texts = {**common.TEXTS[lang], **texts[lang]}

    def __call__(self, key: str, **values: object) -> str:
        """A text by its key, with values put in."""
        return self._texts[key].format(**values)

    def pattern(self, key: str) -> str:
        """A text whose places are filled in the browser."""
        return self._texts[key]

    @property
    def chinese(self) -> bool:
        """Whether it speaks Chinese."""
        return self.lang == CHINESE

    def joined(self, sentences: Iterable[str]) -> str:
        """Sentences one after the other; those that are empty left out."""
        return ("" if self.chinese else " ").join(filter(None, sentences))

    @property
    def per_cent(self) -> str:
        """The sign after a number."""
        return "%" if self.chinese else "\u00a0%"

    def measure(self, name: str) -> str:
        """What a measure is called."""
        measure = MEASURES[name]
        return measure.zh if self.chinese else measure.title

    def lever(self, scenario: Scenario, name: str) -> str:
        """What a lever is called."""
        lever = scenario.levers[name]
        return lever.zh if self.chinese else lever.title

    def lever_story(self, scenario: Scenario, name: str) -> str:
        """What a lever stands for."""
        story = scenario.levers[name].story
        return LEVER_STORIES_ZH.get(name, story) if self.chinese else story

    def world(self, scenario: Scenario) -> tuple[str, str, str]:
        """Title, story and question of a scenario."""
        if self.chinese and scenario.name in WORLDS_ZH:
            return WORLDS_ZH[scenario.name]
        return scenario.title, scenario.story, scenario.question

    def meaning(self, one: Quantity) -> str:
        """What a setting means; in Chinese its term, and a fuller meaning if the page has one."""
        if not self.chinese:
            return one.meaning
        meaning = meaning_zh(one)
        return meaning if meaning.endswith(one.zh) else f"{one.zh}：{meaning}"

    def source(self, source: str) -> str:
        """Where a number comes from."""
        return source_zh(source) if self.chinese else source

    def unit(self, one: Quantity) -> str:
        """The unit of a setting."""
        return UNITS_ZH[one.unit] if self.chinese else one.unit

    def bounds(self, one: Quantity) -> str:
        """The range of a setting."""
        return bounds_zh(one.bounds) if self.chinese else one.bounds

    def stated(self, title: str, content: str) -> str:
        """A title and what is said under it."""
        return f"{title}：{content}" if self.chinese else f"{title}: {content}"

    def percent(self, share: float, digits: int = 0) -> str:
        """A share as a percentage."""
        text = f"{_PERCENT * share:.{digits}f}".replace("-", MINUS)
        text = text.removeprefix(MINUS) if float(text.replace(MINUS, "-")) == 0.0 else text
        return text + self.per_cent

    def points(self, change: float) -> str:
        """A difference of shares in percentage points, with its sign."""
        return signed(_PERCENT * change, 1)

    def number(self, value: float) -> str:
        """A number that is no share."""
        return f"{value:.2f}".replace("-", MINUS)


def signed(value: float, digits: int) -> str:
    """A number with its sign, with a true minus."""
    text = f"{value:+.{digits}f}"
    return text[1:] if float(text) == 0.0 else text.replace("-", MINUS)
