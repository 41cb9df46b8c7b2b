"""State spaces as .aut and .dot, of a system with a known graph."""

import io
import shutil
import subprocess

import pytest

from sagacity.engine.statespace import state_space
from sagacity.errors import UsageError
from sagacity.export.dot import dot
from sagacity.export.mcrl2graph import write_aut


@pytest.fixture
def system(fixture_models):
    from sagacity.cli.build import build

    return build(str(fixture_models / "faulty.py"), {"FAULT": "REACH"}).system


def aut(system, limit=None):
    out = io.StringIO()
    write_aut(system, out, limit)
    return out.getvalue()


@pytest.fixture
def counter(tmp_path):
    from sagacity.cli.build import build

    (tmp_path / "counter.py").write_text('''from sagacity import *

class Counter(Model):
    x = var(Int[0, 3], init=0)

    @action(by=Int[1, 2])
    def up(self, by):
        require(self.x + by <= 3)
        self.x += by

    @action
    def reset(self):
        require(self.x == 3)
        self.x = choose({0, 1})
''')
    return build(str(tmp_path / "counter.py"), {}).system


def test_aut(counter):
    """x counts 0..3 by 1 or 2; 3 is reset to 0 or 1. Written down by hand."""
    assert aut(counter).splitlines() == [
        "des (0,7,4)", '(0,"up(1)",1)', '(0,"up(2)",2)', '(1,"up(1)",2)', '(1,"up(2)",3)', '(2,"up(1)",3)',
        '(3,"reset(0)",0)', '(3,"reset(1)",1)']


def test_dot(system):
    text = dot(state_space(system, 10))
    assert text.count("->") == 7 and text.count("peripheries=2") == 1
    if shutil.which("dot"):
        assert subprocess.run(["dot", "-Tsvg"], input=text, capture_output=True, text=True).returncode == 0


def test_limit(system, counter):
    with pytest.raises(UsageError, match="SAG142"):
        aut(counter, 3)
    assert aut(counter, 4)
    with pytest.raises(UsageError, match="SAG142"):
        state_space(system, 3)
    assert len(state_space(system, 4).states) == 4


def test_several_initial_states(tmp_path):
    from sagacity.cli.build import build

    (tmp_path / "two.py").write_text('''from sagacity import *

class Two(Model):
    x = var(Int[0, 1], init=anything)

    @action
    def flip(self):
        self.x = 1 - self.x
''')
    system = build(str(tmp_path / "two.py"), {}).system
    assert aut(system).splitlines() == [
        "des (0,4,3)", '(0,"initial(0)",1)', '(0,"initial(1)",2)', '(1,"flip",2)', '(2,"flip",1)']


def test_quotes_are_escaped():
    from sagacity.export.dot import _quoted

    assert _quoted('a"b\\c\nd') == '"a\\"b\\\\c\\ld\\l"'
