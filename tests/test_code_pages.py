"""A terminal that has no code for a character gets an escape for it, and no text is lost."""

import json
import subprocess

import pytest

from tests.conftest import command, environment

TITLE = "县区 café − “№” 😀"
CODE_PAGES = ("gbk", "cp1252", "ascii")


@pytest.fixture
def said(write, tmp_path):
    """Call the command line on a terminal of some encoding; bytes of stdout and stderr."""
    path = write("own.toml", f'extends = "district"\ntitle = "{TITLE}"\n')

    def said(encoding, *words):
        done = subprocess.run(
            command(words[0], path, *words[1:]),
            env=environment() | {"PYTHONIOENCODING": encoding},
            cwd=tmp_path,
            capture_output=True,
        )
        return done.returncode, done.stdout.decode(encoding), done.stderr.decode(encoding)

    return said


def unescaped(text):
    """Text with its escapes as characters again, those of two units joined."""
    return json.loads(f'"{text}"')


@pytest.mark.parametrize("encoding", CODE_PAGES)
def test_json_is_the_same_on_every_terminal(encoding, said):
    code, out, err = said(encoding, "check", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out) == json.loads(said("utf-8", "check", "--json")[1])
    assert json.loads(out)["title"] == TITLE


@pytest.mark.parametrize("encoding", CODE_PAGES)
def test_what_a_terminal_cannot_show_is_escaped(encoding, said):
    code, out, err = said(encoding, "check")
    assert (code, err) == (0, "")
    (line,) = [line for line in out.splitlines() if "caf" in line]
    assert unescaped(line).startswith(f"{TITLE}: ")
    assert "\\ud83d\\ude00" in line


@pytest.mark.parametrize("encoding", CODE_PAGES)
def test_an_error_is_one_whole_line_on_every_terminal(encoding, said):
    code, out, err = said(encoding, "check", "--set", "标题=1")
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert unescaped(err.rstrip("\n")) == "zhixing: 标题: no such setting"
