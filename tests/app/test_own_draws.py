"""``zhixing app --posterior``: draws of one's own behind “Show doubt”, where they belong."""

import re

import numpy as np
import pandas as pd
import pytest

from sim import Scenario, shipped
from sim.app import answers as app_answers
from sim.app import server as page_server
from sim.app.answers import Answers, ask_doubt, drawn_under, draws_of, run_one
from sim.app.own_draws import OwnDraws
from sim.app.state import Pull, State
from sim.world.plan import Plan
from sim.world.posterior import asked_for, path
from tests.app.conftest import browsing, serving
from tests.app.test_views import LESSON_TIME
from tests.conftest import TOWN
from tests.test_own_posterior import FITTED, fit

# A shipped scenario that no other extends.
ITS_OWN = "vicious_circle"


def fit_to(name, folder):
    return fit(shipped.folder("scenarios") / f"{name}.toml", "fit", folder=folder)


@pytest.fixture
def own(monkeypatch):
    """Fresh answers and draws; those of the page stay as they are."""
    fresh = OwnDraws()
    monkeypatch.setattr(app_answers, "own_draws", fresh)
    monkeypatch.setattr(app_answers, "answers", Answers())
    draws_of.cache_clear()
    yield fresh
    draws_of.cache_clear()


@pytest.mark.slow
def test_draws_answer_for_the_scenario_they_were_fitted_to_and_no_other(own, tmp_path):
    file = fit_to(ITS_OWN, tmp_path)
    assert own.take(str(file)) == (ITS_OWN,)
    assert own.fitted == ITS_OWN
    assert own.of(ITS_OWN).identity == asked_for(str(file)).identity
    draws, free = draws_of(ITS_OWN, "behaviour")
    assert (len(draws), free) == (6, tuple(FITTED))
    assert draws_of("district", "behaviour")[0].scenario == "district"
    assert drawn_under(ITS_OWN, "behaviour") == 6


@pytest.mark.slow
def test_draws_of_the_district_answer_for_scenarios_that_extend_it(own, tmp_path):
    used = own.take(str(fit_to("district", tmp_path)))
    assert {"district", ITS_OWN} <= set(used)


def test_the_draws_that_ship_are_no_draws_of_ones_own(own):
    own.take(str(path()))
    assert own.fitted is None
    assert own.of("district") is None


@pytest.mark.slow
def test_an_answer_with_doubt_uses_the_users_own_draws(own, finished, tmp_path):
    file = fit_to(ITS_OWN, tmp_path)
    own.take(str(file))
    state = State(scenario=ITS_OWN, runs=4).pull(0, "culture", Pull(100))
    found = finished(ask_doubt(state))
    assert list(found) == ["behaviour"]
    _, (answer,) = found["behaviour"]
    row = pd.read_parquet(file).iloc[2]
    drawn = Scenario.load(ITS_OWN).replace({key: float(row[key]) for key in FITTED})
    alone = run_one(Plan(drawn.replace(levers={"culture": 1.0})), 1, 2)
    assert np.array_equal(answer.ends[2], alone.ends)


@pytest.fixture
def served(monkeypatch):
    """Serve nothing; remember whether it was asked for."""
    asked = []
    monkeypatch.setattr(page_server, "warm_up", lambda: None)
    monkeypatch.setattr(page_server, "serve", lambda *words: asked.append(words))
    return asked


@pytest.mark.slow
@pytest.mark.parametrize("case", ["another scenario", "a changed scenario", "no file"])
def test_draws_that_belong_to_no_shown_scenario_are_refused_at_the_start_in_one_line(
    case, served, zhixing, write, own, monkeypatch
):
    monkeypatch.setattr("sim.app.own_draws.own_draws", own)
    if case == "another scenario":
        file, why = fit(write("town.toml", TOWN), "fit"), "“town”, and the page shows shipped"
    elif case == "a changed scenario":
        namesake = write(f"{ITS_OWN}.toml", TOWN)
        file, why = fit(namesake, "fit"), "is not as it was when it was calibrated"
    else:
        file, why = "nowhere.parquet", "no such file"
    said = zhixing("app", "--no-open", "--port", "18084", "--posterior", file)
    assert said.code == 2
    assert said.err.count("\n") == 1
    assert why in said.err
    assert served == []


@pytest.mark.slow
def test_the_command_says_which_scenarios_use_the_draws(
    served, zhixing, own, tmp_path, monkeypatch
):
    monkeypatch.setattr("sim.app.own_draws.own_draws", own)
    file = fit_to(ITS_OWN, tmp_path)
    said = zhixing("app", "--no-open", "--port", "18085", "--posterior", file)
    assert said.code == 0
    assert f"{file} for {ITS_OWN}; shipped draws for the others" in said.err
    assert len(served) == 1


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The address of ``zhixing app`` with draws of one's own."""
    folder = tmp_path_factory.mktemp("own")
    with serving(folder / "log", "--posterior", str(fit_to(ITS_OWN, folder))) as url:
        yield url


@pytest.fixture(scope="module")
def context(browser, server):
    with browsing(browser, server) as one:
        yield one


@pytest.mark.long
@pytest.mark.parametrize(
    ("scenario", "lang", "button", "told"),
    [
        (ITS_OWN, "en", "Show doubt", f"Draws of your own calibration, fitted to “{ITS_OWN}”"),
        ("district", "en", "Show doubt", f"Your own draws were fitted to “{ITS_OWN}”"),
        ("district", "zh", None, f"您自己的抽样以“{ITS_OWN}”为校准对象"),
    ],
)
def test_the_page_says_whose_draws_show_the_doubt(scenario, lang, button, told, open_page):
    page = open_page(f"/compare?s={scenario}&p=culture:80&n=4&lang={lang}")
    page.get_by_text(re.compile("Mean of . runs|.次运行")).first.wait_for()
    page.get_by_role("button", name=button or re.compile("不确定")).click()
    page.get_by_text(told).wait_for(timeout=LESSON_TIME)
    assert page.locator("table").filter(has_text=re.compile("behaviour|行为")).count()
