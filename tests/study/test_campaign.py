"""A campaign has ended only for packages that have one beyond the status quo."""

import pytest

from sim.study.campaign import campaigns
from sim.study.compare import run_packages
from sim.study.package import Package
from sim.world.levers import Reform

MONTHS = 48
CAMPAIGN = Reform(lever="supervision", intensity=1.0, months=(6, 18))
LASTING = Reform(lever="culture", intensity=1.0)


@pytest.fixture
def found(small):
    def found(reference, other):
        bare = small.replace({"clock.months": MONTHS})
        packages = [
            Package(name, name, bare.model_copy(update={"reform": reforms}))
            for name, reforms in (("reference", reference), ("other", other))
        ]
        return campaigns(run_packages(packages, 2, 1, columns=("execution_rate",)))

    return found


def test_a_campaign_that_both_have_has_not_ended_for_the_other_package(found):
    assert found((CAMPAIGN,), (CAMPAIGN, LASTING)) == {}


def test_a_package_that_ends_as_a_whole_names_no_lever(found):
    told = found((), (CAMPAIGN,))["other"]
    assert (told.end, told.levers) == (18, ())


def test_of_a_package_that_goes_on_the_levers_that_ended_are_named(found):
    assert found((), (CAMPAIGN, LASTING))["other"].levers == ("supervision",)
    assert found((LASTING,), (CAMPAIGN, LASTING))["other"].levers == ()
