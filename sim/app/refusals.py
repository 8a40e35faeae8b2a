"""Errors for users of the page, in the language of the page."""

from collections.abc import Iterable

from sim.app.texts.refusals import TEXTS
from sim.errors import FEW, BadInput, closest
from sim.world.levers import Lever

# Most characters of an unknown name that an error repeats; longer names are cut.
_LONGEST = 60


class Refusal(BadInput):
    """An error in a link or a control: its text by ``key``, with ``facts`` inserted."""

    def __init__(self, key: str, **facts: object) -> None:
        self._key = key
        self._facts = facts
        super().__init__(self.said("en"))

    def said(self, lang: str) -> str:
        """The error in one line, in English (“en”) or Chinese (“zh”)."""
        facts = {name: _named(fact, lang) for name, fact in self._facts.items()}
        return TEXTS[lang][self._key].format(**facts)


def _named(fact: object, lang: str) -> object:
    """The title of a lever in a language; any other value unchanged."""
    if isinstance(fact, Lever):
        return fact.zh if lang == "zh" else fact.title
    return fact


class Unknown(Refusal):
    """An unknown name; the error suggests the nearest of ``choices``, or lists them if few."""

    def __init__(self, key: str, word: str, choices: Iterable[str]) -> None:
        self._choices = sorted(choices)
        super().__init__(key, word=word[:_LONGEST])

    def said(self, lang: str) -> str:
        """The error in one line, with the nearest name."""
        texts, word = TEXTS[lang], str(self._facts["word"])
        close = closest(word, self._choices)
        hint = ""
        if close:
            hint = texts["did_you_mean"].format(name=close)
        elif len(self._choices) <= FEW:
            hint = texts["known"].format(names=texts["between"].join(self._choices))
        return texts[self._key].format(word=word, hint=hint)


def one_line(error: BadInput, lang: str) -> str:
    """An error in one line; the model's own errors exist in English only.

    In Chinese, a general sentence replaces an error of the model.
    """
    if isinstance(error, Refusal):
        why = error.said(lang)
    else:
        why = str(error) if lang == "en" else TEXTS[lang]["elsewhere"]
    return " ".join(why.split())
