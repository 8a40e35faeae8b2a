"""A chapter of ``sim/mechanisms`` is about its mechanism alone, and is found by itself."""

import ast
import importlib

import pytest

from sim import mechanisms

# What a chapter needs of how rules are compiled, columns added up and chance drawn; the rest is the
# machine's.
OF_THE_MACHINE = {
    "sim.machine.column_sums": {"total"},
    "sim.machine.compiled": {"rule"},
    "sim.machine.draws": {"decision", "draw", "AT_START", "DRAWS", "LAYER"},
}
# What chapters share: arithmetic, declarations and other chapters, but nothing that uses them.
SHARED = ("sim.arithmetic", "sim.calendar", "sim.declare", "sim.distributions", "sim.kinds")


def imported(chapter):
    """Module and name of everything that a chapter imports."""
    module = importlib.import_module(f"sim.mechanisms.{chapter}")
    with open(module.__file__, encoding="utf-8") as file:
        tree = ast.parse(file.read())
    for step in ast.walk(tree):
        if isinstance(step, ast.ImportFrom):
            assert step.level == 0
            yield from ((step.module, one.name) for one in step.names)
        elif isinstance(step, ast.Import):
            yield from ((one.name, "") for one in step.names)


@pytest.mark.parametrize("chapter", mechanisms.CHAPTERS)
def test_a_chapter_knows_of_the_machine_the_decorator_sums_and_the_draw_alone(chapter):
    for module, name in imported(chapter):
        if module == "sim.machine" or module.startswith("sim.machine."):
            assert name in OF_THE_MACHINE.get(module, ()), f"{module}.{name}"


@pytest.mark.parametrize("chapter", mechanisms.CHAPTERS)
def test_a_chapter_uses_nothing_that_is_built_from_chapters(chapter):
    for module, name in imported(chapter):
        if module.split(".")[0] == "sim" and module not in OF_THE_MACHINE:
            own = module == "sim.mechanisms" or module.startswith("sim.mechanisms.")
            assert own or module in SHARED, f"{module}.{name}"


def test_a_new_file_is_a_chapter_and_stands_after_the_others(tmp_path, monkeypatch):
    (tmp_path / "scratch_chapter.py").write_text('"""A chapter."""\n', encoding="utf-8")
    known = mechanisms.CHAPTERS
    monkeypatch.setattr(mechanisms, "__path__", [*mechanisms.__path__, str(tmp_path)])
    assert mechanisms.chapters() == (*known, "scratch_chapter")
