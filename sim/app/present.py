"""Presentation mode: one chart and its sentence at a time, by keys; the browser does it alone."""

from nicegui import ui

from sim.app.words import Words

TEXTS = {
    "en": {
        "present": "Present",
        "place": "{at} of {all}",
        "back": "Previous chart",
        "onward": "Next chart",
        "whole": "Whole screen (f)",
        "end": "End (Esc)",
    },
    "zh": {
        "present": "演示",
        "place": "第{at}张，共{all}张",
        "back": "上一张图",
        "onward": "下一张图",
        "whole": "全屏（f）",
        "end": "结束（Esc）",
    },
}


class Present(ui.element, component="present.js"):
    """The button that begins a presentation of the page's charts; the style sheet hides it
    where there are none.
    """

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._props |= {"texts": TEXTS[words.lang]}
