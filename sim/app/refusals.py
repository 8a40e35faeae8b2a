"""What the page does not accept, said in the language of the page."""

from collections.abc import Iterable

from sim.app.texts.refusals import TEXTS
from sim.errors import FEW, BadInput, closest
from sim.world.levers import Lever

# Nobody types a longer name; what a stranger sends is not repeated at length.
_LONGEST = 60


class Refusal(BadInput):
    """Something asked for by a link or a control is outside what the page shows."""

    def __init__(self, key: str, **facts: object) -> None:
        self._key = key
        self._facts = facts
        super().__init__(self.said("en"))

    def said(self, lang: str) -> str:
        """The reason in one line."""
        facts = {name: _named(fact, lang) for name, fact in self._facts.items()}
        return TEXTS[lang][self._key].format(**facts)


def _named(fact: object, lang: str) -> object:
    """A lever by its name in a language; all else as it is."""
    if isinstance(fact, Lever):
        return fact.zh if lang == "zh" else fact.title
    return fact


class Unknown(Refusal):
    """A name that is not known, with the one that may be meant."""

    def __init__(self, key: str, word: str, choices: Iterable[str]) -> None:
        self._choices = sorted(choices)
        super().__init__(key, word=word[:_LONGEST])

    def said(self, lang: str) -> str:
        """The reason in one line, with the nearest name."""
        texts, word = TEXTS[lang], str(self._facts["word"])
        close = closest(word, self._choices)
        hint = ""
        if close:
            hint = texts["did_you_mean"].format(name=close)
        elif len(self._choices) <= FEW:
            hint = texts["known"].format(names=texts["between"].join(self._choices))
        return texts[self._key].format(word=word, hint=hint)


def one_line(error: BadInput, lang: str) -> str:
    """What was refused; what only the model can tell is told in English alone."""
    if isinstance(error, Refusal):
        why = error.said(lang)
    else:
        why = str(error) if lang == "en" else TEXTS[lang]["elsewhere"]
    return " ".join(why.split())
