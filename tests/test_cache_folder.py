"""Compiled code is kept where no other user can put theirs: it would be run when it is loaded."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numba
import pytest

from sim.machine import cache_folder, compiled
from sim.machine.cache_folder import is_held, is_private, private_folder
from tests.conftest import environment

pytestmark = pytest.mark.skipif(not hasattr(os, "geteuid"), reason="Windows keeps no such modes")
WHERE = "from sim.machine import compiled; print(compiled.CACHE)"
# Processes that begin at once: what they need is imported once, and forked for each. Reads an
# environment, and says where a process that has it keeps compiled code.
FORKING = """
import json, os, sys, tempfile
from sim.machine import compiled

print("ready", flush=True)
for line in sys.stdin:
    process = os.fork()
    if process == 0:
        os.environ.clear()
        os.environ.update(json.loads(line))
        tempfile.tempdir = None
        print(compiled._cache_folder(), flush=True)
        os._exit(0)
    os.waitpid(process, 0)
"""
ME = os.geteuid() if hasattr(os, "geteuid") else 0
OTHER = ME + 1


@pytest.fixture
def temporary(tmp_path):
    """A temporary folder that all may write into, as the system's is."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    folder.chmod(0o1777)
    return folder


@pytest.fixture(scope="module")
def forking():
    """Where a process with some environment keeps compiled code."""
    words = [sys.executable, "-W", "ignore", "-c", FORKING]
    process = subprocess.Popen(
        words, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "ready\n"

    def where(about):
        process.stdin.write(json.dumps(about) + "\n")
        process.stdin.flush()
        return process.stdout.readline().strip()

    yield where
    process.stdin.close()
    assert process.wait() == 0


@pytest.fixture
def started(tmp_path, temporary, forking):
    """Where another process of this user keeps compiled code, without a cache folder to write."""
    blocked = tmp_path / "file"
    blocked.write_text("in the way")

    def started(cache=blocked / "cache"):
        places = {name: str(cache) for name in ("XDG_CACHE_HOME", "HOME", "LOCALAPPDATA")}
        about = {**os.environ, **places, "TMPDIR": str(temporary), "NUMBA_CACHE_DIR": ""}
        return Path(forking(about))

    return started


def closed(folder):
    found = folder.lstat()
    return found.st_uid == ME and found.st_mode & 0o777 == 0o700


@pytest.mark.slow
def test_a_user_without_a_cache_folder_has_one_of_their_own_for_all_processes(started, temporary):
    folder = started()
    assert folder.parent == temporary / f"zhixing-{ME}"
    assert closed(folder)
    assert closed(folder.parent)
    assert started() == folder


def plant_open(folder):
    folder.mkdir()
    folder.chmod(0o777)


def plant_readable(folder):
    folder.mkdir()
    folder.chmod(0o755)


def plant_link(folder):
    elsewhere = folder.parent / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    folder.symlink_to(elsewhere)


def plant_dangling_link(folder):
    folder.symlink_to(folder.parent / "nowhere")


def plant_file(folder):
    folder.write_text("in the way")


def plant_foreign(folder):
    if ME != 0:
        pytest.skip("only root can give a folder away")
    folder.mkdir(mode=0o700)
    os.chown(folder, OTHER, OTHER)


PLANTED = [
    plant_open,
    plant_readable,
    plant_link,
    plant_dangling_link,
    plant_file,
    plant_foreign,
]


@pytest.mark.parametrize("plant", PLANTED)
def test_a_folder_that_another_user_planted_is_left_alone(plant, started, temporary):
    planted = temporary / f"zhixing-{ME}"
    plant(planted)
    folder = started()
    assert not folder.is_relative_to(planted)
    assert closed(folder)
    assert closed(folder.parent)
    assert folder.resolve() == folder
    # What could not be used costs a new compilation once, not in every process.
    assert started() == folder
    assert not planted.is_dir() or not any(planted.iterdir())


@pytest.mark.parametrize("plant", PLANTED)
def test_the_same_holds_inside_a_folder_of_ones_own(plant, tmp_path):
    plant(tmp_path / "rules")
    folder = private_folder(tmp_path, "rules")
    assert folder.name.startswith("rules-own-")
    assert closed(folder)
    assert private_folder(tmp_path, "rules") == folder


def test_another_users_folder_is_told_by_its_owner(tmp_path, monkeypatch):
    folder = tmp_path / "folder"
    folder.mkdir(mode=0o700)
    assert is_private(folder)
    monkeypatch.setattr(cache_folder, "_user", lambda: OTHER)
    assert not is_private(folder)


def test_the_users_cache_folder_is_used_where_only_the_user_can_write(started, tmp_path):
    folder = started(tmp_path / "home" / "cache")
    assert folder.is_relative_to(tmp_path / "home" / "cache")
    assert closed(folder)
    assert started(tmp_path / "home" / "cache") == folder


@pytest.mark.parametrize("open_to_others", ["home", "home/cache", "home/cache/zhixing"])
@pytest.mark.parametrize("mode", [0o775, 0o757])
def test_a_cache_folder_that_others_can_change_is_not_used(
    open_to_others, mode, started, tmp_path, temporary
):
    cache = tmp_path / "home" / "cache"
    ordinary = Path(started(cache)).parent
    assert ordinary.is_relative_to(cache)
    # On macOS and Windows the folder is deeper; the last is that of the program.
    folder = ordinary if open_to_others.endswith("zhixing") else tmp_path / open_to_others
    folder.chmod(mode)
    assert started(cache).is_relative_to(temporary)


def test_a_cache_folder_of_another_user_is_not_used(started, tmp_path, temporary):
    if ME != 0:
        pytest.skip("only root can give a folder away")
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    os.chown(home, OTHER, OTHER)
    assert started(home / "cache").is_relative_to(temporary)
    # And nothing is left there that its owner could not change.
    assert list(home.iterdir()) == []


@pytest.mark.slow
def test_a_home_that_the_user_may_not_enter_is_passed_over(tmp_path, temporary):
    """As in a container that runs as a user without a home."""
    if ME != 0:
        pytest.skip("only root can become another user")
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    # The way to the temporary folder is open to the other user.
    way = [one for one in temporary.parents if not one.stat().st_mode & 0o001]
    modes = {one: one.stat().st_mode for one in way}
    code = (
        "import os; from sim.machine import cache_folder; "
        f"os.setegid({OTHER}); os.seteuid({OTHER}); "
        "folder = cache_folder.cache_folder('rules'); print(folder, folder.stat().st_uid)"
    )
    about = {**os.environ, "XDG_CACHE_HOME": str(home / "cache"), "TMPDIR": str(temporary)}
    try:
        for one in way:
            one.chmod(0o711)
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, env=about, capture_output=True, text=True, check=False)
    finally:
        for one, mode in modes.items():
            one.chmod(mode)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [str(temporary / f"zhixing-{OTHER}" / "rules"), str(OTHER)]


def test_without_a_home_nothing_is_put_where_the_process_is(tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setattr(cache_folder.tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(cache_folder.platformdirs, "user_cache_dir", lambda _: "~/.cache/zhixing")
    assert cache_folder.cache_folder("rules").is_absolute()
    assert list((tmp_path / "here").iterdir()) == []


def test_a_sticky_folder_is_no_cache_folder_of_ones_own(started, tmp_path, temporary):
    cache = tmp_path / "cache"
    ordinary = Path(started(cache)).parent
    ordinary.chmod(0o1777)
    assert started(cache).is_relative_to(temporary)


def test_where_others_can_replace_any_folder_none_is_used(tmp_path):
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    (tmp_path / "open" / "inside").mkdir(mode=0o700)
    assert is_held(tmp_path)
    assert not is_held(tmp_path / "open")
    assert not is_held(tmp_path / "open" / "inside")
    assert private_folder(tmp_path / "open" / "inside", "rules") is None
    (tmp_path / "open").chmod(0o1777)
    assert is_held(tmp_path / "open" / "inside")


@pytest.mark.slow
def test_without_a_safe_folder_rules_are_compiled_and_nothing_is_kept(tmp_path, temporary):
    temporary.chmod(0o777)
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    places = {name: str(blocked) for name in ("XDG_CACHE_HOME", "HOME", "LOCALAPPDATA")}
    about = {**os.environ, **places, "TMPDIR": str(temporary), "NUMBA_CACHE_DIR": ""}
    code = (
        "from sim.machine import compiled, draws; assert compiled.CACHE is None; "
        "assert not compiled.is_compiled('logit'); compiled.mark_compiled('logit'); "
        "print(draws.draw(3, 1, 2, 0, 7, 0)[0] < 1.0)"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=about, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "True"), done.stderr
    assert list(temporary.iterdir()) == []


@pytest.mark.slow
def test_a_folder_that_the_user_names_is_the_users_own_wish(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine").chmod(0o777)
    about = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "mine")}
    command = [sys.executable, "-c", WHERE]
    done = subprocess.run(command, env=about, capture_output=True, text=True, check=True)
    assert Path(done.stdout.strip()) == tmp_path / "mine"


@pytest.mark.slow
def test_another_copy_of_the_same_rules_finds_what_was_compiled(tmp_path):
    code = (
        "import sim; from sim.machine.draws import draw; from sim.machine.compiled import _HOME;"
        "draw(3, 1, 2, 0, 7, 0); print(_HOME)"
    )
    kept = {}
    for place in ("one", "other"):
        copy = tmp_path / place
        shutil.copytree(compiled._HOME, copy / "sim", ignore=shutil.ignore_patterns("__pycache__"))
        about = {"PYTHONPATH": str(copy), "NUMBA_CACHE_DIR": str(tmp_path / "cache")}
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=copy,
            env={**os.environ, **about},
            capture_output=True,
            text=True,
            check=True,
        )
        assert Path(done.stdout.strip()) == copy / "sim"
        files = (tmp_path / "cache").rglob("*.nb?")
        kept[place] = {path: path.stat().st_mtime_ns for path in files}
    assert kept["one"]
    assert kept["one"] == kept["other"]


def test_code_of_others_is_cached_where_numba_would_keep_it(tmp_path):
    source = tmp_path / "theirs.py"
    source.write_text("def twice(x):\n    return 2 * x\n")
    spec = importlib.util.spec_from_file_location("theirs", source)
    theirs = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(theirs)
    assert compiled.InPackage.from_function(theirs.twice, str(source)) is None
    assert numba.njit(cache=True)(theirs.twice)(2) == 4


@pytest.mark.slow
def test_on_windows_neither_owner_nor_mode_is_asked(tmp_path, monkeypatch):
    monkeypatch.setattr(cache_folder, "_user", lambda: None)
    (tmp_path / "rules").mkdir(mode=0o777)
    assert private_folder(tmp_path, "rules") == tmp_path / "rules"
