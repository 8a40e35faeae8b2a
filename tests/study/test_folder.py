"""What may be found in a study's folder, and how little of it is believed."""

import shutil
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from sim.errors import BadInput
from sim.study import model, parquet
from sim.study.carry_out import RunFailed, Work, carry_out
from sim.study.compare import compare
from sim.study.execute import WINDOW, Task, in_turn, run_task
from sim.study.experiment import Experiment, ListedPoint
from sim.study.folder import RUNS, SERIES
from sim.study.model import Function
from sim.study.points import Order, Point
from sim.study.sources import sources_digest
from sim.study.store import Store
from sim.study.study import Study
from sim.world.scenario import Scenario

MONTHS = 24


@dataclass(frozen=True)
class Told:
    """A model whose every number tells point, seed and replicate."""

    measures: tuple[str, ...] = ("y",)
    columns: tuple[str, ...] = ("m",)
    months: int = MONTHS
    work: float = 1.0
    large: bool = False

    def identity(self):
        return {}

    def runs(self, point, seed, replicates, crew):
        told = np.array([[told_by(point.settings["x"], seed, r)] for r in replicates])
        return told, np.repeat(told[:, :, None], self.months, 1)[:, :, : len(self.columns)]


def told_by(x, seed, replicate):
    return x * 1e6 + seed * 1e4 + replicate


@pytest.fixture
def kept(tmp_path):
    """A store, and what carries so many replicates out in it."""

    def kept(name, order, seed=1, columns=("m",)):
        points = [Point({"x": x}) for x in range(order.points)]
        told = Told(columns=columns)
        store = Store(tmp_path / name, {"seed": seed}, order, points, ("y",), columns, MONTHS)
        return store, lambda n: carry_out(Work((told,), points, seed), store, n, 1)

    return kept


@pytest.fixture(scope="module")
def bureau():
    return Scenario.load("bureau").replace({"clock.months": MONTHS})


@pytest.mark.slow
def test_a_run_whose_months_are_half_lost_is_run_again(kept):
    runs = 1_000
    assert parquet.ROWS % MONTHS
    assert runs * MONTHS > parquet.ROWS
    store, carry = kept("out", Order(1, runs, runs))
    with store.open():
        carry(runs)
        store.compact()
    path = store.folder / SERIES
    content = path.read_bytes()
    # A byte of the second row group, which only its checksum can tell.
    for at in range(len(content) - 1, 0, -1):
        path.write_bytes(content[:at] + bytes([content[at] ^ 255]) + content[at + 1 :])
        try:
            found = [group.num_rows for group in parquet.groups(path)]
        except Exception:
            continue
        if found == [parquet.ROWS]:
            break
    with store.open():
        carry(runs)
        store.compact()
    assert (store.series().groupby("replicate").size() == MONTHS).all()


def test_a_part_of_another_study_never_gets_into_results(kept):
    order = Order(4, 4, 2)
    store, carry = kept("out", order, columns=())
    other, other_carry = kept("other", order, seed=2, columns=())
    for one, go in ((store, carry), (other, other_carry)):
        with one.open():
            go(4)
    source = other.folder / "parts" / f"0000007-{RUNS}"
    shutil.copy(source, store.folder / "parts" / f"0000003-{RUNS}")
    with store.open():
        carry(4)
        store.compact()
    runs = store.runs()
    assert (runs["y"] == told_by(runs["point"], 1, runs["replicate"])).all()


@pytest.mark.slow
def test_a_series_of_another_study_is_run_again(kept):
    order = Order(4, 4, 2)
    store, carry = kept("out", order)
    other, other_carry = kept("other", order, seed=2)
    for one, go in ((store, carry), (other, other_carry)):
        with one.open():
            go(4)
    name = f"parts/0000003-{SERIES}"
    shutil.copy(other.folder / name, store.folder / name)
    with store.open():
        assert carry(4) == 2
        store.compact()
    series = store.series()
    assert (series["m"] == told_by(series["point"], 1, series["replicate"])).all()


@pytest.mark.parametrize("how", ["damaged", "foreign"])
def test_a_bad_part_beyond_the_replicates_asked_stops_nothing(kept, how):
    store, carry = kept("out", Order(2, 1, 2), columns=())
    with store.open():
        carry(6)
    path = store.folder / "parts" / f"0000005-{RUNS}"
    if how == "damaged":
        content = path.read_bytes()
        at = len(content) // 8
        path.write_bytes(content[:at] + bytes([content[at] ^ 255]) + content[at + 1 :])
    else:
        pd.DataFrame({"point": [0], "replicate": [0], "x": [1]}).to_parquet(path)
    with store.open():
        carry(2)
        store.compact()
    assert len(store.runs()) >= 4


def test_a_function_may_raise_in_one_point_of_a_chunk():
    def function(settings, seed, replicate):
        if settings["x"] == 1:
            raise ValueError("no")
        return [1.0]

    points = [Point({"x": x}) for x in range(3)]
    chunk = Order(3, 2, 6).spans(0, 2)
    made = Function(function)
    task = Task(0, chunk, dict(enumerate(points)), {0: made}, 1, sources_digest())
    assert set(run_task(task).failed) == {2, 3}


@pytest.mark.slow
def test_months_can_be_varied(tmp_path):
    tree = {
        "title": "Months",
        "question": "How long?",
        "scenario": "bureau",
        "replicates": 2,
        "measures": ["credibility"],
        "design": {"kind": "grid"},
        "factor": {"clock.months": {"values": list(range(13, 43))}},
    }
    study = Study(Experiment.from_tree(tree, "months", "months"), tmp_path)
    assert study.order().chunk > study.order().block
    assert len(study.run(workers=1).results()) == 60


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_compare_refuses_a_seed_out_of_range_as_bad_input(seed, bureau):
    with pytest.raises(BadInput, match="seed"):
        compare(bureau, {}, 2, seed=seed)


@pytest.mark.slow
@pytest.mark.parametrize("error", [MemoryError, RunFailed])
def test_a_comparison_that_failed_once_can_succeed_later(listed, tmp_path, monkeypatch, error):
    def study(replicates):
        return listed(tmp_path, "bureau", [ListedPoint(name="one")], replicates, months=MONTHS)

    real = model.run_with

    def run_with(crew, world, months, loop):
        if world.replicate == 3:
            raise error
        real(crew, world, months, loop)

    with monkeypatch.context() as patch:
        patch.setattr(model, "run_with", run_with)
        with pytest.raises(error):
            study(4).run(workers=1, keep_failures=False)
    for replicates in (2, 4):
        assert len(study(replicates).run(workers=1, keep_failures=False).results()) == replicates


def test_a_file_that_cannot_be_read_for_the_moment_is_not_deleted(kept, monkeypatch):
    store, carry = kept("out", Order(1, 4, 2), columns=())
    with store.open():
        carry(4)
        store.compact()

    def groups(*_):
        raise OSError(24, "Too many open files")

    with monkeypatch.context() as patch:
        patch.setattr(parquet, "groups", groups)
        with pytest.raises(OSError, match="Too many"):
            store.done(4)
    assert (store.folder / RUNS).is_file()


@pytest.mark.slow
def test_a_store_works_in_the_order_that_its_manifest_says(listed, tmp_path):
    points = [ListedPoint(name=name) for name in ("one", "two")]
    studies = [listed(tmp_path, "bureau", points, n, months=MONTHS) for n in (4, 30)]
    # Both look at the folder before either has begun it.
    stores = [study.store() for study in studies]
    for study, store in zip(studies, stores, strict=True):
        with store.open():
            carry_out(study.work, store, study.replicates, 1)
    assert stores[1].order == studies[1].store().order


def test_reading_and_resuming_agree_on_what_is_there(kept):
    order = Order(2, 2, 2)
    store, carry = kept("out", order, columns=())
    other, other_carry = kept("other", order, seed=2, columns=())
    for one, go in ((store, carry), (other, other_carry)):
        with one.open():
            go(2)
    name = f"parts/0000001-{RUNS}"
    shutil.copy(other.folder / name, store.folder / name)
    assert len(store.runs()) == store.done(2).sum()


def test_a_study_of_no_replicates_is_bad_input(listed, tmp_path):
    with pytest.raises(BadInput, match="at least 1"):
        listed(tmp_path, "bureau", [ListedPoint(name="one")], 0)


@pytest.mark.slow
@pytest.mark.usefixtures("lasting_workers")
@pytest.mark.parametrize("workers", [1, 2])
def test_chunks_are_made_only_as_they_are_needed(bureau, workers):
    """So that memory does not grow with the number of runs."""
    points = [Point({"public.trust.mean": 0.01 * x}) for x in range(60)]
    work = Work((model.ScenarioModel(bureau, ("credibility",)),), points, 1)
    chunks = list(Order(60, 1, 1).all(1))
    made, finished = [], 0

    def tasks():
        for task in work.tasks(chunks, travel=workers > 1):
            made.append(task)
            yield task

    for _ in in_turn(tasks(), workers):
        finished += 1
        assert len(made) - finished < workers * WINDOW
    assert finished == 60


@pytest.mark.slow
def test_a_table_is_gathered_in_groups_of_one_size_whatever_the_parts(kept):
    store, carry = kept("out", Order(1, 1_000, 7), columns=())
    with store.open():
        carry(1_000)
        pieces = [table.num_rows for table in store._merged(RUNS)]
        store.compact()
    assert max(pieces) == 7
    assert sum(pieces) == 1_000
    assert len(store.runs()) == 1_000
