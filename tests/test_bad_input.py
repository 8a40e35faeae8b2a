"""Bad input: one clear line on stderr, nothing on stdout, exit code 2, nothing written."""

import pytest

BASE = 'extends = "district"\n'


def in_file(name, text, *expected, raw=False):
    """A case in which a scenario file is wrong."""
    return pytest.param({"own.toml": text if raw else BASE + text}, ["own.toml"], expected, id=name)


def in_words(name, words, *expected):
    """A case in which the words of the command are wrong."""
    return pytest.param({}, words, expected, id=name)


def reform(text):
    return f'[[reform]]\nlever = "culture"\nintensity = 0.5\n{text}\n'


def ninth(name="ninth", full="posts.clarity = 0.9"):
    return (
        f'[levers."{name}"]\ntitle = ""\nzh = ""\nstory = ""\nburden = 0.0\ncost = 0.0\nramp = 1\n'
        f'half_life = 1.0\n[levers."{name}".full]\n{full}\n'
    )


FILES = [
    in_file("broken TOML", "[clock\n", "own.toml", "not TOML", "line 2"),
    in_file("deep nesting", "a = " + "[" * 5000, "own.toml"),
    in_file("endless digits", "[clock]\nmonths = " + "1" * 5000, "own.toml"),
    in_file("empty", "", "title", "missing", raw=True),
    in_file("not UTF-8", b'title = "caf\xe9"\n', "own.toml", "UTF-8", raw=True),
    in_file("binary", bytes(range(256)), "own.toml", raw=True),
    in_file("unknown key", "[clock]\nmonth = 9\n", "clock.month", "“months”"),
    in_file("unknown section", "[clok]\nmonths = 9\n", "clok", "“clock”"),
    in_file("too small", "[clock]\nmonths = 0\n", "clock.months", "0", "at least 1"),
    in_file("too large", "[mechanisms.posts]\nclarity = 1.5\n", "posts.clarity", "1.5", "most 1"),
    in_file("text for a number", '[clock]\nmonths = "ten"\n', "clock.months", "number", "“ten”"),
    in_file("fraction for a count", "[clock]\nmonths = 3.5\n", "clock.months", "whole", "3.5"),
    in_file("truth for a number", "[behaviour]\nduty = true\n", "behaviour.duty", "number", "true"),
    in_file("number for a table", "clock = 3\n", "clock", "table", "3"),
    in_file("number for text", "title = 3\n", "title", "text", "3"),
    in_file("number for a list", "[organisation]\nranks = 3\n", "organisation.ranks", "list"),
    in_file("date for a number", "[clock]\nmonths = 2020-01-01\n", "clock.months", "whole number"),
    in_file("NaN", "[behaviour]\nduty = nan\n", "behaviour.duty", "nan", "finite"),
    in_file("infinity", "[behaviour]\nduty = inf\n", "behaviour.duty", "inf", "finite"),
    in_file("no ranks", "[organisation]\nranks = []\n", "organisation.ranks", "[]"),
    in_file("no front line", "[organisation]\nranks = [1, 0]\n", "ranks", "front line"),
    in_file("no head", "[organisation]\nranks = [0]\n", "ranks", "front line"),
    in_file(
        "more chiefs than clerks",
        "[organisation]\nranks = [1, 5, 2]\n",
        *("organisation.ranks", "rank 3 has 2 posts", "5", "no subordinates", "table of posts"),
    ),
    in_file(
        "more chiefs above",
        '[organisation]\nabove = [{ tier = "a", units = 1, departments = 1, ranks = [1, 4, 3] }]\n',
        *("organisation.above.1.ranks", "rank 3 has 3 posts", "4", "table of posts"),
    ),
    in_file("no such lever", '[[reform]]\nlever = "cultur"\nintensity = 1.0\n', "“culture”"),
    in_file("intensity", '[[reform]]\nlever = "culture"\nintensity = 1.2\n', "1.2", "at most 1"),
    in_file("intensity NaN", '[[reform]]\nlever = "culture"\nintensity = nan\n', "nan", "finite"),
    in_file("late reform", reform("months = [120, 130]"), "culture", "120"),
    in_file("reform backwards", reform("months = [30, 20]"), "reform.1.months", "[30, 20]"),
    in_file("no department", reform("departments = [13]"), "department", "13", "12"),
    in_file("department 0", reform("departments = [0]"), "departments", "0", "at least 1"),
    in_file("no departments", reform("departments = []"), "departments", "[]"),
    in_file("variant nowhere", "[[variant]]\ndepartments = [13]\nmechanisms = {}\n", "13", "12"),
    in_file(
        "variant of nothing",
        "[[variant]]\ndepartments = [1]\nmechanisms.posts.clarit = 0.5\n",
        "clarit",
        "“posts.clarity”",
    ),
    in_file("extends nothing", 'extends = "distrikt"\n', "extends", "“district”", raw=True),
    in_file("extends a number", "extends = 3\n", "extends", "3", raw=True),
    in_file("extends itself", 'extends = "own.toml"\n', "circle", "own.toml → own.toml", raw=True),
    in_file("lever of nothing", ninth(full="posts.clarit = 1.0"), "clarit", "“posts.clarity”"),
    in_file("lever out of range", ninth(full="posts.clarity = 1.5"), "clarity", "1.5", "at most 1"),
    in_file("lever NaN", ninth(full="posts.clarity = nan"), "posts.clarity", "nan"),
    in_file("lever less than none", ninth(full="posts = { times = -1.0 }"), "-1", "at least 0"),
    in_file("lever beyond numbers", ninth(full=f"posts = {{ times = 1{'0' * 400} }}"), "posts"),
    in_file("lever named a path", ninth("../../x"), "../../x"),
    in_file("lever named as the reference", ninth("status_quo"), "status_quo"),
    in_file("lever named as all", ninth("all_levers"), "all_levers"),
]
WORDS = [
    in_words("no file", ["nowhere.toml"], "nowhere.toml", "no such file"),
    in_words("no scenario", ["distrct"], "distrct", "“district”"),
    in_words("folder", ["."], "folder"),
    in_words("endless name", ["a" * 300 + ".toml"], "aaa.toml"),
    in_words("no replicates", ["--replicates", "0"], "replicates", "0", "at least 1"),
    in_words("replicates in words", ["--replicates", "ten"], "--replicates", "integer"),
    in_words("negative months", ["--months", "-1"], "months", "-1", "at least 1"),
    in_words("NaN months", ["--months", "nan"], "--months", "integer"),
    in_words("months before the reform", ["--months", "6"], "6", "reform_starts"),
    in_words("negative seed", ["--seed", "-1"], "seed", "-1", "0 to 4294967295"),
    in_words("huge seed", ["--seed", "4294967296"], "seed", "4294967296", "0 to 4294967295"),
    in_words("no workers", ["--workers", "0"], "workers", "0", "at least 1"),
    in_words("unknown option", ["--replicate", "3"], "--replicate"),
    in_words("too many words", ["district", "district"], "district"),
    in_words("set without =", ["--set", "clock.months"], "--set clock.months", "KEY=VALUE"),
    in_words("set without a key", ["--set", "=3"], "--set =3", "KEY=VALUE"),
    in_words("set without a value", ["--set", "clock.months="], "clock.months=", "KEY=VALUE"),
    in_words("set unknown", ["--set", "clock.month=3"], "clock.month", "“months”"),
    in_words("set unknown section", ["--set", "clok.months=3"], "clok", "“clock”"),
    in_words("set below a number", ["--set", "clock.months.x=3"], "clock.months.x"),
    in_words("set out of range", ["--set", "public.voice=1.5"], "public.voice", "1.5", "at most 1"),
    in_words("set to text", ["--set", "public.voice=loud"], "public.voice", "number", "“loud”"),
    in_words("set NaN", ["--set", "public.voice=nan"], "public.voice", "nan", "finite"),
    in_words("set infinity", ["--set", "behaviour.duty=inf"], "behaviour.duty", "inf", "finite"),
    in_words("set −infinity", ["--set", "behaviour.duty=-inf"], "behaviour.duty", "-inf", "finite"),
    in_words("set no ranks", ["--set", "organisation.ranks=[]"], "organisation.ranks", "[]"),
    in_words("set no front line", ["--set", "organisation.ranks=[1, 0]"], "front line"),
    in_words("set endless digits", ["--set", "clock.months=" + "1" * 5000], "clock.months"),
    in_words("set reform to a number", ["--set", "reform=3"], "reform", "list", "3"),
    in_words("set two lines", ["--set", "clock.months=60\nx=4"], "clock.months"),
    in_words("lever unknown", ["--lever", "cultur=1"], "cultur", "“culture”"),
    in_words("lever too strong", ["--lever", "culture=1.2"], "culture", "1.2", "0 to 1"),
    in_words("lever negative", ["--lever", "culture=-0.1"], "culture", "-0.1", "0 to 1"),
    in_words("lever NaN", ["--lever", "culture=nan"], "culture", "nan", "0 to 1"),
    in_words("lever without =", ["--lever", "culture"], "--lever culture", "NAME=INTENSITY"),
    in_words("lever in words", ["--lever", "culture=full"], "culture=full", "0 to 1"),
    in_words("lever twice", ["--lever", "culture=1", "--lever", "culture=1"], "culture", "twice"),
]


def assert_refused(said, expected, out):
    assert said.code == 2
    assert said.out == ""
    assert said.err.startswith("zhixing: ")
    assert said.err.count("\n") == 1
    assert said.err.endswith("\n")
    assert [part for part in expected if part not in said.err] == []
    assert not out.exists()


@pytest.mark.parametrize(("files", "words", "expected"), [*FILES, *WORDS])
def test_bad_input_gets_one_clear_line_and_leaves_nothing(
    files, words, expected, tmp_path, monkeypatch, write, zhixing, no_pictures
):
    monkeypatch.chdir(tmp_path)
    for name, text in files.items():
        write(name, text)
    said = zhixing("levers", "--replicates", "1", "--workers", "1", "--out", "out", *words)
    assert_refused(said, expected, tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(files)


def test_extends_in_a_circle_of_two_names_the_circle(tmp_path, monkeypatch, write, zhixing):
    monkeypatch.chdir(tmp_path)
    write("one.toml", 'extends = "two.toml"\n')
    write("two.toml", 'extends = "one.toml"\n')
    said = zhixing("levers", "one.toml", "--out", "out")
    assert_refused(said, ["one.toml → two.toml → one.toml"], tmp_path / "out")


@pytest.mark.parametrize("where", ["plain", "plain/below"])
def test_an_out_folder_that_cannot_be_written_is_refused(where, tmp_path, write, zhixing):
    plain = write("plain", "a regular file")
    said = zhixing("levers", "--replicates", "1", "--out", tmp_path / where)
    assert said.code == 2
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert f"{tmp_path / where}" in said.err
    assert plain.read_text() == "a regular file"


@pytest.mark.parametrize(
    ("packages", "expected"),
    [
        (["district"], ["two"]),
        (["district", "district"], ["district", "twice"]),
        (["district", "distrct"], ["distrct", "“district”"]),
        (["district", "district+cultur=1"], ["cultur", "“culture”"]),
        (["district", "district+culture"], ["district+culture", "NAME=INTENSITY"]),
        (["district", "district+culture=2"], ["culture", "2", "0 to 1"]),
        (["district", "district+culture=1+culture=1"], ["culture", "twice"]),
        (["district", "district+"], ["district+", "NAME=INTENSITY"]),
        ([], ["A B"]),
    ],
)
def test_compare_refuses_packages_that_make_no_sense(packages, expected, tmp_path, zhixing):
    out = tmp_path / "out"
    assert_refused(zhixing("compare", *packages, "--out", out), expected, out)


def test_compare_refuses_a_lever_given_both_ways(tmp_path, zhixing):
    out = tmp_path / "out"
    words = ["district", "district+culture=1", "--lever", "culture=1", "--out", out]
    assert_refused(zhixing("compare", *words), ["culture", "--lever"], out)


def test_compare_refuses_runs_of_different_length(tmp_path, small_file, zhixing):
    out = tmp_path / "out"
    said = zhixing("compare", "district", small_file, "--out", out)
    assert_refused(said, ["24", "--months"], out)


@pytest.mark.parametrize("command", ["levers", "run", "check"])
def test_every_command_refuses_a_bad_scenario_alike(command, write, zhixing, tmp_path):
    path = write("own.toml", BASE + "[clock]\nmonth = 9\n")
    words = [] if command == "check" else ["--out", tmp_path / "out"]
    said = zhixing(command, path, *words)
    assert_refused(said, ["clock.month", "“months”"], tmp_path / "out")


@pytest.mark.slow
def test_a_real_process_refuses_bad_input_alike(tmp_path, zhixing_process):
    said = zhixing_process("levers", "--lever", "cultur=1.2", "--out", "out")
    assert_refused(said, ["cultur", "“culture”"], tmp_path / "out")


# Mistakes in TOML as people make them, with what they are told to write instead.
MISTAKES = {
    "a heading left open": ("[clock\nmonths = 3\n", "line 1 is not TOML: a heading ends in “]”"),
    "a list of tables left open": ("[[reform]\n", "line 1 is not TOML: a heading of this kind"),
    "a colon": ('title: "x"\n', "expected a name, “=” and a value"),
    "a sentence": ("hello\n", "expected a name, “=” and a value"),
    "a Chinese name": ('标题 = "x"\n', "stands in quotes"),
    "a text without quotes": ("title = high\n", "after “=” comes a number"),
    "nothing": ("title = \n", "after “=” comes a number"),
    "curly quotes": ("title = “x”\n", "straight ones"),
    "a capital": ("a = 1\nb = True\n", "line 2 is not TOML: write true and false in small"),
    "a decimal comma": ("a = 3,5\n", "a number has a decimal point and no commas"),
    "two values": ("a = 3 4\n", "more after “=” than one value"),
    "a heading twice": ("[a]\n[b]\n[a]\n", "line 3 is not TOML: this heading is there already"),
    "a name twice": ("a = 1\na = 2\n", "line 2 is not TOML: this name is there already"),
    "a name twice in brackets": ("a = {b = 1, b = 2}\n", "this name is there already"),
    "a table added to": ("a = {b = 1}\na.c = 2\n", "stands in “{ }”"),
    "a quote left open": ('title = "x\n', "line 1 is not TOML: a text lacks the quote"),
    "long quotes left open": ('title = """x\n', "a text lacks the quote"),
    "a list left open": ("a = [1, 2\n", "a list that begins with “[” lacks its “]”"),
    "a table left open": ("a = {b = 1\n", "lacks its “}”"),
    "a path of Windows": ('posts = "C:\\users\\x"\n', "write a path with “/”"),
    "no such day": ("a = 2026-02-31\n", "this is no date"),
    "brackets in brackets": ("a = " + "[" * 5000, "too many brackets inside one another"),
    "endless digits": ("a = " + "1" * 5000, "a number has too many digits"),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_in_toml_is_told_with_its_line_and_what_to_write(case, write, zhixing):
    text, told = MISTAKES[case]
    said = zhixing("check", write("own.toml", text))
    assert said.code == 2
    assert told in said.err
    assert said.err.count("\n") == 1


# Scenarios in which several things are wrong, with what is told of each.
SEVERAL = {
    "values and names of clauses": (
        "[clock]\nmonths = -3\n[behaviour]\nduty = 'high'\n[levers.culture.full]\ncultur = 0.5\n"
        "[levers.supervision.full]\naudit = 2.0\n[[reform]]\nlever = 'culture'\n",
        (
            "clock.months: -3 is too small; expected at least 1",
            "behaviour.duty: expected a number, got “high”",
            "levers.culture.full.cultur: no such mechanism setting; did you mean “culture.",
            "levers.supervision.full.audit: no such mechanism setting",
            "reform.1.intensity: missing; expected ",
        ),
    ),
    "clauses alone": (
        "[levers.culture.full]\ncultur = 0.5\n[levers.supervision.full]\nposts.clarity = 1.5\n",
        (
            "levers.culture.full.cultur: no such mechanism setting",
            "levers.supervision.full.posts.clarity: 1.5 is too large",
        ),
    ),
}


@pytest.mark.parametrize("case", SEVERAL)
def test_all_that_is_wrong_in_a_scenario_is_told_at_once(case, write, zhixing):
    text, told = SEVERAL[case]
    said = zhixing("check", write("own.toml", f'extends = "bureau"\ntitle = "x"\n{text}'))
    assert said.code == 2
    assert [one for one in told if one not in said.err] == []
    assert said.err.count("\n") == len(told)


def test_what_is_missing_is_told_in_one_line_and_what_an_entry_is(write, zhixing):
    whole = zhixing("check", write("own.toml", 'title = "x"\n'))
    assert whole.err.count("\n") == 1
    assert "story, question, clock" in whole.err
    assert "or the file an “extends”" in whole.err
    study = zhixing("study", write("study.toml", 'title = "x"\n'))
    assert "question, replicates, measures, design: missing" in study.err
    # An experiment extends nothing.
    assert "extends" not in study.err
