"""A terminal that has no code for a character gets an escape for it, and no text is lost."""

import json
import subprocess

import pytest

from tests.conftest import command, environment

TITLE = "县区 café − “№” 😀"
CODE_PAGES = ("gbk", "cp1252", "ascii")


@pytest.fixture
def path(write):
    return write("own.toml", f'extends = "district"\ntitle = "{TITLE}"\n')


def unescaped(text):
    """Text with its escapes as characters again, those of two units joined."""
    return json.loads(f'"{text}"')


@pytest.mark.slow
@pytest.mark.parametrize("encoding", CODE_PAGES)
def test_json_is_the_same_on_every_terminal(encoding, path, tmp_path, zhixing):
    done = subprocess.run(
        command("check", path, "--json"),
        env=environment() | {"PYTHONIOENCODING": encoding},
        cwd=tmp_path,
        capture_output=True,
        encoding=encoding,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == zhixing("check", path, "--json").json
    assert json.loads(done.stdout)["title"] == TITLE


@pytest.mark.slow
@pytest.mark.parametrize("encoding", CODE_PAGES)
def test_what_a_terminal_cannot_show_is_escaped(encoding, path, zhixing):
    said = zhixing("check", path, encoding=encoding)
    assert (said.code, said.err) == (0, "")
    (line,) = [line for line in said.out.splitlines() if "caf" in line]
    assert unescaped(line).startswith(f"{TITLE}: ")
    assert "\\ud83d\\ude00" in line


@pytest.mark.parametrize("encoding", CODE_PAGES)
def test_an_error_is_one_whole_line_on_every_terminal(encoding, path, zhixing):
    said = zhixing("check", path, "--set", "标题=1", encoding=encoding)
    assert (said.code, said.out) == (2, "")
    assert said.err.count("\n") == 1
    assert unescaped(said.err.rstrip("\n")) == "zhixing: 标题: no such setting"
