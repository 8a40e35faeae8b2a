"""The page looks like the project's pictures, and what tells things apart is not colour alone."""

from sim.app import look
from sim.app.charts import Line, paths
from sim.app.texts.explore import TEXTS
from sim.app.words import LANGUAGES, Words
from sim.drawing import style
from sim.kinds import CONDUCTS, PROFILES


def test_colours_are_those_of_the_pictures():
    for name in ("BLACK", "ORANGE", "SKY", "GREEN", "YELLOW", "BLUE", "VERMILION", "PURPLE"):
        assert getattr(look, name) == getattr(style, name)
    assert (look.DIM, look.FAINT) == (style.DIM, style.FAINT)


def test_officers_are_told_apart_by_letter_as_well_as_by_colour():
    for kinds in (CONDUCTS, PROFILES):
        for lang in LANGUAGES:
            assert len({look.letter(kind, lang) for kind in kinds.of.values()}) == len(kinds)
        assert len({kind.colour for kind in kinds.of.values()}) == len(kinds)


def test_letters_stand_out_on_their_colour():
    assert look.ink(look.BLACK) == "#FFFFFF"
    assert look.ink(look.YELLOW) == look.ink(look.ORANGE) == look.BLACK


def test_a_chart_says_in_words_what_it_shows(finished):
    from sim.app.answers import ask
    from sim.app.state import State

    reference, _ = finished(ask(State(runs=4), False))
    words = Words("en", TEXTS)
    line = Line("Status quo", look.STATUS_QUO, reference, "credibility")
    options = paths(words, "Credibility", "It stays.", [line])
    assert options["aria"] == {"enabled": True, "label": {"description": "It stays."}}
    assert options["animation"] is False
