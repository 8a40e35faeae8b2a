"""Deputies in charge, second superiors, two at the top, and departments by name."""

import numpy as np
import openpyxl
import pytest
from sound import assert_same_bytes

from sim import BadInput, Government, Scenario, simulate
from sim.calibration.patterns import Patterns
from sim.mechanisms import back_tracing
from sim.world import establishment
from sim.world.levers import crossed
from sim.world.plan import Plan

BUREAU = """post,superior,department{more}
局长,,机关{top}
副局长甲,局长,机关
副局长乙,局长,机关
一科科长,副局长甲,一科{second}
一科科员,一科科长,一科
二科科长,副局长乙,二科
二科科员甲,二科科长,二科
二科科员乙,二科科长,二科
"""


@pytest.fixture
def bureau(tmp_path):
    """Writes a bureau with deputies in charge of sections, and gives a scenario of it."""

    def written(more="", top="", second="", rows="", body="", posts='posts = "posts.csv"'):
        table = BUREAU.format(more=more, top=top, second=second) + rows
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        (folder / "posts.csv").write_text(table, "utf-8")
        path = folder / "own.toml"
        path.write_text(
            f'extends = "bureau"\n[clock]\nmonths = 30\n[organisation]\n{posts}\n{body}', "utf-8"
        )
        return Scenario.load(path)

    return written


def place(scenario, post):
    return scenario.establishment.posts.index(post)


# A deputy in charge.


def test_a_department_may_answer_to_any_post_above(bureau):
    layout = bureau().layout
    assert layout.department_names == ("机关", "一科", "二科")
    assert layout.tier.tolist() == [0, 1, 1]
    assert layout.parent.tolist() == [-1, 0, 0]
    scenario = bureau()
    for head, deputy in (("一科科长", "副局长甲"), ("二科科长", "副局长乙")):
        assert layout.post_superior[place(scenario, head)] == place(scenario, deputy)


def test_both_loops_run_a_bureau_with_deputies_in_charge_alike(bureau):
    scenario = bureau()
    run = simulate(scenario, 5, 1)
    government = Government(scenario, 5, 1)
    government.run_for(30)
    assert_same_bytes(government.world, run.world)


def test_content_of_a_section_is_that_of_its_deputy(bureau):
    scenario = bureau()
    officers = simulate(scenario, 2).world.officers
    for head, deputy in (("一科科长", "副局长甲"), ("二科科长", "副局长乙")):
        assert (
            officers["content"][place(scenario, head)]
            <= officers["content"][place(scenario, deputy)]
        )


@pytest.mark.parametrize("section", ["一科", "二科"])
def test_a_case_of_a_section_is_taken_over_by_its_deputy(section, bureau):
    scenario = bureau().replace(
        {
            "mechanisms.posts.clarity": 1.0,
            "mechanisms.posts.overlap": 0.0,
            "mechanisms.accountability.climb": 0.0,
            "mechanisms.accountability.tolerance": 0.0,
            "mechanisms.accountability.review": 0.0,
            "mechanisms.accountability.arbitration": 0.0,
        }
    )
    plan = Plan(scenario)
    world = plan.begin(1)
    world.officers["connection"][:] = 0.0
    d = scenario.layout.department_names.index(section)
    below = world.departments[d]
    below.referred, below.handed_up, below.referred_harm = 3, 3, 1.5
    top = world.departments[0]
    top.clarity = 1.0
    back_tracing.receive_cases(top, world.departments, world.children)
    assert top.received == 3
    tally = world.part_tallies[0, 0]
    back_tracing.take_over(world, top, world.mechanisms[0, 0], tally, 0)
    deputy = place(scenario, {"一科": "副局长甲", "二科": "副局长乙"}[section])
    sanctioned = np.flatnonzero(world.officers["sanctioned"])
    assert sanctioned.tolist() == [deputy]


# Ties.

SECOND = {"more": ",second_superior", "second": ",市局科长"}
TWO = {
    "more": ",co_head",
    "rows": "书记,,机关,局长\n",
}


def test_without_ties_nothing_is_left_of_them(bureau):
    assert bureau().under_two is None
    assert "both_direct" not in str(bureau().tree())


def test_a_second_superior_raises_the_tasks_under_several_heads_of_those_below(bureau):
    scenario = bureau(**SECOND)
    heads = scenario.mechanisms.posts.heads
    assert scenario.under_two.tolist() == [0.0, 1.0, 0.0]
    plan = Plan(scenario)
    in_force = plan.mechanisms["heads"][0][plan.groups]
    assert in_force.tolist() == [heads, 1.0, heads]
    (tie,) = scenario.establishment.ties
    assert (tie.name, tie.to) == ("市局科长", -1)


def test_two_at_the_top_put_the_whole_department_under_two(bureau):
    scenario = bureau(**TWO)
    assert scenario.under_two.tolist() == [1.0, 0.0, 0.0]
    layout = scenario.layout
    assert layout.post_superior[place(scenario, "书记")] == place(scenario, "局长")
    assert layout.post_superior[place(scenario, "局长")] == -1


def test_of_two_who_name_each_other_the_first_is_the_head(bureau):
    found = bureau(more=",共同首长", top=",书记", rows="书记,,机关,局长\n")
    assert found.establishment.posts[0] == "局长"
    assert len(found.establishment.ties) == 1


def test_two_at_the_top_may_have_the_same_rank(tmp_path):
    path = tmp_path / "posts.csv"
    path.write_text(
        "岗位,上级,部门,职级,共同首长\n书记,,局,正科,\n局长,,局,正科,书记\n副局长,局长,局,副科,\n",
        "utf-8",
    )
    found = establishment.read(path)
    assert found.posts == ("书记", "局长", "副局长")
    assert found.layout.post_rank.tolist() == [0, 1, 2]


def test_how_much_both_direct_is_stated(bureau):
    posts = '[organisation.posts]\nfile = "posts.csv"\nboth_direct = 0.5\n'
    scenario = bureau(**SECOND, posts=posts)
    assert scenario.under_two.tolist() == [0.0, 0.5, 0.0]
    heads = scenario.mechanisms.posts.heads
    plan = Plan(scenario)
    found = plan.mechanisms["heads"][0][plan.groups]
    assert found[1] == crossed(heads, 0.5) == pytest.approx(heads + (1 - heads) / 2)


def test_a_tie_loses_content_and_takes_time_and_does_nothing_elsewhere(bureau):
    tied, plain = Plan(bureau(**SECOND)), Plan(bureau())
    one, other = tied.mechanisms, plain.mechanisms
    d = tied.groups[1]
    assert one["time_taken"][0, d] > other["time_taken"][0, 0]
    assert one["time_taken"][0, tied.groups[2]] == other["time_taken"][0, 0]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"more": ",co_head", "rows": "书记,,机关,一科科长\n"}, "expected another post of “机关”"),
        ({"more": ",co_head", "rows": "书记,,机关,书记\n"}, "expected another post of “机关”"),
        ({"more": ",co_head", "rows": "书记,副局长甲,机关,局长\n"}, "“superior” must be empty"),
        ({"more": ",co_head", "rows": "书记,,机关,副局长甲\n"}, "who is no head"),
        ({"more": ",second_superior", "second": ",一科科长"}, "is itself"),
        ({"more": ",second_superior", "second": ",副局长甲"}, "is its superior already"),
        ({"rows": "书记,,机关\n"}, "two heads, “局长”"),
    ],
)
def test_a_tie_that_makes_no_sense_is_refused(more, message, bureau):
    with pytest.raises(BadInput, match=message):
        bureau(**more).layout  # noqa: B018


def test_two_superiors_in_one_cell_are_pointed_to_the_column_for_the_second(bureau):
    with pytest.raises(BadInput, match="put the second of two superiors into the column"):
        bureau(rows="秘书,局长、副局长甲,机关\n").layout  # noqa: B018


def test_a_series_of_what_ties_set_is_refused(bureau):
    body = '[series."mechanisms.posts.heads"]\nvalues = [0.1, 0.2]\nmonths = [0, 2]\n'
    with pytest.raises(BadInput, match="declares second superiors"):
        bureau(**SECOND, body=body)


# Departments by name.

REFORM = '[[reform]]\nlever = "culture"\nintensity = 1.0\ndepartments = [{}]\n'
VARIANT = "[[variant]]\ndepartments = [{}]\nmechanisms.posts.clarity = 0.9\n"


@pytest.mark.parametrize(
    ("names", "numbers"),
    [
        ('"一科"', (2,)),
        ('"一科", "二科"', (2, 3)),
        ('"二科", 1', (3, 1)),
        ('" 机关 "', (1,)),
        ("2", (2,)),
    ],
)
@pytest.mark.parametrize("kind", ["reform", "variant"])
def test_a_reform_or_variant_may_name_departments(kind, names, numbers, bureau):
    body = {"reform": REFORM, "variant": VARIANT}[kind]
    scenario = bureau(body=body.format(names))
    assert getattr(scenario, kind)[0].departments == numbers
    listed = body.format(", ".join(map(str, numbers)))
    assert scenario.identity() == bureau(body=listed).identity()


def test_a_name_that_is_not_there_is_refused_with_the_nearest(bureau):
    with pytest.raises(BadInput, match=r"reform\.1\.departments: no department “三科”"):
        bureau(body=REFORM.format('"三科"'))
    with pytest.raises(BadInput, match="only where a table of posts gives them"):
        Scenario.load("bureau").replace(
            {"reform": [{"lever": "culture", "intensity": 1.0, "departments": ["一科"]}]}
        )


def test_an_arm_may_name_departments(bureau, tmp_path):
    bureau()
    text = """
scenario = "own.toml"
burn_in = 12
observed = 12
[arm.one]
set = {{ "posts.clarity" = 0.9 }}
months = 3
departments = [{}]
[target.execution]
pattern = "Own"
arm = "one"
measure = "execution_rate"
value = 0.4
sd = 0.1
[prior."behaviour.duty"]
low = 1.0
high = 2.0
"""
    path = tmp_path / "0" / "own_patterns.toml"
    path.write_text(text.format('"三科"'), "utf-8")
    with pytest.raises(BadInput, match=r"arm\.one\.departments: no department “三科”"):
        Patterns.load(path)


# The template.


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", ["posts.xlsx", "posts.csv"])
def test_the_template_is_itself_sound_and_names_every_column(name, lang, tmp_path, zhixing):
    path = tmp_path / name
    assert zhixing("template", path, "--lang", lang).code == 0
    reading = establishment.read(path).reading
    assert [column for _, column, _ in reading.columns] == list(establishment.headings.COLUMNS)
    assert (reading.ignored, reading.warnings) == ((), ())


def test_the_template_has_lists_and_bounds_for_its_cells(tmp_path, zhixing):
    path = tmp_path / "posts.xlsx"
    zhixing("template", path)
    rules = openpyxl.load_workbook(path)["posts"].data_validations.dataValidation
    kinds = [rule.type for rule in rules]
    assert kinds.count("list") == 5
    assert kinds.count("decimal") == len(establishment.BOUNDS)


def test_the_template_replaces_nothing(tmp_path, zhixing):
    path = tmp_path / "posts.xlsx"
    path.write_text("mine")
    said = zhixing("template", path)
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert path.read_text() == "mine"


# What check tells.


@pytest.mark.slow
def test_check_tells_what_was_read_assumed_and_left_out(tmp_path, write, zhixing):
    table = "岗位,上级,部门,能力,备注\n局长,,局,62%,x\n科员,局长,局,,y\n"
    (tmp_path / "posts.csv").write_bytes(table.encode("gbk"))
    own = 'extends = "bureau"\n[organisation]\nposts = "posts.csv"\n[public]\ncitizens = {}\n'
    said = zhixing("check", write("own.toml", own.format(2)))
    assert (said.code, said.err) == (0, "")
    out = " ".join(said.out.split())
    for told in (
        "CSV, GB18030 (GBK), separated by commas, 2 rows, headings in row 1",
        "岗位 = post (2)",
        "能力 = capability (1)",
        "the encoding is GB18030 (GBK)",
        "not read 备注",
        "public.citizens is 2, 2.0 for each post of the front line; the district has 1.7",
    ):
        assert told in out
    # Twenty citizens for one clerk are far more than anywhere else.
    told = (
        "public.citizens is 20, 20.0 for each post of the front line; the district has 1.7, as "
        "here with public.citizens = 2"
    )
    many = write("many.toml", own.format(20))
    assert told in zhixing("run", many, "--replicates", "0").err
    few = zhixing("run", many, "--replicates", "0", "--set", "public.citizens=2")
    assert "public.citizens" not in few.err
    packages = [many, f"{many}+culture=1", f"{many}+supervision=1"]
    assert zhixing("compare", *packages, "--replicates", "2").err.count("warning") == 1


@pytest.mark.parametrize("command", ["check", "run"])
def test_a_misspelt_heading_is_a_warning_of_every_command(command, tmp_path, write, zhixing):
    (tmp_path / "posts.csv").write_text("post,superior,department,capabilty\na,,d,0.5\nb,a,d,\n")
    path = write("own.toml", 'extends = "bureau"\n[organisation]\nposts = "posts.csv"\n')
    more = [] if command == "check" else ["--replicates", "0"]
    assert (
        "column “capabilty” is not read; did you mean “capability”?"
        in zhixing(command, path, *more).err
    )


def test_results_by_post_keep_names_and_titles(bureau):
    scenario = bureau(more=",title", second=",First Section Chief")
    posts = simulate(scenario, 1).posts
    assert posts.index.tolist() == list(scenario.establishment.posts)
    assert posts.loc["一科科长", "title"] == "First Section Chief"
    assert posts.loc["二科科长", "title"] == "二科科长"
    assert posts.loc["二科科员甲", "department"] == "二科"
