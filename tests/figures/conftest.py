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


class Sources(dict):
    """Stored results by experiment, each made when it is first asked for."""

    def __init__(self, out):
        super().__init__()
        self._out = out

    def __missing__(self, experiment):
        self[experiment] = self._made(experiment)
        return self[experiment]

    def _made(self, experiment):
        if experiment == NAME:
            made = Verification(self._out)
            made.names = ROWS
        elif experiment == REFORMS:
            made = shipped_predictions(self._out, quick=True)
        elif experiment == DOUBTS:
            made = UnderDoubts(self._out, small(UNDER_DOUBT), 4)
        elif experiment in shipped.plans():
            made = StoredPlan(experiment, self._out, asked=planned(experiment))
        else:
            return Study(small(experiment), self._out).run(workers=1)
        made.run(1)
        return made


@pytest.fixture(scope="session")
def sources(tmp_path_factory):
    return Sources(tmp_path_factory.mktemp("studies"))


@pytest.fixture
def tiny(monkeypatch, few_resamples):
    """The shipped experiment “over_supervision”, but small: the command runs what it loads."""
    changes = {"months": 18, "observed": 6, "replicates": 2, "quick": {"replicates": 1}}
    whole = Experiment.load("over_supervision").replace(**changes)
    monkeypatch.setattr(Experiment, "load", classmethod(lambda cls, source: whole))
    return whole


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
