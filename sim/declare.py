"""How a quantity is declared: once, with type, unit, range, meaning, Chinese term and source.

The same declaration serves the settings of a scenario (checked by pydantic) and the fields of the
state (turned into columns), so the checks, the columns and the reference tables agree.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, create_model
from pydantic.fields import FieldInfo

from sim.kinds import Kind, Kinds, listed

ASSUMED = "assumed"
# Characters of a title, which stands in one line of a table or picture, shortened there.
LONGEST_TITLE = 1_000


@dataclass(frozen=True)
class Quantity:
    """What a declaration says of one number, as shown in tables and error messages."""

    key: str
    unit: str
    low: float | None
    high: float | None
    meaning: str
    zh: str
    source: str
    # The meaning in Chinese, where the declaration gives more than the term.
    meaning_zh: str = ""
    # Of what a lever can move: the measures that it is meant to move, each with the direction in
    # which a rise of the number moves it, 1 or −1.
    intended: tuple[tuple[str, int], ...] = ()
    # Why it moves none of them in the shipped scenario, if so, in English and Chinese.
    inert: str = ""
    inert_zh: str = ""
    # Why officers' time is saved where a lever lowers it, in English and Chinese; empty if no
    # reason is documented.
    saves: str = ""
    saves_zh: str = ""

    @property
    def bounds(self) -> str:
        """The range in words, such as ``0 to 1`` or ``at least 1``."""
        if self.low is not None and self.high is not None:
            return f"{_plain(self.low)} to {_plain(self.high)}"
        if self.low is not None:
            return f"at least {_plain(self.low)}"
        return "any" if self.high is None else f"at most {_plain(self.high)}"


def _plain(value: float) -> str:
    return f"{value:,}".removesuffix(".0")


@dataclass(frozen=True)
class Unfollowed:
    """What the mean field does not follow, and the settings without which it is absent.

    A chapter lists its own in ``UNFOLLOWED``. ``said`` and ``zh`` name it in English and Chinese;
    ``without`` gives, by dotted key, values at which nothing of it is left.
    """

    said: str
    zh: str
    without: Mapping[str, Any]

    def in_force(self, scenario: BaseModel) -> bool:
        """Whether any of its settings has another value in a scenario."""
        return any(attrgetter(key)(scenario) != value for key, value in self.without.items())


class Section(BaseModel):
    """A group of settings: typed strictly, unknown keys refused, never changed once made."""

    # Most declarations check no value: a check is built when it is first needed, not at each start.
    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, allow_inf_nan=False, defer_build=True
    )
    # Whether its numbers carry the name of the section in a row, as in ``trust_mean``.
    named_in_record: ClassVar[bool] = False
    # The section of a scenario, or the kind of row, that a mechanism's declaration is part of.
    section: ClassVar[str] = ""
    row: ClassVar[str] = ""

    def __init_subclass__(cls, section: str = "", row: str = "", **more: Any) -> None:
        """Say where the declarations of a mechanism go: ``class Settings(Section, section=…)``."""
        super().__init_subclass__(**more)
        cls.section = section
        cls.row = row


class Assembled(Section):
    """For type checkers: a section that is assembled when the program starts."""

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Any setting, since their names are known only then."""


def number(
    meaning: str,
    low: float | None,
    high: float | None,
    unit: str = "",
    *,
    zh: str = "",
    meaning_zh: str = "",
    source: str = ASSUMED,
    store: str = "f8",
    width: int = 0,
    of_post: bool = False,
    off: float | None = None,
    intended: Mapping[str, int] | None = None,
    inert: str = "",
    inert_zh: str = "",
    saves: str = "",
    saves_zh: str = "",
) -> Any:
    """Declare a number of ``unit`` between ``low`` and ``high``, both included.

    ``zh`` is its Chinese term, ``meaning_zh`` its meaning in Chinese. In a row, ``store`` is its
    NumPy type, ``width`` how many such numbers the field holds (0: one), and ``of_post`` says that
    it stays with the post when its holder moves to another. ``off`` is the value at which the
    mechanism has no effect: a scenario that does not name the setting is without the mechanism.
    ``intended`` gives the measures that a clause of a lever is meant to move, argued beforehand
    from its text and the literature: 1 if they rise with the number, −1 if they fall. ``inert``
    says why it moves none of them in the shipped scenario, if that is so, ``inert_zh`` in Chinese.
    ``saves`` says why time is saved where a lever lowers the number, ``saves_zh`` in Chinese.
    """
    about: dict[str, Any] = {"unit": unit, "zh": zh, "source": source, "store": store}
    if meaning_zh:
        about["meaning_zh"] = meaning_zh
    if width:
        about["width"] = width
    if of_post:
        about["of_post"] = True
    if intended:
        about["intended"] = dict(intended)
    if inert:
        about |= {"inert": inert, "inert_zh": inert_zh}
    if saves:
        about |= {"saves": saves, "saves_zh": saves_zh}
    default: Any = ... if off is None else off
    return Field(default, ge=low, le=high, description=meaning, json_schema_extra=about)


def share(meaning: str, **about: Any) -> Any:
    """Declare a share or probability in [0, 1]; ``about`` as for ``number``."""
    return number(meaning, 0, 1, "share", **about)


def count(
    meaning: str,
    low: int | None = 0,
    high: int | None = None,
    unit: str = "number",
    *,
    store: str = "i4",
    **about: Any,
) -> Any:
    """Declare a whole number; ``store`` is its NumPy type in a row, ``about`` as for ``number``."""
    return number(meaning, low, high, unit, store=store, **about)


def alternative(meaning: str, names: tuple[str, ...], *, zh: str, source: str = ASSUMED) -> Any:
    """Declare a choice between named forms of one rule, the first where a scenario names none.

    A row holds the place of the name among ``names``, 0 for the first. The annotation beside it
    is the ``Literal`` of these names.
    """
    about: dict[str, Any] = {"zh": zh, "source": source, "store": "i4", "names": list(names)}
    return Field(names[0], description=f"{meaning}: {listed(names, 'or')}", json_schema_extra=about)


_TERM = re.compile(r"\s*\(([^()]*[\u4e00-\u9fff][^()]*)\)")


def heading(section: type[BaseModel]) -> tuple[str, str]:
    """Meaning of a section in English and Chinese, from the first line of its docstring."""
    title = (section.__doc__ or "").strip().splitlines()[0]
    found = _TERM.search(title)
    return _TERM.sub("", title).rstrip("."), found[1] if found else ""


def group(meaning: str, *, zh: str = "", source: str = ASSUMED) -> Any:
    """Declare a group of numbers that share a meaning and a source."""
    return Field(description=meaning, json_schema_extra={"zh": zh, "source": source})


class Spread(Section):
    """A share that differs between people or directives: normal, held inside [0, 1] (分布)."""

    named_in_record: ClassVar[bool] = True

    mean: float = share("mean", zh="均值")
    sd: float = number("standard deviation", 0, 1, "share", zh="标准差")


def _about(field: FieldInfo) -> dict[str, Any]:
    extra = field.json_schema_extra
    return dict(extra) if isinstance(extra, dict) else {}


def quantity(key: str, field: FieldInfo, around: FieldInfo | None = None) -> Quantity:
    """Read the declaration of one field back; ``around`` is that of the group it stands in."""
    about = _about(field)
    low = high = None
    for bound in field.metadata:
        low = getattr(bound, "ge", low)
        high = getattr(bound, "le", high)
    meaning = field.description or ""
    source = str(about.get("source", ""))
    if around is not None and around.description:
        meaning = f"{around.description}: {meaning}"
        source = str(_about(around).get("source", source))
    return Quantity(
        key,
        str(about.get("unit", "")),
        low,
        high,
        meaning,
        str(about.get("zh", "")),
        source,
        str(about.get("meaning_zh", "")),
        tuple(about.get("intended", {}).items()),
        str(about.get("inert", "")),
        str(about.get("inert_zh", "")),
        str(about.get("saves", "")),
        str(about.get("saves_zh", "")),
    )


def quantities(
    section: type[BaseModel], prefix: str = "", around: FieldInfo | None = None
) -> Iterator[Quantity]:
    """Every number declared in ``section`` and the sections inside it, by dotted key."""
    for name, field in section.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from quantities(kind, f"{prefix}{name}.", field)
        elif "unit" in _about(field):
            yield quantity(prefix + name, field, around)


def stored_as(field: FieldInfo) -> str:
    """The NumPy type a declared number is kept in."""
    return str(_about(field)["store"])


def leaves(section: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    """Every number declared in ``section``, by the name it has in a row."""
    for name, field in section.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            prefix = f"{name}_" if getattr(kind, "named_in_record", False) else ""
            for leaf, declared in leaves(kind):
                yield prefix + leaf, declared
        elif "store" in _about(field):
            yield name, field


def paths(section: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """Name in a row and dotted key of every declared number of ``section``."""
    for name, field in section.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            prefix = f"{name}_" if getattr(kind, "named_in_record", False) else ""
            for leaf, path in paths(kind):
                yield prefix + leaf, f"{name}.{path}"
        elif "store" in _about(field):
            yield name, name


@cache
def _reader(section: type[BaseModel]) -> tuple[tuple[str, ...], Callable[[Any], Any]]:
    names, keys = zip(*paths(section), strict=True)
    read = attrgetter(*keys)
    return names, read if len(keys) > 1 else lambda one: (read(one),)


@cache
def _places(section: type[BaseModel]) -> dict[str, list[str]]:
    """The names among which each alternative of ``section`` chooses, by its name in a row."""
    about = {name: _about(field) for name, field in leaves(section)}
    return {name: one["names"] for name, one in about.items() if "names" in one}


def leaf_values(section: BaseModel) -> Iterator[tuple[str, float]]:
    """The value of every declared number of ``section``, by the name it has in a row."""
    names, read = _reader(type(section))
    places = _places(type(section))
    for name, value in zip(names, read(section), strict=True):
        yield name, places[name].index(value) if name in places else value


def fields(*sections: type[BaseModel]) -> Iterator[tuple[str, str, int, bool]]:
    """Every number declared in ``sections``, in order: name, NumPy type, width, whether it moves.

    Nested sections lose their prefix (unless ``named_in_record``), so names must be unique.
    """
    for section in sections:
        for name, field in leaves(section):
            about = _about(field)
            width = int(about.get("width", 0))
            yield name, stored_as(field), width, not about.get("of_post", False)


def each[One: Kind](
    name: str,
    about: str,
    kinds: Kinds[One],
    declared: type[Section] | Callable[[One], Any],
    module: str,
    section: str = "",
    row: str = "",
) -> type[Section]:
    """A section with one entry for each kind: a section of its own, or a number.

    ``about`` is its docstring; ``declared`` the section, or a function from kind to number;
    ``module`` where the section gets its name.
    """
    entries: dict[str, Any] = {}
    for key, kind in kinds.of.items():
        if isinstance(declared, type):
            entries[key] = (declared, ...)
        else:
            entries[key] = (float, declared(kind))
    made = create_model(name, __base__=Section, __doc__=about, __module__=module, **entries)
    made.section = section
    made.row = row
    return made


def counts_by[One: Kind](kinds: Kinds[One], name: str, module: str, row: str) -> type[Section]:
    """Sums that count the officers of each kind, such as of each conduct; see ``each``."""
    return each(
        name,
        "Officers of each kind (分类人数).",
        kinds,
        lambda kind: number(f"officers {kind.said}", 0, None, "officers", zh=f"{kind.zh}人数"),
        module=module,
        row=row,
    )


def merged(name: str, about: str, parts: Iterable[type[Section]], module: str) -> type[Section]:
    """One section with the declarations of several, in their order.

    ``about`` is its docstring: meaning and Chinese term; ``module`` where the section gets its
    name. Raises TypeError for a name used twice.
    """
    declared: dict[str, Any] = {}
    for part in parts:
        for key, field in part.model_fields.items():
            if key in declared:
                raise TypeError(f"{name}.{key} is declared twice")
            declared[key] = (field.annotation, field)
    return create_model(name, __base__=Section, __doc__=about, __module__=module, **declared)
