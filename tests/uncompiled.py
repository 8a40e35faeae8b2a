"""Which tests run months of a scenario: those take seconds where nothing is compiled."""

from types import CodeType, FunctionType

# What runs months of a scenario.
MONTHS = {"simulate", "Government", "run_months", "run_for", "compare", "Study", "MeanField"}


def runs_months(item):
    """Whether a test, a fixture of it or a function of the tests that they call runs months."""
    found = item._fixtureinfo.name2fixturedefs.values()
    return any(map(calls_months, (item.function, *(defined[-1].func for defined in found))))


def calls_months(function, known=()):
    names = set(named(function.__code__))
    if names & MONTHS:
        return True
    called = [function.__globals__.get(name) for name in names]
    return any(
        calls_months(one, (*known, function))
        for one in called
        if isinstance(one, FunctionType) and one not in known and of_the_tests(one)
    )


def of_the_tests(function):
    return function.__module__.startswith(("tests.", "test_"))


def named(code):
    """Names that a function and those inside it look up."""
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from named(inner)
