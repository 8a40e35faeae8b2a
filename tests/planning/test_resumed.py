"""An interrupted plan goes on where it was; neither that nor workers change its files."""

import json

import pytest

from sim.planning.planning import Planning
from sim.study.store import Store
from tests.planning.made_up import one_aim, question

FEW = {"packages": 10, "generations": 3, "replicates": 4, "again": 6, "fresh": 8, "compared": 3}


def asked():
    return question(("most gain",), ("gain", "spent"), ("spent <= 2",), size=FEW)


def answered(folder, workers=1):
    """The files of a finished plan, by path within its folder; not when they were written."""
    planning = Planning(asked(), folder, one_aim, workers=workers)
    planning.write(planning.content("zhixing plan"))
    files = [path for path in sorted(planning.folder.rglob("*")) if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return answered(tmp_path_factory.mktemp("whole"))


@pytest.mark.parametrize("after", [2, 9, 30])
def test_an_interrupted_plan_ends_with_the_same_bytes(tmp_path, monkeypatch, whole, after):
    keep, kept = Store.keep, []

    def stopping(store, finished):
        if len(kept) == after:
            raise KeyboardInterrupt
        kept.append(finished)
        keep(store, finished)

    with monkeypatch.context() as patched:
        patched.setattr(Store, "keep", stopping)
        with pytest.raises(KeyboardInterrupt):
            answered(tmp_path)
    done = []
    monkeypatch.setattr(Store, "keep", lambda *all_: (done.append(1), keep(*all_)))
    assert answered(tmp_path) == whole
    # Nothing that was stored is run again.
    assert after + len(done) == parts(whole)


def parts(files):
    """Number of parts in which all rounds are stored before they are gathered."""
    manifests = [content for name, content in files.items() if name.endswith("manifest.json")]
    orders = [json.loads(content)["order"] for content in manifests]
    return sum(-(-one["points"] * one["block"] // one["chunk"]) for one in orders)


@pytest.mark.slow
def test_workers_do_not_change_a_byte(tmp_path, whole):
    assert answered(tmp_path, workers=2) == whole
