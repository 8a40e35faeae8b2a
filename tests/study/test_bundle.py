"""A bundle holds all that a study rests on, and its check finds every number that is another."""

import hashlib
import io
import json
import re
import shutil
import stat
import zipfile
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from sim.errors import BadInput
from sim.study import archive, bundle, bundle_check, experiment, parquet
from sim.study.archive import packed, unpacked
from sim.study.bundle import bundled
from sim.study.bundle_check import check
from sim.study.experiment import Experiment
from sim.study.store import schema_of
from sim.study.study import Study
from sim.version import __version__
from sim.world import posterior
from tests.study.test_stored import WRITTEN

TABLE = "post,superior,department\nhead,,office\na,head,office\nb,head,office\n"
TREE = {
    "title": "Small",
    "question": "What does it do?",
    "months": 24,
    "replicates": 3,
    "measures": ["execution_rate", "burden"],
    "series": ["burden"],
    "design": {"kind": "list"},
    "point": [{"name": "as_is"}, {"name": "supervised", "levers": {"supervision": 1.0}}],
}


@pytest.fixture
def study(write, tmp_path):
    """A study of an organisation of one's own, done."""
    write("own/tables/posts.csv", TABLE)
    scenario = write(
        "own/mine.toml",
        'extends = "bureau"\ntitle = "Mine"\n[organisation]\nposts = "tables/posts.csv"\n'
        "[clock]\nmonths = 24\nreform_starts = 6\nobserved = 12\n",
    )
    tree = {**TREE, "scenario": str(scenario)}
    return Study(Experiment.from_tree(tree, "own", "own"), tmp_path / "out").run(workers=1)


@pytest.fixture
def file(study, tmp_path):
    path = tmp_path / "own.zip"
    path.write_bytes(bundled([study.folder]))
    return path


@pytest.fixture
def checked(tmp_path):
    """Check a bundle after some of its files have been changed; digests are put right."""

    def checked(path, changes=None, digests=True, **more):
        files = unpacked(path)
        for name, change in (changes or {}).items():
            files[name] = change(files[name])
        if digests:
            head = json.loads(files["bundle.json"])
            for name in head["files"]:
                head["files"][name] = archive_digest(files[name])
            files["bundle.json"] = json.dumps(head).encode()
        changed = tmp_path / "changed.zip"
        changed.write_bytes(packed(files))
        folder = tmp_path / "unpacked"
        folder.mkdir()
        return check(changed, folder, **more)

    return checked


def archive_digest(content):
    return hashlib.sha256(content).hexdigest()


def moved(column, row, by):
    """A change of one number of a table of runs."""

    def change(content):
        table = pd.read_parquet(io.BytesIO(content))
        table.loc[row, column] += by
        file = io.BytesIO()
        table = table.astype({"point": "int32", "replicate": "int32"})
        own = schema_of(["execution_rate", "burden"], False)
        fields = [own.field(n) if n in own.names else pa.field(n, pa.string()) for n in table]
        parquet.write(file, pa.Table.from_pandas(table, pa.schema(fields), preserve_index=False))
        return file.getvalue()

    return change


RUNS = "studies/own/runs.parquet"


@pytest.mark.slow
def test_the_same_studies_give_the_same_bytes(study, file):
    assert bundled([study.folder]) == file.read_bytes()


@pytest.mark.slow
def test_a_bundle_holds_what_its_study_rests_on(file):
    files = unpacked(file)
    inputs = {f"studies/own/inputs/{one}" for one in ("experiment.toml", "mine.toml", "posts.csv")}
    tables = {RUNS, "studies/own/series.parquet", "studies/own/manifest.json"}
    pages = {"CITATION.cff", "requirements.lock", "rat-rs.md", "trace.md", "commands.txt"}
    assert inputs | tables | pages | {"README.txt", "environment.json"} < set(files)
    head = json.loads(files["bundle.json"])
    assert set(head["files"]) == set(files) - {"bundle.json"}
    (about,) = head["studies"]
    assert about["version"] == __version__
    assert (about["points"], about["replicates"]) == (2, 3)
    assert files["studies/own/inputs/posts.csv"] == TABLE.encode()


@pytest.mark.slow
def test_a_sound_bundle_is_found_sound_without_the_authors_files(study, file, checked, tmp_path):
    shutil.rmtree(tmp_path / "own")
    shutil.rmtree(tmp_path / "out")
    report = checked(file)
    (found,) = report.studies
    assert report.sound
    assert found.same_code
    assert found.repeated == found.runs == 6
    assert found.differences == []


@pytest.mark.slow
def test_a_number_that_was_changed_is_found_with_its_row(file, checked):
    report = checked(file, {RUNS: moved("burden", 4, 1e-9)})
    (row,) = report.studies[0].differences
    assert not report.sound
    assert (row.where, row.replicate, row.measure) == ("supervised", 1, "burden")
    assert row.stored - row.now == pytest.approx(1e-9, rel=1e-3)


@pytest.mark.slow
def test_a_part_of_the_runs_is_done_again_and_all_if_asked(file, checked):
    assert checked(file, runs=2).studies[0].repeated == 2


@pytest.mark.slow
def test_a_scenario_that_was_changed_gives_other_points_or_other_numbers(file, checked):
    name = "studies/own/inputs/mine.toml"

    def harder(content):
        text = content.decode()
        return re.sub(r"(?m)^duty = [\d.]+", "duty = 3.21", text).encode()

    report = checked(file, {name: harder})
    assert report.studies[0].differences
    assert not report.sound


@pytest.mark.slow
def test_a_file_that_is_not_as_it_was_bundled_is_named(file, checked):
    report = checked(file, {"commands.txt": lambda content: content + b"x"}, digests=False)
    assert report.changed == ["commands.txt: is not as it was bundled"]
    assert not report.sound


@pytest.mark.slow
def test_a_bundle_of_an_earlier_version_is_whole_and_says_why_it_is_not_run(tmp_path, checked):
    path = tmp_path / "old.zip"
    path.write_bytes(bundled([WRITTEN]))
    report = checked(path)
    assert report.sound
    assert "did not store its scenario" in report.studies[0].why_not
    changes = {"studies/courts/effects.csv": lambda content: content.replace(b"0.3134", b"0.3135")}
    (tmp_path / "unpacked").rename(tmp_path / "before")
    (row,) = checked(path, changes).studies[0].differences
    assert "supervision = 0" in row.where


@pytest.fixture
def drawn(tmp_path):
    """A bundle of a study on the draws of the shipped calibration."""
    tree = {**TREE, "scenario": "bureau", "posterior": True}
    study = Study(Experiment.from_tree(tree, "own", "own"), tmp_path / "out").run(workers=1)
    path = tmp_path / "own.zip"
    path.write_bytes(bundled([study.folder]))
    return path


@pytest.fixture
def refitted(monkeypatch):
    """A version of the program that ships other draws."""
    other = posterior.posterior()
    other = replace(other, values=other.values[::-1].copy())
    monkeypatch.setattr(experiment, "asked_for", lambda *_: other)
    monkeypatch.setattr(bundle, "posterior", lambda: other)


@pytest.mark.slow
def test_shipped_draws_are_in_the_bundle_and_checked_with(drawn, checked, refitted):
    files = unpacked(drawn)
    assert files["posterior/district.parquet"] == posterior.path().read_bytes()
    report = checked(drawn)
    (found,) = report.studies
    assert (found.why_not, found.draws, found.repeated) == ("", "archive", 6)
    assert report.sound


@pytest.mark.slow
def test_without_its_draws_a_study_is_not_run_on_others(drawn, tmp_path, refitted):
    kept = {name: one for name, one in unpacked(drawn).items() if "posterior/" not in name}
    drawn.write_bytes(packed(kept))
    (found,) = check(drawn, tmp_path / "anew").studies
    assert "the archive lacks, and this version ships others" in found.why_not
    assert found.repeated == 0


@pytest.mark.slow
def test_a_bundle_of_the_same_draws_needs_no_copy_of_them(drawn, tmp_path):
    kept = {name: one for name, one in unpacked(drawn).items() if "posterior/" not in name}
    drawn.write_bytes(packed(kept))
    (found,) = check(drawn, tmp_path / "anew").studies
    assert (found.why_not, found.draws, found.differences) == ("", "program", [])


@pytest.mark.slow
def test_draws_that_were_exchanged_are_found(drawn, checked):
    def turned(content):
        table = pd.read_parquet(io.BytesIO(content))
        file = io.BytesIO()
        table[::-1].reset_index(drop=True).to_parquet(file)
        return file.getvalue()

    (found,) = checked(drawn, {"posterior/district.parquet": turned}).studies
    assert "these are not the draws that district.json describes" in found.why_not


@pytest.mark.slow
@pytest.mark.parametrize("cause", ["large", "of another version"])
def test_draws_that_are_not_in_the_bundle_are_told(cause, zhixing, monkeypatch, tmp_path, request):
    tree = 'title = "a"\nquestion = ""\nscenario = "bureau"\nmonths = 24\nreplicates = 2\n'
    tree += 'posterior = true\nmeasures = ["burden"]\ndesign = { kind = "list" }\n'
    (tmp_path / "own.toml").write_text(f'{tree}[[point]]\nname = "as_is"\n')
    monkeypatch.chdir(tmp_path)
    assert zhixing("study", "own.toml").code == 0
    if cause == "large":
        monkeypatch.setattr(bundle, "MOST_DRAWS", 1_000)
    else:
        request.getfixturevalue("refitted")
    said = zhixing("bundle", "own")
    assert said.code == 0
    assert "does not hold the draws of the calibration that own used" in said.err
    assert not any("posterior/" in name for name in unpacked(tmp_path / "own-bundle.zip"))


@pytest.mark.long
def test_python_of_a_bundle_is_not_run_without_leave(tmp_path, write, checked):
    mark = tmp_path / "ran"
    text = f"from pathlib import Path\nPath({str(mark)!r}).touch()\n"
    text += "def dutiful(officer, choice, world, month):\n    return 0\n"
    rules = write("own.py", text)
    tree = {**TREE, "scenario": "bureau", "set": {"decide": "own.py:dutiful"}}
    experiment = Experiment.from_tree(tree, "own", "own")
    study = Study(experiment, tmp_path / "out", rules=[rules]).run(workers=1)
    path = tmp_path / "own.zip"
    path.write_bytes(bundled([study.folder]))
    mark.unlink()
    report = checked(path)
    assert "--run-its-code" in report.studies[0].why_not
    assert not mark.exists()
    (tmp_path / "unpacked").rename(tmp_path / "before")
    assert checked(path, run_its_code=True, runs=1).studies[0].repeated == 1


def test_a_study_that_is_not_complete_is_not_bundled(tmp_path):
    study = Study(Experiment.from_tree({**TREE, "scenario": "bureau"}, "own", "own"), tmp_path)

    def stop(done, total):
        if done >= 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        study.run(workers=1, progress=stop)
    with pytest.raises(BadInput, match="run the study to its end first"):
        bundled([study.folder])


# The command.


@pytest.mark.slow
def test_the_command_writes_and_checks(study, zhixing, tmp_path, monkeypatch):
    to = tmp_path / "paper.zip"
    extra = tmp_path / "notes.md"
    extra.write_text("# Notes")
    words = ("bundle", "own", "--out", tmp_path / "out", "--to", to, "--with", extra)
    said = zhixing(*words)
    assert said.code == 0
    assert "holds posts.csv as it is" in said.err
    assert "files/notes.md" in unpacked(to)
    good = zhixing("bundle", "--check", to)
    assert good.code == 0
    assert "6 of 6 runs were done again; all numbers are the same" in good.out
    files = unpacked(to)
    files[RUNS] = moved("execution_rate", 0, 0.5)(files[RUNS])
    to.write_bytes(packed(files))
    bad = zhixing("bundle", "--check", to)
    assert bad.code == 1
    assert "runs.parquet: is not as it was bundled" in bad.err
    assert "as_is, replicate 0: execution_rate" in bad.err
    assert json.loads(zhixing("bundle", "--check", to, "--json").out)["sound"] is False


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "STUDY: missing"),
        (("nothing",), "no study in"),
        (("own", "--to", "x.tar"), "ends in .zip"),
        (("own", "--check", "x.zip"), "expected alone"),
        (("--check", "nothing.zip"), "cannot be read"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_line(words, told, study, zhixing, tmp_path):
    said = zhixing("bundle", *words, "--out", tmp_path / "out")
    assert said.code == 2
    assert told in said.err
    assert len(said.err.strip().splitlines()) == 1


# What a stranger sends.


def zipped(*entries, kind=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", kind) as made:
        for entry, content in entries:
            made.writestr(entry, content)
    return file.getvalue()


def link():
    entry = zipfile.ZipInfo("studies/own/runs.parquet")
    entry.create_system = 3
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


def secret():
    content = bytearray(zipped(("bundle.json", "{}")))
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(sign) + at] |= 1
    return bytes(content)


# Their bytes, or what makes them where that takes long, and a part of the one line told.
HOSTILE = {
    "no archive": (b"not a zip", "not an archive"),
    "nothing": (b"", "not an archive"),
    "half an archive": (zipped(("bundle.json", "{}" * 99))[:60], "not an archive"),
    "a bomb": (lambda: zipped(("bundle.json", b"0" * 50_000_000)), "would grow|grows"),
    "many small bombs": (
        lambda: zipped(*((f"{n}.txt", b"0" * 900_000) for n in range(50))),
        "grow",
    ),
    "a path above": (zipped(("../../evil.txt", "x")), "no plain path"),
    "an absolute path": (zipped(("/etc/passwd", "x")), "no plain path"),
    "a drive": (zipped(("C:/evil.txt", "x")), "no plain path"),
    "backslashes": (zipped(("..\\evil.txt", "x")), "no plain path|not a bundle"),
    "a device": (zipped(("studies/nul", "x")), "no plain path"),
    "a name without end": (zipped(("a" * 5000, "x")), "no plain path"),
    "an unseen character": (zipped(("a\u202eb", "x")), "no plain path"),
    "a link": (zipped((link(), "/etc/passwd")), "a link"),
    "a folder": (zipped(("studies/", "")), "no plain path|a folder"),
    "a password": (secret(), "secret"),
    "one file twice": (zipped(("A.txt", "x"), ("a.txt", "y")), "twice"),
    "too many files": (lambda: zipped(*((f"{n}", "") for n in range(10_001))), "10,001 entries"),
    "another archive": (zipped(("word/document.xml", "<x/>")), "not a bundle"),
    "a bundle that is no JSON": (zipped(("bundle.json", "{")), "not JSON"),
    "a deep bundle": (zipped(("bundle.json", "[" * 100_000)), "not JSON|tables inside"),
    "an empty bundle": (zipped(("bundle.json", "{}")), "missing"),
    "another form": (
        zipped(
            (
                "bundle.json",
                json.dumps(
                    {"form": 9, "made_with": "3.0", "studies": [{"name": "x"}], "files": {}}
                ),
            )
        ),
        "form 9",
    ),
    "a study elsewhere": (
        zipped(
            (
                "bundle.json",
                json.dumps(
                    {"form": 1, "made_with": "", "studies": [{"name": "../.."}], "files": {}}
                ),
            )
        ),
        "not in the bundle",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_archive_is_refused_in_one_line_and_nothing_is_written(
    name, zhixing, tmp_path, contents
):
    content, told = HOSTILE[name]
    path = tmp_path / "here" / "bundle.zip"
    path.parent.mkdir()
    path.write_bytes(content() if callable(content) else content)
    said = zhixing("bundle", "--check", path)
    assert said.code == 2
    assert re.search(told, said.err)
    assert len(said.err.strip().splitlines()) == 1
    assert len(said.err) < 1200
    assert set(contents(tmp_path)) == {"here/bundle.zip"}


DAMAGE = {
    "a table with another type": (
        RUNS,
        lambda content: _table({"point": ["x"], "replicate": [0]}),
        "damaged",
    ),
    "a table of nothing": (RUNS, lambda content: b"PAR1", "not a table"),
    "a point that is not there": (RUNS, moved("point", 0, 99), "damaged: point"),
    "a manifest without measures": (
        "studies/own/manifest.json",
        lambda content: content.replace(b'"measures"', b'"measurez"'),
        "measures",
    ),
    "millions of points": (
        "studies/own/manifest.json",
        lambda content: re.sub(rb'"points": 2,', b'"points": 99999999999,', content),
        "points: damaged",
    ),
    "a manifest that is deep": (
        "studies/own/manifest.json",
        lambda content: b'{"identity": ' + b'{"a":' * 500 + b"1" + b"}" * 500 + b"}",
        "manifest",
    ),
    "an experiment that is none": (
        "studies/own/inputs/experiment.toml",
        lambda content: b"x = 1\n",
        "design|missing|extra|x",
    ),
}


def _table(columns):
    file = io.BytesIO()
    pd.DataFrame(columns).to_parquet(file)
    return file.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize("name", DAMAGE)
def test_damage_inside_a_bundle_ends_in_one_line(name, file, checked):
    at, change, told = DAMAGE[name]
    try:
        # What can still be read is told, with the reason why nothing was run again.
        said = checked(file, {at: change}).studies[0].why_not
    except BadInput as error:
        said = str(error)
    assert re.search(told, said)
    assert "\n" not in said


@pytest.mark.slow
def test_a_scenario_outside_the_bundle_is_not_read(file, checked, small_file):
    name = "studies/own/inputs/experiment.toml"

    def elsewhere(content):
        return content.replace(b'"mine.toml"', f'"{small_file}"'.encode())

    report = checked(file, {name: elsewhere})
    assert report.studies[0].repeated == 0
    assert "not in the bundle" in report.studies[0].why_not


@pytest.mark.slow
def test_a_run_that_takes_long_is_left_out_unless_asked_for(file, checked, monkeypatch):
    monkeypatch.setattr(bundle_check, "MOST_OFFICERS", 1)
    report = checked(file)
    assert report.studies[0].repeated == 0
    assert "--all" in report.studies[0].why_not


def test_limits_of_an_archive_are_above_what_studies_need():
    assert archive.MOST_RATIO * archive._SMALL > 1e7


def test_files_that_are_packed_are_unpacked(tmp_path):
    files = {"b/c.txt": b"x" * 1000, "a.txt": b"", "中文.md": "执行".encode()}
    path = tmp_path / "x.zip"
    path.write_bytes(packed(files))
    assert unpacked(path) == files
    assert packed(dict(reversed(files.items()))) == packed(files)


# How to cite.


def test_the_citation_names_the_version_that_the_program_has():
    text = (Path(__file__).parents[2] / "CITATION.cff").read_text(encoding="utf-8")
    assert re.search(rf"(?m)^version: {re.escape(__version__)}$", text)
    assert text.startswith("cff-version: 1.2.0\n")


@pytest.mark.slow
def test_a_study_with_a_screening_is_run_again_with_the_factors_that_it_kept(tmp_path, checked):
    tree = {
        **TREE,
        "scenario": "bureau",
        "replicates": 2,
        "series": [],
        "point": [],
        "design": {
            "kind": "sobol",
            "base": 2,
            "scrambles": 2,
            "screen": {"trajectories": 2, "keep": 2},
        },
        "factor": {
            name: {"low": 0.0, "high": 1.0} for name in ("supervision", "culture", "leadership")
        },
    }
    study = Study(Experiment.from_tree(tree, "own", "own"), tmp_path / "out").run(workers=1)
    path = tmp_path / "own.zip"
    path.write_bytes(bundled([study.folder]))
    (found,) = checked(path, runs=4).studies
    assert found.why_not == ""
    assert found.repeated == 4
    assert found.differences == []
