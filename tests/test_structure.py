"""Named forms of a rule: a scenario chooses one, and a study can compare them."""

import pytest

from sim import Scenario, simulate
from sim.errors import BadInput
from sim.study.experiment import Experiment
from sim.study.study import Study


def test_without_feedback_what_citizens_think_reaches_no_officer():
    """The same officers act, whatever their citizens forgive or resent without a word."""
    felt = Scenario.load("bureau").replace({"public.complaint_rate": 0.0})
    held = felt.replace({"structure.trust_feedback": "off"})
    lenient, strict = (simulate(held.replace({"public.expectation": x}), 1) for x in (0.2, 1.0))
    assert lenient.summary["credibility"] > strict.summary["credibility"] + 0.1
    assert lenient.summary["execution_rate"] == strict.summary["execution_rate"]
    lenient, strict = (simulate(felt.replace({"public.expectation": x}), 1) for x in (0.2, 1.0))
    assert lenient.summary["execution_rate"] > strict.summary["execution_rate"]


def test_a_scenario_that_names_no_form_has_the_first():
    district = Scenario.load("district")
    tree = district.model_dump(exclude={"name", "structure"})
    first = {
        "structure.reports": "ignored",
        "structure.trust_feedback": "on",
        "structure.omission": "neglected",
    }
    found = Scenario.from_tree(tree, "district", "mine.toml")
    assert found == district.replace(first) != district


def test_an_unknown_form_is_refused_with_those_there_are():
    with pytest.raises(BadInput, match="trust_feedback: expected “on” or “off”"):
        Scenario.load("district").replace({"structure.trust_feedback": "onn"})


@pytest.mark.slow
def test_a_study_compares_forms(tmp_path):
    experiment = Experiment.from_tree(
        {
            "title": "Feedback",
            "question": "What does feedback do?",
            "scenario": "bureau",
            "replicates": 2,
            "measures": ["execution_rate"],
            "design": {"kind": "grid"},
            "factor": {"structure.trust_feedback": {"values": ["on", "off"]}},
        },
        "feedback",
        "feedback.toml",
    )
    frame = Study(experiment, tmp_path).run().results()
    means = frame.groupby("structure.trust_feedback")["execution_rate"].mean()
    assert means["on"] != means["off"]
