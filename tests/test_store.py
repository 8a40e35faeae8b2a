"""Results on disk: whole or not at all, resumed where they stopped, never lost by a crash."""

import json
import os
import shutil

import pandas as pd
import pytest

from sim.study import execute, points
from sim.study.compare import Comparison
from sim.study.files import safe_name, write_whole
from sim.study.folder import RUNS, SERIES
from sim.study.package import lever_points
from sim.study.provenance import as_json

COLUMNS = ("execution_rate", "credibility")
REPLICATES = 6


class Stop(Exception):
    """A crash in the middle of a study."""


@pytest.fixture
def calls(monkeypatch):
    """Chunks that are run, in small chunks; ``calls.crash_at`` stops at that one."""
    real = execute.run_task

    class Calls(list):
        crash_at = None

    made = Calls()

    def run_task(task):
        if made.crash_at is not None and len(made) + 1 >= made.crash_at:
            raise Stop
        made.append(task.chunk)
        return real(task)

    # Two runs a chunk, of two packages and REPLICATES.
    monkeypatch.setattr(points, "FEWEST_CHUNKS", REPLICATES)
    monkeypatch.setattr(execute, "run_task", run_task)
    return made


@pytest.fixture
def study(small, small_file, listed, calls):
    """Run, or go on with, a study kept in a folder."""

    def study(out, replicates=REPLICATES, columns=COLUMNS, seed=1):
        points = lever_points(small)[:2]
        here = listed(out, small_file, points, replicates, seed, columns).run(workers=1)
        return here.store(), Comparison.of(here)

    return study


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """Where studies are that are made once and copied."""
    return tmp_path_factory.mktemp("once")


@pytest.fixture
def clean(once, study, calls, tmp_path, contents):
    """The bytes of a study that nothing disturbed, in a folder of that name."""
    if not (once / "clean").exists():
        study(once / "clean")
        calls.clear()
    shutil.copytree(once / "clean", tmp_path / "clean")
    return contents(once / "clean")


@pytest.fixture
def crashed(once, study, calls, tmp_path):
    """The folder of a study that stopped at its fifth chunk of six."""
    if not (once / "out").exists():
        calls.crash_at = 5
        with pytest.raises(Stop):
            study(once / "out")
        assert len(calls) == 4
        calls.crash_at = None
        calls.clear()
    shutil.copytree(once / "out", tmp_path / "out")
    return tmp_path / "out"


def parts(out, ending=""):
    return sorted(out.glob(f"*/parts/*{ending}"))


@pytest.mark.slow
def test_a_crash_leaves_every_finished_chunk_whole_and_readable(crashed):
    assert len(parts(crashed, RUNS)) == len(parts(crashed, SERIES)) == 4
    assert len(parts(crashed)) == 8
    for path in parts(crashed):
        assert len(pd.read_parquet(path)) in (2, 2 * 24)


@pytest.mark.slow
def test_finished_chunks_are_not_run_again(crashed, study, calls, clean, contents):
    _, comparison = study(crashed)
    assert len(calls) == 2
    assert len(comparison.runs) == 2 * REPLICATES
    assert contents(crashed) == clean


def test_a_finished_study_runs_nothing_again(tmp_path, study, calls, clean, contents):
    first = study(tmp_path / "clean")[1]
    assert calls == []
    assert len(first.runs) == 2 * REPLICATES
    assert len(first.paths) == 2 * REPLICATES * 24
    assert contents(tmp_path / "clean") == clean


@pytest.mark.slow
@pytest.mark.parametrize("ending", [RUNS, SERIES])
@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[: len(content) // 2],
        lambda content: content[:-1],
        lambda content: b"",
        lambda content: b"garbage" * 1000,
        lambda content: b"PAR1" + b"\0" * 1000 + b"PAR1",
        lambda content: content[:4] + b"\xff" * (len(content) - 12) + content[-8:],
    ],
    ids=["half", "one byte short", "empty", "garbage", "zeros", "ones"],
)
def test_a_damaged_part_is_forgotten_and_run_again(
    damage, ending, crashed, study, calls, clean, contents
):
    path = parts(crashed, ending)[1]
    path.write_bytes(damage(path.read_bytes()))
    study(crashed)
    assert len(calls) == 3
    assert contents(crashed) == clean


@pytest.mark.slow
def test_whichever_byte_is_damaged_reading_goes_on(crashed, study):
    path = parts(crashed, RUNS)[0]
    content = path.read_bytes()
    store, _ = study(crashed)
    undamaged = store.runs()
    for at in range(0, len(content), len(content) // 97):
        path.write_bytes(content[:at] + bytes([content[at] ^ 2]) + content[at + 1 :])
        assert store.runs().equals(undamaged)


@pytest.mark.slow
def test_a_part_without_its_series_is_run_again(crashed, study, calls, clean, contents):
    parts(crashed, SERIES)[0].unlink()
    study(crashed)
    assert len(calls) == 3
    assert contents(crashed) == clean


@pytest.mark.slow
def test_a_foreign_table_among_the_parts_is_forgotten(crashed, study, clean, contents):
    pd.DataFrame({"x": [1]}).to_parquet(parts(crashed, RUNS)[0])
    study(crashed)
    assert contents(crashed) == clean


@pytest.mark.slow
def test_a_damaged_table_is_forgotten_and_run_again(tmp_path, study, calls, clean, contents):
    (table,) = (tmp_path / "clean").glob(f"*/{RUNS}")
    table.write_bytes(table.read_bytes()[:-100])
    study(tmp_path / "clean")
    assert len(calls) == 6
    assert contents(tmp_path / "clean") == clean


@pytest.mark.slow
def test_stray_temporary_files_are_swept(crashed, study, clean, contents):
    for folder in (parts(crashed)[0].parent, parts(crashed)[0].parent.parent):
        (folder / ".left-by-a-kill.part").write_bytes(b"half a fi")
    study(crashed)
    assert contents(crashed) == clean


@pytest.mark.slow
def test_more_replicates_add_to_a_study_and_the_first_stay_equal(tmp_path, study, calls, clean):
    few = study(tmp_path / "out", 4)[1]
    calls.clear()
    grown, more = study(tmp_path / "out", REPLICATES)
    spans = [span for chunk in calls for span in chunk]
    assert [(span.first, span.last) for span in spans] == [(4, 6), (4, 6)]
    kept = more.runs[more.runs["replicate"] < 4].reset_index(drop=True)
    assert kept.equals(few.runs)
    whole, at_once = study(tmp_path / "clean", REPLICATES)
    assert more.runs.equals(at_once.runs)
    assert more.paths.equals(at_once.paths)
    # Rows lie in blocks of what was first asked for, so bytes differ; keys must not.
    assert grown.runs().equals(whole.runs())
    assert parts(tmp_path / "out") == []


@pytest.mark.slow
def test_fewer_replicates_read_the_first_of_what_is_there(tmp_path, study, calls, clean):
    few = study(tmp_path / "clean", 3)[1]
    assert calls == []
    assert few.replicates == 3
    assert sorted(set(few.runs["replicate"])) == sorted(set(few.paths["replicate"])) == [0, 1, 2]
    assert study(tmp_path / "fresh", 3)[1].runs.equals(few.runs)


@pytest.mark.slow
def test_another_seed_or_another_setting_has_a_folder_of_its_own(
    tmp_path, study, small, small_file, listed
):
    first, second = (study(tmp_path, 1, seed=seed)[0].folder for seed in (1, 2))
    points, changed = lever_points(small)[:2], {"behaviour.duty": 1.2}
    third = listed(tmp_path, small_file, points, 1, series=COLUMNS, set=changed).folder
    assert len({first, second, third}) == 3


@pytest.mark.slow
def test_the_hash_of_a_result_covers_all_it_rests_on(tmp_path, study):
    store, _ = study(tmp_path, 1)
    about = store.provenance("zhixing levers", 1)
    known = {"version", "sources", "seed", "scenario", "point", "commit", "command", "replicates"}
    assert known < set(about)
    assert about == store.provenance("zhixing levers", 1)
    assert about["hash"] != store.provenance("zhixing levers", 2)["hash"]
    assert about["hash"] != study(tmp_path, 1, seed=2)[0].provenance("zhixing levers", 1)["hash"]


@pytest.mark.long
def test_a_crash_in_a_later_study_leaves_earlier_results_whole(
    levers_results, tmp_path, calls, zhixing, no_pictures, contents
):
    out = tmp_path / "results"
    shutil.copytree(levers_results.out, out)
    before = contents(out)
    words = [*levers_results.words, "--out", out]
    words[words.index("--replicates") + 1] = "6"
    calls.crash_at = 12
    with pytest.raises(Stop):
        zhixing(*words)
    after = contents(out)
    assert {name: after[name] for name in before} == before
    assert sum(name.endswith(f"-{RUNS}") for name in after) == 11
    calls.crash_at = None
    said = zhixing(*words)
    assert said.code == 0
    (result,) = out.glob("*/levers.json")
    assert json.loads(result.read_text())["replicates"] == 6


def test_a_file_is_replaced_as_a_whole(tmp_path):
    path = tmp_path / "file"
    write_whole(path, b"first")
    write_whole(path, b"second")
    assert path.read_bytes() == b"second"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("step", ["replace", "fsync", "chmod"])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failed_write_leaves_the_old_file_and_nothing_else(step, error, tmp_path, monkeypatch):
    def fail(*_):
        raise error

    path = tmp_path / "file"
    write_whole(path, b"first")
    monkeypatch.setattr(os, step, fail)
    for target in (path, tmp_path / "other"):
        with pytest.raises(type(error)):
            write_whole(target, b"second")
    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_not_a_number_is_null_in_json():
    values = {"a": float("nan"), "b": [float("inf"), 1.5], "c": (None, True, "x")}
    assert json.loads(as_json(values)) == {"a": None, "b": [None, 1.5], "c": [None, True, "x"]}


@pytest.mark.parametrize("text", ["a/b", "../..", "", " ", ".", "a b", "文化", "a\0b", "-x"])
def test_the_name_of_a_folder_is_safe_whatever_the_text(text, tmp_path):
    name = safe_name(text)
    (tmp_path / name).mkdir()
    assert (tmp_path / name).parent == tmp_path
    assert not name.startswith((".", "-"))
