"""Whatever the page refuses, it refuses in its own language; no browser is needed to see it."""

import re

import pytest

from sim.app.refusals import Refusal, one_line
from sim.app.state import Pull, State, whole
from sim.app.texts.refusals import TEXTS
from sim.app.watched import Department
from sim.errors import BadInput
from tests.app.test_state import HOSTILE, read

CHINESE = re.compile("[\u4e00-\u9fff]")


def refused(call):
    with pytest.raises(Refusal) as error:
        call()
    return error.value


@pytest.mark.parametrize(
    "call",
    [
        *((lambda query=query: read(query)) for query in HOSTILE),
        lambda: whole("1", None, 0, 1),
        lambda: whole("1", 0.5, 0, 1),
        lambda: whole("1", 2, 0, 1),
        lambda: State().pull(4, "culture", Pull(1)),
        lambda: State().pull(0, "culture", Pull(101)),
        lambda: State().pull(0, "culture", Pull(1, 5, 5)),
        lambda: State().moved_to("nowhere"),
        lambda: Department(State().moved_to("one_window")),
    ],
)
def test_every_reason_is_told_in_both_languages(call):
    error = refused(call)
    said = re.sub("“.*?”", "", one_line(error, "zh"))
    assert CHINESE.search(said)
    # Names of what there is stand as links have them, never two in a row without a mark.
    assert not re.search("[A-Za-z]{2} +[A-Za-z]{2}", said)
    assert one_line(error, "en") == str(error)
    assert not CHINESE.search(str(error))


def test_a_lever_is_called_what_its_slider_is_called():
    error = refused(lambda: State().pull(0, "supervision", Pull(80, 60, 12)))
    assert str(error) == "lever “Supervision”: months 60 to 12; expected 0 ≤ from < to ≤ 120"
    assert one_line(error, "zh") == "举措“监督”：第60至12个月；应为 0 ≤ 起 < 止 ≤ 120"


def test_what_only_the_model_can_tell_is_no_english_on_a_chinese_page():
    error = BadInput("clock.months: 0 is too small")
    assert one_line(error, "en") == str(error)
    assert one_line(error, "zh") == TEXTS["zh"]["elsewhere"]
