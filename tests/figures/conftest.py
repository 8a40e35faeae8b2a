"""Small studies of every experiment that a figure is drawn from."""

import os

import pytest

from sim import shipped
from sim.drawing import catalogue, style
from sim.planning.question import Question
from sim.planning.stored import StoredPlan
from sim.reforms.predictions import NAME as REFORMS
from sim.reforms.predictions import shipped_predictions
from sim.study.experiment import Experiment
from sim.study.study import Study
from sim.study.under_doubts import EXPERIMENT as UNDER_DOUBT
from sim.study.under_doubts import NAME as DOUBTS
from sim.study.under_doubts import UnderDoubts
from sim.theory.verify.stored import NAME, Verification

# Short runs, few of them: pictures are tested here, not what they show.
CHANGES = {
    "months": 18,
    "observed": 6,
    "replicates": 3,
    "set": {"clock.reform_starts": 3, "public.citizens": 4},
}
OWN = {
    "campaign": {"months": 66},
    "spiral_paths": {"months": 36},
    "when_it_hurts": {"design": {"kind": "latin_hypercube", "points": 90}},
    "what_to_find_out": {"replicates": 64},
    "sensitivity": {
        "design": {
            "kind": "sobol",
            "base": 8,
            "scrambles": 3,
            "screen": {"trajectories": 4, "keep": 4},
        }
    },
}
ROWS = ("clearances", "control_loss", "trust")


def small(name):
    """A small form of a shipped experiment."""
    asked = Experiment.load(name)
    changes = {**CHANGES, **OWN.get(name, {})}
    changes["set"] = {**asked.set, **CHANGES["set"]}
    return asked.replace(**changes, quick={})


def planned(name):
    """A small form of a shipped plan."""
    size = {"packages": 12, "generations": 2, "replicates": 2, "again": 4, "fresh": 8}
    size["explained"] = 2
    changes = {"months": 24, "set": {"clock.reform_starts": 3, "public.citizens": 4}}
    return Question.load(name).replace(**changes, limits=[], size=size, quick={})


@pytest.fixture(scope="session")
def sources(tmp_path_factory):
    """Stored results by experiment."""
    out = tmp_path_factory.mktemp("studies")
    found = {}
    for name in catalogue.NAMES:
        experiment = catalogue.figure(name).experiment
        if experiment in found:
            continue
        if experiment == NAME:
            kept = Verification(out)
            kept.names = ROWS
            kept.run(1)
            found[experiment] = kept
        elif experiment == REFORMS:
            found[experiment] = shipped_predictions(out, quick=True)
            found[experiment].run(1)
        elif experiment == DOUBTS:
            found[experiment] = UnderDoubts(out, small(UNDER_DOUBT), 4)
            found[experiment].run(1)
        elif experiment in shipped.plans():
            found[experiment] = StoredPlan(experiment, out, asked=planned(experiment))
            found[experiment].run(1)
        else:
            found[experiment] = Study(small(experiment), out).run(workers=1)
    return found


def need_chinese():
    """Where tests must run, they do not pass for want of a font."""
    if not style.chinese_fonts():
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no Chinese font is installed")


@pytest.fixture(scope="session")
def chinese():
    """Chinese can be drawn."""
    need_chinese()


@pytest.fixture(scope="session")
def draw(sources):
    """Draw a figure by name, language and format."""
    drawn = {}

    def one(name, lang="en", form="paper"):
        if lang == "zh":
            need_chinese()
        if (name, lang, form) not in drawn:
            figure = catalogue.figure(name)
            with style.look(style.STYLES[form], lang):
                source = sources[figure.experiment]
                drawn[name, lang, form] = figure.draw(source, figure.speaker(lang))
        return drawn[name, lang, form]

    return one
