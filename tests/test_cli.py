"""The command line: what each command says and keeps."""

import json
import tomllib
from concurrent.futures.process import BrokenProcessPool

import pytest

from sim import shipped
from sim.cli import terminal
from sim.machine import compiled
from sim.measures import MEASURES
from sim.study import execute
from sim.study.package import ALL_LEVERS
from sim.version import __version__
from sim.world.plan import Plan
from sim.world.scenario import Scenario
from tests.conftest import NINTH, but

COMMANDS = ("levers", "run", "compare", "spiral", "verify", "check", "scenarios")
QUICK = ("--replicates", "2", "--workers", "1")


@pytest.fixture
def quick(zhixing, no_pictures, tmp_path):
    """A short study in this process, without pictures."""
    return lambda *words: zhixing(*words, *QUICK, "--out", tmp_path / "out")


@pytest.mark.slow
def test_levers_prints_json_alone_on_stdout(levers_results):
    said = levers_results.said
    assert said.code == 0
    assert said.out.startswith("{\n")
    assert said.out.endswith("}\n")
    assert isinstance(said.json, dict)


def test_the_result_of_levers_says_what_it_is(levers_results, small):
    result = levers_results.said.json
    assert result["scenario"] == "small"
    assert result["seed"] == 7
    assert result["replicates"] == 3
    assert result["version"] == __version__
    assert len(result["hash"]) == 64
    assert set(result["levers"]) == {*small.levers, ALL_LEVERS}
    assert set(result["units"]) == set(MEASURES)


def test_every_lever_has_effect_low_and_high_on_every_measure(levers_results):
    for effects in levers_results.said.json["levers"].values():
        assert set(effects) == set(MEASURES)
        for found in effects.values():
            assert {"effect", "low", "high", "agreement"} <= set(found)
        found = effects["credibility"]
        assert found["low"] <= found["effect"] <= found["high"]
        assert 0 <= found["agreement"] <= 1


def test_levers_keeps_result_table_runs_provenance_and_picture(levers_results):
    folder = levers_results.folder
    kept = {path.name for path in folder.iterdir() if path.is_file()} - {".lock"}
    pictures = {"levers.png", "levers.svg", "levers.pdf", "levers.caption.txt"}
    assert kept == {"levers.json", "levers.csv", "manifest.json", "runs.parquet", *pictures}
    assert (folder / "levers.json").read_text() == levers_results.said.out
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["hash"] == levers_results.said.json["hash"]
    assert manifest["command"] in (folder / "levers.caption.txt").read_text()
    assert (folder / "levers.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
def test_the_same_words_give_the_same_bytes_in_another_folder(
    levers_results, zhixing, tmp_path, contents
):
    said = zhixing(*levers_results.words, "--json", "--out", tmp_path)
    assert said.out == levers_results.said.out
    first, again = contents(levers_results.out), contents(tmp_path)
    assert set(first) == set(again)
    assert [name for name in first if first[name] != again[name]] == []


@pytest.mark.slow
def test_a_ninth_lever_needs_nothing_but_a_file(small_file, write, quick):
    path = write("own.toml", f'extends = "{small_file}"\n{NINTH}')
    result = quick("levers", path, "--json").json
    assert len(result["levers"]) == 8 + 1 + 1
    assert result["levers"]["ninth"]["burden"]["low"] > 0.2
    own = Scenario.load(path)
    meetings = Plan(own.replace(levers={"ninth": 1.0})).mechanisms["meetings"]
    assert meetings[own.clock.reform_starts :] == pytest.approx(0.9)


@pytest.mark.slow
def test_levers_prints_a_table_and_where_the_picture_is(small_file, quick, tmp_path):
    said = quick("levers", small_file)
    assert said.code == 0
    for title in ("Status quo", "Supervision", "All together", "Credibility", "% points"):
        assert title in said.out
    assert f"{tmp_path / 'out' / 'levers-small-'}" in said.out
    assert "2 replicates on common draws, seed 1" in said.out


@pytest.mark.slow
def test_progress_goes_to_stderr_alone(small_file, quick):
    said = quick("levers", small_file, "--json")
    assert json.loads(said.out)
    assert "20 of 20 runs" in said.err


@pytest.mark.slow
def test_a_package_lists_its_own_settings_and_levers(small_file, quick):
    words = ("run", small_file, "--set", "public.trust.mean=0.3", "--months", "12")
    result = quick(*words, "--lever", "supervision=0.5", "--json").json
    assert result["months"] == 12
    assert "--set public.trust.mean=0.3 --lever supervision=0.5 --months 12" in result["command"]
    assert set(result["summary"]) == set(MEASURES)
    other = quick("run", small_file, "--months", "12", "--json").json
    assert other["summary"]["credibility"]["mean"] != result["summary"]["credibility"]["mean"]


@pytest.mark.slow
def test_compare_sets_packages_side_by_side(small_file, quick):
    pulled = ["", "+supervision=0.8", "+supervision=0.8+culture=1"]
    result = quick("compare", *(f"{small_file}{levers}" for levers in pulled), "--json").json
    names = [f"small{levers}" for levers in pulled]
    assert result["reference"] == names[0]
    assert list(result["levels"]) == names
    assert list(result["effects"]) == names[1:]
    for name in names[1:]:
        effect = result["effects"][name]["credibility"]["effect"]
        means = [result["levels"][one]["credibility"]["mean"] for one in (name, names[0])]
        assert effect == pytest.approx(means[0] - means[1])


@pytest.mark.slow
def test_compare_takes_shipped_scenarios_by_name(quick):
    words = ("--set", "organisation.departments=2", "--months", "15")
    said = quick("compare", "district", "district+supervision=0.8", "vicious_circle", *words)
    assert said.code == 0
    for word in ("District", "Supervision", "Vicious circle", "2 replicates"):
        assert word in said.out


@pytest.mark.slow
def test_worlds_of_one_title_are_told_apart_by_name(write, small_file, quick, tmp_path):
    own = write("own.toml", f'extends = "{small_file}"\n')
    said = quick("compare", small_file, own)
    assert said.code == 0
    assert "(small)" in said.out
    assert "(own)" in said.out


@pytest.mark.slow
def test_ctrl_c_stops_with_one_line_and_keeps_what_is_finished(
    small_file, quick, monkeypatch, tmp_path
):
    real, runs = execute.run_task, []

    def run_task(*words):
        runs.append(words)
        if len(runs) > 3:
            raise KeyboardInterrupt
        return real(*words)

    monkeypatch.setattr(execute, "run_task", run_task)
    said = quick("levers", small_file)
    assert said.code == 130
    assert said.out == ""
    assert len(list(tmp_path.glob("out/*/parts/*-runs.parquet"))) == 3
    assert said.err.splitlines()[-1] == "zhixing: stopped; what was finished is kept"


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), BrokenProcessPool("a worker died")]
)
def test_what_goes_wrong_outside_is_one_line_and_exit_code_one(
    error, small_file, quick, monkeypatch
):
    def run_task(*_):
        raise error

    monkeypatch.setattr(execute, "run_task", run_task)
    said = quick("levers", small_file)
    assert said.code == 1
    assert said.out == ""
    last = said.err.splitlines()[-1]
    assert last.startswith("zhixing: ")
    assert str(error.args[-1]) in last


def test_check_says_that_a_scenario_is_sound_and_what_it_means(zhixing):
    said = zhixing("check", "district", "--lever", "supervision=1")
    assert said.code == 0
    assert said.err == ""
    words = " ".join(said.out.split())
    assert words.startswith("district is sound.")
    for part in ("12 departments of 33 posts", "120 months", "Supervision at 1", "openness"):
        assert part in words


def test_check_full_prints_the_whole_scenario_as_toml(zhixing, write, district):
    said = zhixing("check", "district", "--full")
    assert said.code == 0
    assert tomllib.loads(said.out)["clock"]["months"] == district.clock.months
    assert Scenario.load(write("district.toml", said.out)) == district


def test_check_json_prints_the_whole_scenario_as_json(zhixing, small_file):
    said = zhixing("check", small_file, "--set", "public.trust.mean=0.25", "--json")
    assert said.code == 0
    assert said.json["public"]["trust"]["mean"] == 0.25
    assert Scenario.from_tree(said.json, "small", "").public.trust.mean == 0.25


@pytest.mark.slow
def test_scenarios_lists_what_ships_with_its_question(zhixing, district):
    said = zhixing("scenarios")
    assert said.code == 0
    words = " ".join(said.out.split())
    assert district.question in words
    assert all(name in words for name in shipped.scenarios())
    listed = zhixing("scenarios", "--json").json
    assert set(listed) == set(shipped.scenarios())
    assert listed["district"]["question"] == district.question


def test_version_says_the_version(zhixing):
    said = zhixing("--version")
    assert (said.code, said.out, said.err) == (0, f"zhixing {__version__}\n", "")


@pytest.mark.parametrize("words", [(), *((name,) for name in COMMANDS)], ids=["zhixing", *COMMANDS])
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_of_every_command_says_how_to_use_it(option, words, zhixing):
    said = zhixing(*words, option)
    assert said.code == 0
    assert said.err == ""
    assert said.out.startswith("Usage: ")
    assert "zhixing" in said.out.splitlines()[0]
    assert all(name in said.out for name in words or COMMANDS)


def test_no_words_at_all_get_the_help(zhixing):
    said = zhixing()
    text = said.out + said.err
    assert len(text.splitlines()) > 10
    assert all(name in text for name in COMMANDS)


@pytest.mark.slow
@pytest.mark.parametrize("text", but(("[/b]",), ("[red]red[/red]", "[/b]", "[link=x]", ":smile:")))
def test_text_of_a_scenario_is_shown_as_it_is_written(text, small_file, write, quick, zhixing):
    own = f'extends = "{small_file}"\ntitle = "{text}"\nstory = "{text}"\nquestion = "{text}"\n'
    path = write("own.toml", own + NINTH.replace('"Ninth"', f'"{text}"'))
    for said in (zhixing("check", path), quick("run", path), quick("levers", path)):
        assert said.code == 0
        assert text in said.out


def test_progress_where_there_is_no_terminal_is_few_lines(monkeypatch, capsys):
    now = [0.0]
    monkeypatch.setattr(terminal.time, "monotonic", lambda: now[0])
    count = terminal.Counter("levers district")
    for done in range(101):
        count(done, 100)
        now[0] += 0.04
    assert capsys.readouterr().err.splitlines() == [
        "levers district: 0 of 100 runs, 0 s",
        "levers district: 100 of 100 runs, 4 s",
    ]
    # Long work tells of every tenth.
    count = terminal.Counter("levers state")
    for done in range(101):
        count(done, 100)
        now[0] += 60.0
    assert len(capsys.readouterr().err.splitlines()) == terminal.STEPS + 1


def test_what_is_compiled_is_said_once_and_stages_only_where_months_are_looked_into(
    tmp_path, monkeypatch, capsys
):
    bureau = Scenario.load("bureau")
    monkeypatch.setattr(compiled, "CACHE", tmp_path)
    terminal.prepare_rules(bureau)
    assert "Compiling the rules" in (said := capsys.readouterr().err)
    assert "stages" not in said
    terminal.prepare_rules(bureau, watched=True)
    assert "Compiling the stages of a month" in (said := capsys.readouterr().err)
    assert "the rules" not in said
    terminal.prepare_rules(bureau, watched=True)
    assert capsys.readouterr().err == ""
