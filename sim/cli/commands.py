"""The commands, each imported when it is called: no command waits for the modules of the others."""

import inspect
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, cast

import typer
from typer.core import TyperGroup

from sim.cli.help import ABOUT, examples
from sim.cli.options import MaybeFile

# The module of sim.cli that holds each command, as the function of its last word.
_MODULES = {
    "levers": "effects",
    "run": "effects",
    "compare": "effects",
    "spiral": "spiral",
    "study": "study",
    "study run": "study",
    "study status": "stored",
    "study effects": "stored",
    "study export": "stored",
    "sensitivity": "stored",
    "discover": "discover",
    "worth": "worth",
    "figures": "figures",
    "bundle": "bundle",
    "verify": "verify",
    "calibrate": "calibrate",
    "reforms": "reforms",
    "plan": "plan",
    "panel": "panel",
    "app": "app",
    "check": "describe",
    "scenarios": "describe",
    "template": "template",
    "experiments": "study",
}


def _made(words: str) -> Any:
    """The command called by these words, with its line in lists and its examples."""
    name = words.split()[-1]
    found = getattr(import_module(f"sim.cli.{_MODULES[words]}"), name)
    above = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    above.callback()(lambda: None)
    told: Any = {"short_help": ABOUT[words].line, "epilog": examples(words)}
    if isinstance(found, typer.Typer):
        above.add_typer(found, name=name, **told)
    else:
        of_file = "posterior" in inspect.signature(found).parameters and words != "app"
        above.command(name, cls=MaybeFile if of_file else None, **told)(found)
    return typer.main.get_group(above).commands[name]


class _Imported(Mapping[str, Any]):
    """The commands of a group by name; each is made when it is first taken out."""

    def __init__(self, above: str) -> None:
        self._words = {
            words.removeprefix(above): words
            for words in _MODULES
            if words.startswith(above) and " " not in words.removeprefix(above)
        }
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = _made(self._words[name])
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._words

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)


class Commands(TyperGroup):
    """The commands that are called by one word."""

    # Words that come before the name of each command.
    above = ""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.commands = cast(Any, _Imported(self.above))


class StudyCommands(Commands):
    """``zhixing study EXPERIMENT`` means ``zhixing study run EXPERIMENT``."""

    above = "study "

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Insert “run” if the first word is no command."""
        helps = set(ctx.help_option_names)
        if args and args[0] not in self.commands and not helps & {args[0]}:
            args = ["run", *args]
        return super().parse_args(ctx, args)
