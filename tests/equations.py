"""The equations of docs/odd.md: reading their notation, working them out, altering them."""

import ast
import math
import re
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from sim.arithmetic import within
from sim.distributions import normal

ODD = Path(__file__).parents[1] / "docs" / "odd.md"

# Reading the notation.


_SIGNS = {"·": "*", "−": "-", "^": "**", "≥": ">=", "≤": "<="}
_BEGINS = re.compile(r"^([a-z_]+(?:\.[a-z_]+)?)\s+(=|→)\s+(.*)$")
_OVER = re.compile(r"\b(sum|product|mean|max) of (.*?) over (\w+)")
_HELD = re.compile(r"^(.*) held in (.*)…(.*)$")


def equations(block):
    """What each line of a block defines or sets: name, sign and right-hand side."""
    found = []
    for line in block.splitlines():
        text = re.sub(r"#.*", "", line).strip()
        begins = _BEGINS.match(text)
        if begins:
            found.append(list(begins.groups()))
        elif text:
            found[-1][2] += f" {text}"
    return [tuple(one) for one in found]


def parsed(name, sign, text):
    """The right-hand side of an equation as a syntax tree."""
    for one, other in _SIGNS.items():
        text = text.replace(one, other)
    text = re.sub(r"\[([^]]*)\]", r"holds(\1)", text)
    held = _HELD.match(text)
    if held:
        text = f"within({held[1]}, {held[2]}, {held[3]})"
    text = _OVER.sub(r"over('\1', '\3', \2)", text)
    if " if " in text and " else " not in text:
        assert sign == "→", f"{name}: only a field can stay as it is"
        text += f" else {name}"
    return ast.parse(text, mode="eval").body


@cache
def blocks():
    """The blocks of equations of section 7, by number of section and of block within it."""
    text = ODD.read_text(encoding="utf-8")
    found = {}
    for section, body in re.findall(r"(?ms)^### (7\.\d+) (.*?)(?=^###? |\Z)", text):
        for number, block in enumerate(re.findall(r"```text\n(.*?)```", body, re.DOTALL), 1):
            found[section, number] = [
                (name, parsed(name, sign, right)) for name, sign, right in equations(block)
            ]
    return found


# Working it out.

_BINARY = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: lambda a, b: a**b,
}
_COMPARED = {
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
    ast.Eq: lambda a, b: a == b,
}
_FUNCTIONS = {
    "exp": math.exp,
    "log": math.log,
    "abs": abs,
    "min": min,
    "max": max,
    "sqrt": math.sqrt,
    "floor": math.floor,
    "within": within,
    "holds": float,
}
_TOGETHER = {"sum": sum, "product": math.prod, "max": max, "mean": np.mean}


def value(node, names):
    """The value of a syntax tree, with what names stand for."""
    match node:
        case ast.Constant():
            return node.value
        case ast.Name():
            return names[node.id]
        case ast.Attribute():
            return getattr(names[node.value.id], node.attr)
        case ast.BinOp():
            return _BINARY[type(node.op)](value(node.left, names), value(node.right, names))
        case ast.UnaryOp():
            inner = value(node.operand, names)
            return not inner if isinstance(node.op, ast.Not) else -inner
        case ast.BoolOp():
            each = [bool(value(one, names)) for one in node.values]
            return all(each) if isinstance(node.op, ast.And) else any(each)
        case ast.Compare():
            ends = [value(one, names) for one in (node.left, *node.comparators)]
            return all(_COMPARED[type(op)](ends[k], ends[k + 1]) for k, op in enumerate(node.ops))
        case ast.IfExp():
            return value(node.body if value(node.test, names) else node.orelse, names)
        case ast.Call():
            return _called(node, names)
    raise TypeError(f"the notation has no {ast.dump(node)}")


def _called(node, names):
    if node.func.id == "over":
        how, whom, term = node.args
        each = [value(term, names.among(one)) for one in names[f"over {whom.value}"]]
        return _TOGETHER[how.value](each)
    arguments = [value(one, names) for one in node.args]
    if node.func.id == "normal":
        mean, sd = arguments
        return mean + sd * normal(names["u"])
    return _FUNCTIONS[node.func.id](*arguments)


class Names:
    """What names stand for: those of a case, made in a block, or settings by their own name."""

    def __init__(self, *scopes):
        self.scopes = scopes

    def __getitem__(self, name):
        for scope in self.scopes:
            if name in scope:
                return scope[name]
        raise KeyError(f"nothing says what {name} is")

    def among(self, one):
        """The same, seen by one of those whom a sum goes over."""
        return Names(one, *self.scopes)


def worked_out(block, case):
    """Every quantity of a block, in its order; a field that is set is seen by the lines below."""
    owners = {
        name: SimpleNamespace(**vars(one)) if isinstance(one, SimpleNamespace) else one
        for name, one in case.names.items()
    }
    made = {}
    names = Names(made, owners, case.settings)
    found = {}
    for name, tree in block:
        made["u"] = case.u.get(name)
        found[name] = value(tree, names)
        owner, _, field = name.rpartition(".")
        if owner:
            setattr(owners[owner], field, found[name])
        else:
            made[name] = found[name]
    return found


def wrong(block, case):
    """The first quantity that is not what the rules make of the same rows, or None."""
    try:
        found = worked_out(block, case)
    except (ZeroDivisionError, OverflowError, ValueError, TypeError):
        return "an error"
    for name, expected in case.expected.items():
        here = found[name]
        if isinstance(here, complex) or not math.isclose(
            here, expected, rel_tol=1e-9, abs_tol=1e-9
        ):
            return f"{name}: {here}, but the rule says {expected}"
    return None


# Altering it.


def altered(tree):
    """The same equation with one thing changed, for each thing that can be."""
    text = ast.unparse(tree)
    for place, node in enumerate(ast.walk(tree)):
        for change in range(2):
            other = ast.parse(text, mode="eval").body
            here = list(ast.walk(other))[place]
            if type(here) is not type(node) or not _changed(here, change):
                break
            yield other


_SWAPPED = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.Lt: ast.Gt,
    ast.Gt: ast.Lt,
    ast.LtE: ast.Gt,
    ast.GtE: ast.Lt,
    ast.Eq: ast.Lt,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
_OTHER = {"min": "max", "max": "min", "floor": "abs", "sqrt": "abs"}


def _changed(node, change):
    """Change one node of a tree in place; whether there was anything to change."""
    match node:
        case ast.BinOp(op=op) | ast.BoolOp(op=op) if change == 0:
            node.op = _SWAPPED[type(op)]()
        case ast.Compare(ops=ops) if change == 0:
            node.ops = [_SWAPPED[type(one)]() for one in ops]
        case ast.IfExp() if change == 0:
            node.body, node.orelse = node.orelse, node.body
        case ast.Constant(value=int() | float()) if change == 0:
            node.value += 1.5
        case ast.Call(func=ast.Name(id=name)) if change == 0 and name in _OTHER:
            node.func.id = _OTHER[name]
        case ast.Call(func=ast.Name(id="within"), args=args) if change < 2:
            # Without one end, then without the other.
            args[1 + change] = ast.Constant(value=(-1e9, 1e9)[change])
        case _:
            return False
    return True
