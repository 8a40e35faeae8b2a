"""Experiments: what is wrong with a file is told in one clear line, before anything is written."""

import pytest

from sim import shipped
from sim.errors import BadInput
from sim.kinds import CONDUCTS
from sim.study.experiment import Experiment
from sim.study.study import Study

HEAD = """title = "Own"
question = "What is wrong here?"
scenario = "district"
replicates = 2
measures = ["execution_rate"]
"""
GRID = '[design]\nkind = "grid"\n'
LIST = '[design]\nkind = "list"\n'
CULTURE = "[factor.culture]\nvalues = [0.0, 1.0]\n"
SOUND = HEAD + GRID + CULTURE
TRUST = "public.trust.mean"
UNIT = "low = 0.0\nhigh = 1.0"


def in_file(name, text, *expected):
    """A case in which the whole file is given."""
    return pytest.param(text, ("own.toml", *expected), id=name)


def factor(key, text):
    return f'[factor."{key}"]\n{text}\n'


def factors(name, design, found, *expected):
    """A case in which factors do not suit the scenario or the design."""
    text = HEAD + f"[design]\n{design}\n" + "".join(factor(key, one) for key, one in found.items())
    return in_file(name, text, *expected)


def one_factor(name, key, text, *expected, design='kind = "grid"'):
    """A case in which one factor is wrong."""
    return factors(name, design, {key: text}, f"factor.{key}", *expected)


def head(name, line, *expected):
    """A case in which an entry of the experiment itself is wrong."""
    key = line.split(" =")[0]
    others = [one for one in HEAD.splitlines() if not one.startswith(f"{key} =")]
    return in_file(name, "\n".join([line, *others]) + "\n" + GRID + CULTURE, *expected)


def point(name, text, *expected):
    """A case in which a listed point is wrong."""
    return in_file(name, HEAD + LIST + f"[[point]]\n{text}\n", *expected)


def family(name, text, *expected):
    """A case in which a declared family is wrong."""
    return in_file(name, SOUND + f"[[family]]\n{text}\n", *expected)


TWO = {"culture": UNIT, "supervision": UNIT}
LATIN = 'kind = "latin_hypercube"\npoints = 8'
FILES = [
    in_file("not TOML", "title = \n", "not TOML", "line 1"),
    in_file("not UTF-8", b'title = "caf\xe9"\n', "UTF-8"),
    in_file("binary", bytes(range(256))),
    in_file("empty", "", "title", "missing"),
    in_file("deep nesting", "a = " + "[" * 5000, "not TOML"),
    in_file("endless digits", "seed = " + "1" * 5000, "not TOML"),
]
ENTRIES = [
    head("unknown key", "replicate = 3", "replicate", "“replicates”"),
    head("unknown section", 'designs = "grid"', "designs", "“design”"),
    head("unknown measure", 'measures = ["execution_rat"]', "measures", "“execution_rate”"),
    head("measure twice", 'measures = ["burden", "burden"]', "measures", "burden", "twice"),
    head("no measures", "measures = []", "measures", "[]"),
    head("measures no list", 'measures = "burden"', "measures", "list", "burden"),
    head("unknown series", 'series = ["burdn"]', "series", "burdn", "“burden”"),
    head("no replicates", "replicates = 0", "replicates", "0", "at least 1"),
    head("too many replicates", "replicates = 1000001", "replicates", "1000001", "at most"),
    head("half a replicate", "replicates = 2.5", "replicates", "whole number", "2.5"),
    head("negative seed", "seed = -1", "seed", "-1", "0 to 4294967295"),
    head("huge seed", "seed = 4294967296", "seed", "4294967296", "0 to 4294967295"),
    head("seed in words", 'seed = "one"', "seed", "whole number", "“one”"),
    head("no such scenario", 'scenario = "distrct"', "scenario", "distrct", "“district”"),
    head(
        "no such scenario file", 'scenario = "gone.toml"', "scenario", "gone.toml", "no such file"
    ),
    head("scenario a number", "scenario = 3", "scenario", "text", "3"),
    head("scenario a list", 'scenario = ["district"]', "scenario", "text"),
    head("endless scenario", f'scenario = "{"a" * 300}"', "scenario", "aaa"),
    head("no width", "half_width = 0.0", "half_width", "0"),
    head("width NaN", "half_width = nan", "half_width", "nan"),
    head("no months", "months = 0", "months", "0", "at least 1"),
    head("months before the reform", "months = 6", "6", "reform_starts"),
    head("sets nothing", f'set = {{ "{TRUST[:-1]}" = 0.5 }}', "public.trust.mea", "“mean”"),
    head("sets out of range", f'set = {{ "{TRUST}" = 1.5 }}', TRUST, "1.5", "at most 1"),
    head("pulls nothing", "levers = { cultur = 1.0 }", "cultur", "“culture”"),
    head("pulls too hard", "levers = { culture = 1.5 }", "culture", "1.5", "0 to 1"),
]
DESIGNS = [
    in_file("no design", HEAD + CULTURE, "design", "missing"),
    factors("unknown kind", 'kind = "gird"', TWO, "design", "gird", "“grid”"),
    factors("kind a number", "kind = 3", TWO, "design", "kind", "3", "latin_hypercube"),
    factors("kind a list", 'kind = ["grid"]', TWO, "design", "kind", "latin_hypercube"),
    factors("no kind", "points = 3", TWO, "design", "kind", "latin_hypercube"),
    in_file("design a text", 'design = "grid"\n' + HEAD + CULTURE, "design", "table", "grid"),
    factors("unknown key of a design", f"{LATIN}\npoint = 3", TWO, "design", "point", "“points”"),
    factors("no points", 'kind = "latin_hypercube"', TWO, "points", "missing"),
    factors("points 0", 'kind = "latin_hypercube"\npoints = 0', TWO, "points", "0", "at least 1"),
    factors("base", 'kind = "sobol"\nbase = 100', TWO, "design.base", "100", "power of two", "128"),
    factors(
        "base of a study screened first",
        'kind = "sobol"\nbase = 100\nscreen = { trajectories = 4, keep = 2 }',
        TWO,
        *("design.base", "100", "power of two", "128"),
    ),
    factors(
        "sequence",
        'kind = "sobol_sequence"\npoints = 48',
        TWO,
        *("design.points", "48", "power of two", "64"),
    ),
    factors("resolution", 'kind = "fractional_factorial"\nresolution = 9', TWO, "resolution", "9"),
    factors(
        "screening that keeps one",
        'kind = "sobol"\nbase = 8\nscreen = { trajectories = 4, keep = 1 }',
        TWO,
        *("screen.keep", "1", "at least 2"),
    ),
    factors(
        "odd Morris levels", 'kind = "morris"\ntrajectories = 4\nlevels = 5', TWO, "levels", "5"
    ),
    factors(
        "one factor for an index",
        'kind = "sobol"\nbase = 8',
        {"culture": UNIT},
        *("sobol", "two factors"),
    ),
    factors("no factors", 'kind = "grid"', {}, "grid", "needs factors"),
    factors(
        "a factorial of 20 factors",
        'kind = "factorial"',
        {key: "spread = 0.1" for key in ("behaviour.*",)},
        *("factorial", "16", "fractional_factorial"),
    ),
    factors(
        "a grid of a milliard points",
        'kind = "grid"',
        {key: f"{UNIT}\nlevels = 1000" for key in ("culture", "supervision", "leadership")},
        *("1,000,000,000 points", "2,000,000,000 runs", "10,000,000"),
    ),
    factors(
        "three values in a factorial",
        'kind = "factorial"',
        {"culture": "values = [0.0, 0.5, 1.0]"},
        *("factor.culture", "two values"),
    ),
    *(
        factors(
            f"values for {kind}",
            f'kind = "{kind}"\n{text}',
            {"culture": "values = [0.0, 1.0]", "supervision": UNIT},
            *("factor.culture", kind, "range", "values"),
        )
        for kind, text in {
            "sobol": "base = 8",
            "morris": "trajectories = 4",
            "pawn": "points = 20",
            "shapley": "trajectories = 10",
        }.items()
    ),
    factors(
        "right alone, not together",
        'kind = "grid"',
        {"directives.interest_low": "values = [0.3]", "directives.interest_high": "values = [0.1]"},
        *("directives.interest_low", "0.3", "interest_high", "0.1"),
    ),
    factors(
        "right alone, not together, somewhere in a design",
        LATIN,
        {
            "directives.interest_low": "low = -0.5\nhigh = 0.5",
            "directives.interest_high": "low = -0.5\nhigh = 0.5",
        },
        *("point", "interest_low", "above interest_high"),
    ),
]
FACTORS = [
    one_factor("no such setting", "public.trust.meen", UNIT, "“mean”"),
    one_factor("no such section", "publik.trust.mean", UNIT, "publik", "“public”"),
    one_factor("no such lever", "cultur", UNIT, "lever", "“culture”", "dots"),
    one_factor("below a number", f"{TRUST}.x", UNIT),
    one_factor("a section", "public.trust", UNIT, "no number"),
    one_factor("a pattern of nothing", "behavior.*", "spread = 0.1", "“behaviour”"),
    one_factor("wrong way round", TRUST, "low = 0.9\nhigh = 0.1", "0.9", "0.1", "wrong way round"),
    one_factor("no range at all", TRUST, "low = 0.5\nhigh = 0.5", "0.5", "no range"),
    one_factor("above what may be", TRUST, "low = 0.5\nhigh = 1.5", "1.5", "at most 1"),
    one_factor("below what may be", TRUST, "low = -0.5\nhigh = 0.5", "-0.5", "at least 0"),
    one_factor("a lever too strong", "culture", "low = 0.5\nhigh = 1.5", "1.5", "0 to 1"),
    one_factor("one end", TRUST, "low = 0.5", "both low and high"),
    one_factor("nothing at all", TRUST, "", "values", "low and high", "spread"),
    one_factor("values and a range", TRUST, f"{UNIT}\nvalues = [0.5]", "either values, or low"),
    one_factor("an end in words", TRUST, 'low = "a"\nhigh = 1.0', "low", "number", "“a”"),
    one_factor("an end NaN", TRUST, "low = nan\nhigh = 1.0", "low", "nan"),
    one_factor("a value out of range", TRUST, "values = [0.5, 1.5]", "1.5", "at most 1"),
    one_factor("a value in words", TRUST, 'values = ["much"]', "number", "much"),
    one_factor("no values", TRUST, "values = []", "values", "[]"),
    one_factor("too many levels", TRUST, f"{UNIT}\nlevels = 1001", "levels", "1001", "at most"),
    one_factor("a fraction of a month", "clock.months", "values = [36, 40.5]", "whole", "40.5"),
    one_factor("fewer months than one", "clock.months", "low = 0.0\nhigh = 60.0", "at least 1"),
    one_factor("a range of truth", "conducts.idle.available", UNIT, "no number", "list values"),
    one_factor("a range of lists", "organisation.ranks", UNIT, "no number", "list values"),
    one_factor("an unknown key", TRUST, f"{UNIT}\nlevel = 3", "level", "“levels”"),
    one_factor("a spread about 0", "careers.entry_age_sd", "spread = 0.3", "spread", "0"),
    one_factor("a spread about no lever", "culture", "spread = 0.3", "spread", "0"),
    one_factor("no spread", TRUST, "spread = 0.0", "spread", "greater than 0"),
    one_factor("a spread beyond all", TRUST, "spread = 1.5", "spread", "1.5", "at most 1"),
    one_factor("a spread of truth", "conducts.idle.available", "spread = 0.5", "number"),
    one_factor(
        "an unknown distribution", TRUST, f'{UNIT}\ndistribution = "gauss"', "gauss", "normal"
    ),
    one_factor(
        "no mode", TRUST, f'{UNIT}\ndistribution = "triangular"', "triangular", "needs mode"
    ),
    one_factor(
        "a mode outside",
        TRUST,
        'low = 0.1\nhigh = 0.5\ndistribution = "triangular"\nmode = 0.7',
        *("mode 0.7", "outside the range"),
    ),
    one_factor(
        "a mode outside a spread",
        TRUST,
        'spread = 0.2\ndistribution = "triangular"\nmode = 0.9',
        *("mode 0.9", "outside the range"),
        design=LATIN,
    ),
    one_factor("no sd", TRUST, f'{UNIT}\ndistribution = "normal"\nmean = 0.5', "needs sd"),
    one_factor("a mean of nothing", TRUST, f"{UNIT}\nmean = 0.5", "mean", "uniform"),
    one_factor(
        "a loguniform from 0", TRUST, f'{UNIT}\ndistribution = "loguniform"', "low 0", "above 0"
    ),
    one_factor(
        "a loguniform spread below 0",
        "directives.interest_low",
        'spread = 0.5\ndistribution = "loguniform"',
        *("loguniform", "above 0"),
        design=LATIN,
    ),
    factors(
        "named twice",
        LATIN,
        {"behaviour.*": "spread = 0.1", "behaviour.duty": "spread = 0.2"},
        *("behaviour.duty", "twice"),
    ),
    in_file(
        "series of unlike length",
        'series = ["burden"]\n' + HEAD + GRID + factor("clock.months", "values = [36, 48]"),
        *("clock.months", "series", "one length"),
    ),
]
POINTS = [
    in_file("points in a grid", SOUND + '[[point]]\nname = "a"\n', "point", "“list”"),
    in_file("a list of nothing", HEAD + LIST, "list", "[[point]]"),
    in_file(
        "a list with factors that a scenario refuses",
        HEAD + LIST + factor("behaviour.duty", "values = [99.0]") + '[[point]]\nname = "a"\n',
        *("behaviour.duty", "99"),
    ),
    in_file(
        "a name given twice",
        HEAD + LIST + "".join(f'[[point]]\nname = "{name}"\n' for name in ("a", "b", "a")),
        *("point", "“a”", "twice"),
    ),
    point("a name that is none", 'name = "a b"', "a b", "letters"),
    point("a name that is a path", 'name = "../x"', "../x", "letters"),
    point("no name", 'title = "A"', "point.1.name", "missing"),
    point("an unknown key of a point", 'name = "a"\nsett = {}', "point.1.sett", "“set”"),
    point("no setting", f'name = "a"\nset = {{ "{TRUST[:-1]}" = 0.5 }}', "“a”", "“mean”"),
    point("no lever", 'name = "a"\nlevers = { cultur = 0.5 }', "“a”", "cultur", "“culture”"),
    point("too strong", 'name = "a"\nlevers = { culture = 1.5 }', "“a”", "1.5", "0 to 1"),
    point(
        "a reform too late",
        'name = "a"\nreform = [{ lever = "culture", intensity = 0.5, months = [500, 600] }]',
        *("“a”", "culture", "500", "120"),
    ),
]
FAMILIES = [
    family("a family of no measure", 'measures = ["burdn"]', "family.1.measures", "burdn"),
    family("a measure not taken", 'measures = ["burden"]', "family.1.measures", "execution_rate"),
    family("an unknown method", 'method = "bonferroni"', "family.1.method", "holm", "fdr"),
    family("an unknown key of one", 'measure = ["burden"]', "family.1.measure", "“measures”"),
]
ALL = [*FILES, *ENTRIES, *DESIGNS, *FACTORS, *POINTS, *FAMILIES]


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def assert_refused(said, expected, folder, files):
    assert said.code == 2
    assert said.out == ""
    assert said.err.startswith("zhixing: ")
    assert said.err.count("\n") == 1
    assert said.err.endswith("\n")
    assert [part for part in expected if part not in said.err] == []
    assert sorted(path.name for path in folder.iterdir()) == sorted(files)


@pytest.mark.parametrize(("text", "expected"), ALL)
def test_a_bad_experiment_gets_one_clear_line_and_leaves_nothing(
    text, expected, here, write, zhixing
):
    write("own.toml", text)
    assert_refused(zhixing("study", "own.toml", "--out", "out"), expected, here, ["own.toml"])


def test_the_file_that_all_of_these_spoil_is_sound(here, write, zhixing):
    write("own.toml", SOUND)
    assert len(Study.load("own.toml").drawn.points) == 2
    assert sorted(path.name for path in here.iterdir()) == ["own.toml"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("gone.toml", ["gone.toml", "no such file"]),
        ("folder.toml", ["folder.toml", "folder"]),
        (".", ["folder"]),
        ("lever_effect", ["lever_effect", "“lever_effects”"]),
        ("a" * 300 + ".toml", ["aaa.toml", "no such file"]),
        ("a" * 300, ["no experiment"]),
        ("district", ["no experiment", "district"]),
    ],
    ids=lambda value: value[:12] if isinstance(value, str) else "",
)
@pytest.mark.parametrize("command", ["study", "sensitivity"])
def test_an_experiment_that_is_not_there_is_told(command, source, expected, here, zhixing):
    (here / "folder.toml").mkdir()
    said = zhixing(command, source, "--out", "out")
    assert_refused(said, expected, here, ["folder.toml"])


@pytest.mark.parametrize("words", [["study", "run"], ["study", "status"], ["study", "export"]])
def test_every_command_of_a_study_refuses_alike(words, here, write, zhixing):
    write("own.toml", SOUND.replace("culture", "cultur"))
    said = zhixing(*words, "own.toml", "--out", "out")
    assert_refused(said, ["own.toml", "cultur", "“culture”"], here, ["own.toml"])


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--seed", "-1"], ["seed", "-1", "0 to 4294967295"]),
        (["--replicates", "0"], ["replicates", "0", "at least 1"]),
        (["--workers", "0"], ["workers", "0", "at least 1"]),
        (["--months", "0"], ["months", "0", "at least 1"]),
        (["--set", "public.trust.meen=0.5"], ["public.trust.meen", "“mean”"]),
        (["--set", "public.trust.mean"], ["--set", "KEY=VALUE"]),
        (["--lever", "cultur=1"], ["cultur", "“culture”"]),
        (["--lever", "culture=2"], ["culture", "2", "0 to 1"]),
        (["--part", "3"], ["--part", "3", "N/OF"]),
        (["--part", "3/2"], ["--part", "3/2", "N/OF"]),
        (["--part", "0/2"], ["--part", "0/2", "N/OF"]),
        (["--resume"], ["own", "nothing to resume"]),
        (["--resume", "--fresh"], ["--resume", "--fresh"]),
        (["--workers", "1", "--cluster", "tcp://nowhere:1"], ["--workers", "--cluster"]),
        (["--replicate", "3"], ["--replicate"]),
        (["grid"], ["grid"]),
    ],
    ids=lambda words: " ".join(words),
)
def test_words_that_make_no_sense_get_one_clear_line_and_leave_nothing(
    words, expected, here, write, zhixing
):
    write("own.toml", SOUND)
    said = zhixing("study", "own.toml", "--out", "out", *words)
    assert_refused(said, expected, here, ["own.toml"])


@pytest.mark.parametrize("command", [["sensitivity"], ["study", "export"]])
def test_what_a_study_tells_is_refused_while_there_is_none(command, here, write, zhixing):
    write("own.toml", SOUND)
    said = zhixing(*command, "own.toml", "--out", "out")
    assert_refused(said, ["out/own", "no study there", "zhixing study"], here, ["own.toml"])


@pytest.mark.slow
def test_sensitivity_of_a_shipped_experiment_that_never_ran_is_refused(here, zhixing):
    said = zhixing("sensitivity", "sensitivity", "--out", "out")
    assert_refused(said, ["no study there", "zhixing study sensitivity"], here, [])


def test_fresh_does_not_discard_a_folder_that_holds_no_study(here, write, zhixing):
    write("own.toml", SOUND)
    kept = write("out/own/thesis.txt", "years of work")
    said = zhixing("study", "own.toml", "--out", "out", "--fresh")
    assert_refused(said, ["out/own", "no study", "nothing is discarded"], here, ["out", "own.toml"])
    assert kept.read_text() == "years of work"


# What an experiment says.


def test_a_scenario_beside_the_experiments_file_is_found(here, write):
    """From wherever it is asked, and before anything of that name elsewhere."""
    write("world.toml", 'extends = "district"\ntitle = "Elsewhere"\n')
    write("below/world.toml", 'extends = "district"\ntitle = "Beside"\n')
    path = write("below/own.toml", SOUND.replace('"district"', '"world.toml"'))
    assert Experiment.load(path).world().title == "Beside"


def test_entries_can_be_changed_and_are_checked_again(here, write):
    experiment = Experiment.load(write("own.toml", SOUND))
    changed = experiment.replace(replicates=7, set={TRUST: 0.25})
    assert (changed.replicates, changed.world().public.trust.mean) == (7, 0.25)
    assert changed.factor == experiment.factor
    with pytest.raises(BadInput, match="replicates"):
        experiment.replace(replicates=0)


def test_what_an_experiment_sets_holds_at_every_point(here, write):
    text = f'set = {{ "{TRUST}" = 0.25 }}\nmonths = 30\nobserved = 6\n'
    text += "levers = { leadership = 0.5 }\n"
    world = Study.load(write("own.toml", text + SOUND)).scenario
    assert (world.public.trust.mean, world.clock.months, world.clock.observed) == (0.25, 30, 6)
    assert [(reform.lever, reform.intensity) for reform in world.reform] == [("leadership", 0.5)]


def test_all_conducts_can_be_named_together(here, write):
    single = ", ".join(f'"{name}"' for name in ("norm", *CONDUCTS))
    named, group = (
        Experiment.load(write("own.toml", SOUND.replace('"execution_rate"', measures)))
        for measures in (single, '"norm", "conducts"')
    )
    assert group.identity() == named.identity()


def test_only_what_fixes_results_is_in_its_identity(here, write):
    experiment = Experiment.load(write("own.toml", SOUND))
    told_only = {"title": "x", "question": "y?", "sources": ["z"], "half_width": 0.1}
    same = experiment.replace(**told_only, replicates=9, family=[{"method": "fdr"}])
    assert same.identity() == experiment.identity()
    for changes in ({"seed": 2}, {"months": 60}, {"levers": {"leadership": 1.0}}):
        assert experiment.replace(**changes).identity() != experiment.identity()


# What ships.


SHIPPED = shipped.experiments()


def test_experiments_ship():
    assert len(SHIPPED) >= 5


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_experiment_loads_and_draws_up_and_names_a_question(name, here):
    study = Study.load(name)
    experiment = study.experiment
    assert experiment.question.endswith("?")
    assert experiment.title
    assert experiment.name == name
    first = study if study.screening is None else study.screening
    assert len(first.drawn.points) > 1
    # Every world of it can be made.
    world = study.model if study.screening is None else study.screening.model
    for point in first.drawn.points[:20]:
        world.at(point)
    assert study.size() >= len(first.drawn.points) * experiment.replicates
    assert list(here.iterdir()) == []


def test_experiments_lists_all_that_ship_with_their_questions(zhixing):
    said = zhixing("experiments")
    assert (said.code, said.err) == (0, "")
    # However it is broken into lines.
    words = said.out.split()
    for name in SHIPPED:
        assert name in words
        assert set(Experiment.load(name).question.split()) <= set(words)


def test_experiments_can_be_listed_for_a_program(zhixing):
    said = zhixing("experiments", "--json")
    assert set(said.json) == set(SHIPPED)
    for name, about in said.json.items():
        experiment = Experiment.load(name)
        assert about["question"] == experiment.question
        assert about["scenario"] == experiment.scenario
        assert about["design"] == experiment.design.kind


def test_a_family_of_a_term_that_is_none_is_told(here, write, zhixing):
    write("own.toml", SOUND + '[[family]]\nterms = ["cultur"]\n')
    said = zhixing("study", "own.toml", "--out", "out")
    assert_refused(
        said, ["own.toml", "family.1.terms", "“cultur”", "“culture”"], here, ["own.toml"]
    )


def test_a_value_given_twice_is_told(here, write, zhixing):
    write("own.toml", SOUND + "[factor.supervision]\nvalues = [1.0, 0.5, 1.0]\n")
    said = zhixing("study", "own.toml", "--out", "out")
    assert_refused(said, ["own.toml", "supervision", "1.0 is given twice"], here, ["own.toml"])
