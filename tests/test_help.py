"""The help of every command: a whole line in lists, and examples that work."""

import shlex

import pytest
from typer.main import get_command

from sim.cli import command_line
from sim.cli.help import ABOUT

# Examples that show or write something at once; the others run studies or open the page.
AT_ONCE = (
    "zhixing check bureau",
    "zhixing check bureau --full",
    "zhixing scenarios",
    "zhixing experiments",
    "zhixing reforms --list",
    "zhixing calibrate --show",
    "zhixing figures --list",
    "zhixing template posts.xlsx",
    "zhixing template posts.csv --lang zh",
)
EXAMPLES = [one for about in ABOUT.values() for one in about.examples]


def commands(command, words=()):
    if words:
        yield " ".join(words), command
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, (*words, name))


def test_every_command_has_a_line_and_an_example():
    assert {words for words, _ in commands(get_command(command_line))} == set(ABOUT)


def test_lists_of_commands_show_whole_lines(zhixing):
    listed = zhixing("--help").out + zhixing("study", "--help").out
    for about in ABOUT.values():
        assert about.line in listed
    assert "..." not in listed.replace("[ARGS]...", "")


@pytest.mark.parametrize("words", ABOUT)
def test_the_help_of_a_command_ends_with_its_examples(words, zhixing):
    said = zhixing(*words.split(), "--help").out
    told = [line.strip() for line in said.partition("Examples:")[2].splitlines()]
    assert [line for line in told if line] == list(ABOUT[words].examples)


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_are_valid_commands(example):
    name, *words = shlex.split(example)
    context, command = None, get_command(command_line)
    while True:
        context = command.make_context(name, words, parent=context)
        if not hasattr(command, "commands"):
            return
        left = [*getattr(context, "_protected_args", ()), *context.args]
        name, command, words = command.resolve_command(context, left)


@pytest.mark.slow
@pytest.mark.parametrize("example", AT_ONCE)
def test_examples_run(example, zhixing, tmp_path, monkeypatch):
    assert example in EXAMPLES
    monkeypatch.chdir(tmp_path)
    assert zhixing(*shlex.split(example)[1:]).code == 0
