"""TLC and our search see the same states, steps, faults and deadlocks of random models.

Thirty models, from seed 0 on. ``SAGACITY_RANDOM=300 pytest tests/unit/export/test_random.py`` takes 300, and
``SAGACITY_SEED=1000`` starts elsewhere; the seed is in the name of each test. Models with fewer than LEAST_STATES states
say little, and more than MOST_STATES states or MOST_TEXT characters of TLA+ make TLC slow: these give way to another
seed that is no other's, which a failure names.

One run of TLC for each model: an invariant that always holds prints the name of what is violated, and the graph is dumped.
"""

import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "ir"), str(HERE.parent / "external")]

from randoms import Random_
from tlc_here import needs_tlc

from sagacity.agreement.graphs import difference, explore
from sagacity.agreement.tlc import read_dump
from sagacity.engine.ireval import IrSystem
from sagacity.engine.options import SearchOptions
from sagacity.engine.search import check
from sagacity.export.tla import export_tla
from sagacity.external.tlc import Tlc, TlcVerdict
from sagacity.result import Kind

COUNT = int(os.environ.get("SAGACITY_RANDOM", "30"))
FIRST = int(os.environ.get("SAGACITY_SEED", "0"))
LEAST_STATES, MOST_STATES = 4, 1000
MOST_TEXT = 30_000
SHAPES = 2 ** 32          # the replacements of a seed are this far apart

pytestmark = needs_tlc


def comparable(seed):
    """The seed or the first of its replacements whose model will do; the model, what our search says of it, its export."""
    while True:
        model = Random_(seed).model()
        ours = check(IrSystem(model), SearchOptions(keep_going=True, max_states=MOST_STATES, vacuity=False))
        if ours.complete and ours.stats.states >= LEAST_STATES:
            exported = export_tla(model)
            if len(exported.text) <= MOST_TEXT:
                return seed, model, ours, exported
        seed += SHAPES


@pytest.mark.parametrize("seed", range(FIRST, FIRST + COUNT))
def test_random_model(seed, tmp_path):
    seed, model, ours, exported = comparable(seed)
    exported.write(tmp_path)
    (tmp_path / "Watch.tla").write_text(
        f'---- MODULE Watch ----\nEXTENDS {exported.name}\nWatch ==\n  /\\ TypeOK\n  /\\ NoError \\/ PrintT("faults")\n'
        '  /\\ NoDeadlock \\/ PrintT("deadlocks")\n====\n')
    (tmp_path / "Watch.cfg").write_text(exported.config(("Watch",)))
    run = Tlc(brief=True, timeout=120).run(tmp_path / "Watch.tla", dump=tmp_path / "graph.dot")
    assert run.verdict is TlcVerdict.HOLDS, f"seed {seed}: {run.message}"
    assert (run.states, run.generated, run.depth) == (ours.stats.states, ours.stats.generated, ours.stats.depth), seed
    theirs = read_dump(tmp_path / "graph.dot", exported)
    assert difference(model, "ireval", explore(IrSystem(model)), "TLC", theirs) == "", f"seed {seed}"
    kinds = {p.kind for p in ours.properties if p.exit_status}
    assert ('"faults"' in run.output) == bool(kinds & {Kind.EVALUATION, Kind.ASSERTION}), f"seed {seed}"
    assert ('"deadlocks"' in run.output) == (Kind.DEADLOCK in kinds), f"seed {seed}"
