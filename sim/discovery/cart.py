"""CART, classification trees (Breiman et al. 1984), for scenario discovery: a leaf is a box.

The tree is grown by scikit-learn, with both classes of the same weight, and pruned back to the
smallest whose error in cross-validation is within one standard error of the least. Leaves that are
denser than all cases together are boxes, the one with the best balance of coverage and density
first.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.discovery.boxes import CATEGORY, WHOLE, Box, Flags, Limits, Space, categories, fit, rounded

# Fewest cases in a leaf, as a share of all and as a number; folds of the cross-validation.
SMALLEST, FEWEST = 0.05, 5
FOLDS = 5


def leaves(space: Space, interest: Flags, most: int, seed: int) -> list[Box]:
    """Boxes of a tree at most ``most`` splits deep, the best balanced first; empty if none."""
    columns = _columns(space)
    matrix = np.column_stack([values for _, _, values in columns])
    tree = _pruned(matrix, interest, most, seed)
    base = interest.mean()
    found = []
    for path in _paths(tree.tree_):
        box = rounded(_box(path, columns, space), space)
        one = fit(box.holds(space), interest)
        if box.limits and one.hits and one.density > base:
            found.append((one.balance, box))
    found.sort(key=lambda pair: -pair[0])
    return [box for _, box in found]


_Column = tuple[str, str | None, Any]


def _columns(space: Space) -> list[_Column]:
    """Factor, category and values of each column of the matrix; a category has a column of 0, 1."""
    found: list[_Column] = []
    for name, column in space.columns.items():
        if space.kinds[name] == CATEGORY:
            found += [(name, one, (column == one).astype(float)) for one in categories(column)]
        else:
            found.append((name, None, column.astype(float)))
    return found


def _pruned(matrix: Any, interest: Flags, most: int, seed: int) -> Any:
    from sklearn.model_selection import StratifiedKFold, cross_val_score
    from sklearn.tree import DecisionTreeClassifier

    def tree(pruned: float) -> Any:
        return DecisionTreeClassifier(
            max_depth=most,
            min_samples_leaf=max(FEWEST, int(SMALLEST * len(interest))),
            class_weight="balanced",
            ccp_alpha=pruned,
            random_state=seed,
        )

    steps = tree(0.0).cost_complexity_pruning_path(matrix, interest).ccp_alphas
    # Between two steps the tree is the same; the geometric mean stands for all of them.
    inner = np.sqrt(steps[:-1] * steps[1:]).clip(0.0)
    tried = [*inner.tolist(), float(steps[-1]) + 1.0]
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    scores = [
        cross_val_score(tree(one), matrix, interest, cv=folds, scoring="balanced_accuracy")
        for one in tried
    ]
    means = [float(one.mean()) for one in scores]
    best = int(np.argmax(means))
    enough = means[best] - scores[best].std(ddof=1) / np.sqrt(FOLDS)
    strongest = max(k for k, mean in enumerate(means) if mean >= enough)
    return tree(tried[strongest]).fit(matrix, interest)


# A split on the way to a leaf: column, threshold, and whether values are above it.
_Path = tuple[tuple[int, float, bool], ...]


def _paths(tree: Any) -> Iterator[_Path]:
    waiting: list[tuple[int, _Path]] = [(0, ())]
    while waiting:
        node, path = waiting.pop()
        if tree.children_left[node] == tree.children_right[node]:
            yield path
            continue
        split = int(tree.feature[node]), float(tree.threshold[node])
        waiting.append((int(tree.children_left[node]), (*path, (*split, False))))
        waiting.append((int(tree.children_right[node]), (*path, (*split, True))))


def _box(path: _Path, columns: list[_Column], space: Space) -> Box:
    box = Box()
    for place, threshold, above in path:
        name, category, _ = columns[place]
        now = box.limits.get(name, Limits())
        if category is not None:
            known = now.allowed or frozenset(categories(space.columns[name]))
            allowed = known & {category} if above else known - {category}
            box = box.with_limits(name, Limits(allowed=allowed))
            continue
        whole = space.kinds[name] == WHOLE
        if above:
            low = np.floor(threshold) + 1.0 if whole else threshold
            box = box.with_limits(name, Limits(max(now.low, low), now.high))
        else:
            high = np.floor(threshold) if whole else threshold
            box = box.with_limits(name, Limits(now.low, min(now.high, high)))
    return box
