"""One configuration cannot harm another: crashes, time-outs, Ctrl-C, and mistakes of ours."""

from dataclasses import replace

import pytest

from sagacity.errors import Exit
from sagacity.suite.pool import run_all
from sagacity.suite.specfile import read

#: What the model file does while it is loaded.
CRASHES = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
HANGS = "import time; time.sleep(60)"


@pytest.fixture
def tasks(spec_of, tmp_path):
    """A healthy task, one whose model file does something else, a healthy one."""
    good = read(spec_of("config a\n expect states 5, depth 9\n"))

    def make(text):
        (tmp_path / "odd.py").write_text(text)
        odd = replace(good, model="odd.py")
        return [(s, s.configs[0]) for s in (good, odd, good)]

    return make


def outcomes(reports):
    return [tuple(s.rule for s in r.surprises) for r in reports]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_crash_costs_one_configuration(tasks, jobs):
    reports = run_all(tasks(CRASHES), jobs=jobs)
    assert outcomes(reports) == [("other-count",) * 2, ("crash",), ("other-count",) * 2]
    crash, = reports[1].surprises
    assert "SIGKILL" in crash.message and crash.status == Exit.INTERNAL


def test_a_time_out_costs_one_configuration(tasks):
    reports = run_all(tasks(HANGS), jobs=2, timeout=8)
    assert outcomes(reports)[1] == ("timeout",) and reports[1].exit_status == Exit.UNDECIDED
    assert outcomes(reports)[::2] == [("other-count",) * 2] * 2


def test_ctrl_c_keeps_what_is_known(tasks):
    def stop(report):
        raise KeyboardInterrupt

    reports = run_all(tasks(HANGS), jobs=1, done=stop)
    assert outcomes(reports) == [("other-count",) * 2, ("interrupted",), ("interrupted",)]
    assert reports[1].exit_status == Exit.UNDECIDED


def test_our_own_mistakes_are_crashes(tasks):
    spec, config = tasks("")[0]
    report, = run_all([(spec, replace(config, limits=(("nonsense", 1),)))], jobs=1)
    assert outcomes([report]) == [("crash",)] and "TypeError" in report.surprises[0].message
    assert report.exit_status == Exit.INTERNAL
