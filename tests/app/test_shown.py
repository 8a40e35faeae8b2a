"""What is seen on a projector and while results are computed, in a real browser."""

import re

import pytest

from sim.app import worlds
from sim.app.answers import answers
from sim.app.experiments import LESSONS
from sim.app.state import Pull, State, read_pulls
from sim.app.surprises import surprises
from sim.app.texts.explore import TEXTS
from sim.app.watched import Department
from sim.app.words import LANGUAGES, Words
from tests.app.test_views import LESSON_TIME
from tests.conftest import but

PROJECTOR = {"width": 1024, "height": 768}


def full(page):
    page.get_by_text(re.compile("Mean of 8 runs|8次运行")).wait_for()
    return page


def marks(page, chart):
    """Months and labels of the lines that mark reforms in a chart."""
    return page.evaluate(
        """chart => {
            const id = document.querySelector(`figure.${chart} .nicegui-echart`).id.slice(1);
            const all = getElement(id).chart.getOption().series;
            return all.flatMap(one => one.markLine?.data ?? []).map(one => [one.xAxis, one.name]);
        }""",
        chart,
    )


@pytest.mark.parametrize("lang", but(("zh",), LANGUAGES))
def test_posts_with_titles_of_their_own_show_them(lang, open_page):
    page = open_page(f"/watch?s=county_office&month=1&lang={lang}")
    title = {"en": "County Head", "zh": "县长"}[lang]
    page.get_by_role("button", name=re.compile(f"^{title}:")).wait_for()
    page.get_by_role("heading", name=re.compile(f"Why.*{title}|为什么.*{title}")).wait_for()
    assert len(worlds.titles("county_office", lang == "zh")) == page.locator(".chain .post").count()


def test_charts_mark_where_a_reform_starts_and_ends(open_page):
    page = full(open_page("/?s=responsibility_storm"))
    wanted = [[36, "Reform starts"], [48, "Reform ends"]]
    assert marks(page, "execution") == marks(page, "credibility") == wanted
    page = full(open_page("/?p=culture:60"))
    assert marks(page, "execution") == [[12, "Reform starts"]]
    page = open_page("/watch?s=bureau&month=3&p=culture:60:6:24")
    page.locator(".told", has_text="Month 3 of 60").wait_for()
    assert marks(page, "course") == [[6, "Reform starts"], [24, "Reform ends"]]


@pytest.mark.long
def test_no_card_is_blank_while_it_is_computed(browser, server):
    """As the server sends the page, before any result, every card says that one comes."""
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(
        """new MutationObserver(() => {
            const cards = [...document.querySelectorAll(".shown .chart, .shown .card")];
            if (cards.length && !window.first) window.first = cards.map(one => one.innerText);
        }).observe(document, {childList: true, subtree: true});"""
    )
    page.goto(f"{server}/?p=culture:60")
    full(page)
    # The explanation is made only when somebody asks for it.
    computed = [one for one in page.evaluate("window.first") if "Show why" not in one]
    assert len(computed) == 4
    assert all("Computing" in one for one in computed)
    assert page.locator(".waiting").count() == 0
    context.close()


@pytest.mark.parametrize("right", but((True,), (True, False)))
def test_right_and_wrong_predictions_look_different(right, open_page):
    lesson = LESSONS["hidden_inaction"]
    page = open_page(f"/lessons/{lesson.name}", ready=False)
    page.get_by_role("radio").nth(lesson.expected if right else 0).check()
    page.get_by_role("button", name="This is my prediction").click()
    page.get_by_role("button", name="Run the experiment").click()
    verdict = page.locator(".verdict")
    verdict.wait_for(timeout=LESSON_TIME)
    assert verdict.inner_text()[0] == ("✓" if right else "✗")
    assert ("right" if right else "wrong") in verdict.get_attribute("class").split()


def test_the_page_does_not_jump_when_an_answer_is_refined(open_page):
    """From the first answer to the full one, charts and cards stay where they are."""
    page = full(open_page("/?p=culture:60"))
    page.evaluate(
        """() => {
            window.places = [];
            const card = document.querySelector("figure.conducts");
            new MutationObserver(() => places.push(card.getBoundingClientRect().top))
                .observe(document.body, {childList: true, subtree: true, characterData: true});
        }"""
    )
    page.get_by_label("Execution culture", exact=True).focus()
    page.keyboard.press("PageUp")
    page.wait_for_url(re.compile("culture:70"))
    places = page.evaluate("window.places")
    # A sentence may take a line more or less; nothing else moves.
    assert max(places) - min(places) < 30


def test_controls_are_dead_at_the_end_of_a_run(open_page):
    page = open_page("/watch?s=bureau&month=60")
    page.get_by_text("The run has ended").wait_for()
    for name in ("Play", "Next month"):
        assert page.get_by_role("button", name=name).is_disabled()
    page.get_by_role("button", name="Restart").click()
    page.get_by_text("Nothing has happened yet").wait_for()
    assert page.get_by_role("button", name="Play").is_enabled()


def test_assumptions_can_be_searched(open_page):
    page = open_page("/assumptions", ready=False)
    field = page.get_by_label("Search the assumptions")
    field.fill("cooperate difficulty")
    rows = page.locator(".settings tbody tr:visible")
    page.wait_for_function(
        "document.querySelectorAll('.settings tbody tr:not([hidden])').length < 10"
    )
    assert rows.count() >= 1
    assert page.get_by_role("row", name=re.compile("^behaviour.cooperation")).is_visible()
    field.fill("xyzzy")
    page.get_by_text("Nothing contains these words").wait_for()
    field.fill("")
    page.wait_for_function("!document.querySelector('.settings tbody tr[hidden]')")


def test_small_or_uncertain_effects_are_told_in_words_first(open_page):
    """A lever that is not pulled changes nothing, and the sentence begins with that."""
    page = full(open_page())
    told = page.locator("figure.credibility .told").inner_text()
    assert told.startswith("Credibility: no clear difference between")


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_lever_that_does_nothing_is_named_with_the_reason(lang, finished):
    words = Words(lang, TEXTS)
    # Over before the last year, and with an effect that has faded by then.
    state = State().pull(0, "supervision", Pull(100, 12, 13))
    reference, answer = (finished(answers.of(state, pulls, 8)) for pulls in ((), state.packages[0]))
    said = finished(surprises(words, state, reference, answer))
    assert said == [
        words.joined(
            (
                words("no_effect", lever={"en": "Supervision", "zh": "监督"}[lang]),
                words("no_effect_over", end=13),
            )
        )
    ]


def test_a_package_that_does_less_than_one_of_its_levers_is_named_with_the_reason(finished):
    words = Words("en", TEXTS)
    world = worlds.scenario("district")
    # Leadership, and beside it a lever that is made to take much time.
    state = State(packages=(read_pulls("leadership:100,appraisal:100", world),))
    reference = finished(answers.of(state, (), 8))
    alone = finished(answers.of(state, state.packages[0][-1:], 8))
    worse = type(alone)(alone.paths.copy(), alone.ends - 0.2)
    said = finished(surprises(words, state, reference, worse))
    assert said[0].startswith("Surprising: “Leadership” alone changes execution by")
    assert words("less_overlap") in said[0]


@pytest.mark.parametrize("name", but(("county_office",), worlds.watched()))
def test_no_chain_is_cut_off_on_a_projector(name, open_page):
    page = open_page(f"/watch?s={name}")
    page.set_viewport_size(PROJECTOR)
    page.locator(".chain .post").first.wait_for()
    inside = page.locator(".chain svg").bounding_box()
    frame = page.locator(".wide", has=page.locator(".chain")).bounding_box()
    assert inside["width"] <= frame["width"] + 1
    for post in page.locator(".chain .post circle:last-of-type").all():
        box = post.bounding_box()
        assert frame["x"] <= box["x"]
        assert box["x"] + box["width"] <= frame["x"] + frame["width"]
        # Letters can be read from the last row.
        assert box["width"] >= 20


@pytest.mark.parametrize("lang", but(("en",), LANGUAGES))
def test_execution_and_credibility_fit_one_screen_of_a_projector_sentence_first(lang, open_page):
    page = full(open_page(f"/?p=culture:60&lang={lang}", **PROJECTOR))
    for chart in ("execution", "credibility"):
        figure = page.locator(f"figure.{chart}")
        drawing = figure.locator(".nicegui-echart").bounding_box()
        told = figure.locator(".told").bounding_box()
        assert drawing["y"] + drawing["height"] <= PROJECTOR["height"]
        assert told["y"] + told["height"] <= drawing["y"]


def test_printed_pages_show_results_without_controls(open_page):
    page = full(open_page("/?p=culture:60"))
    page.emulate_media(media="print")
    for name in ("Undo", "Copy link"):
        assert not page.get_by_role("button", name=name).is_visible()
    assert not page.get_by_label("Supervision", exact=True).is_visible()
    assert page.locator("label", has_text="Execution culture").is_visible()
    assert page.locator("figure.execution .told").is_visible()
    assert page.locator("figure.execution canvas").first.is_visible()


def test_posts_below_each_other_have_places_of_their_own():
    found = Department(State("county_office")).places
    assert len({(one.x, one.y) for one in found}) == len(found)
    assert all(one.y > found[one.superior].y for one in found if one.superior >= 0)
