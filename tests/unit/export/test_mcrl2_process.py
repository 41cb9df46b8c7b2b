"""The process form: its parts, what is refused, and that the tools find it bisimilar to the linear form."""

import re
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path[:0] = [str(HERE)]

from mcrl2_agreement import needs_mcrl2

from sagacity import loader
from sagacity.errors import UnsupportedError
from sagacity.export.mcrl2 import export_mcrl2
from sagacity.export.mcrl2process import export_process
from sagacity.external.mcrl2 import Tools
from sagacity.lang import compile_model

MICRO = [f"{HERE / 'parts.py'}:{n}" for n in ("Pipe", "Family")] + [f"{HERE / 'micro.py'}:{n}" for n in ("Counter", "Bags", "Waiting")]
CORPUS = ("saga_choreography", "causal_delivery")


def model(name, constants=None):
    path = name if ":" in name else str(ROOT / "models" / f"{name}.py")
    return compile_model(loader.load(path).cls, constants or {}).ir


def test_each_component_is_a_process():
    text = export_process(model(MICRO[0])).text
    assert re.findall(r"^proc (\w+)", text, re.M) == ["P", "Left", "Right", "Count"]


def test_an_action_of_a_component_is_a_step_of_its_process_alone():
    text = export_process(model(MICRO[0])).text
    own = text.partition("proc Left(")[2].partition("\n\n")[0]
    assert re.search(r"-> left_leak\|note_left_leak_leaks_from_box\(.*\) \. Left\(", own)


def test_what_two_processes_do_together_is_hidden():
    text = export_process(model(MICRO[0])).text
    assert "ask_Left_offer | Left_does_offer -> Left_offer" in text
    assert "Left_offer" in text.partition("hide({")[2].partition("}")[0]


def test_notes_are_labels_beside_that_of_the_action():
    exported = export_process(model(MICRO[0]))
    assert {n.partition("_red")[0] for n in exported.notes if "drain" in n} >= {"note_drain"}
    assert "offer(c)|note_offer_for_from_user_to_left(c, " in exported.text
    allowed = exported.text.partition("allow({")[2].partition("}")[0]
    assert "drain | Right_drain" in allowed and re.search(r"drain \| note_drain_red_from_right \| Right_drain", allowed)


def test_an_action_that_changes_two_components_is_refused_with_its_location():
    with pytest.raises(UnsupportedError) as e:
        export_process(model(f"{HERE / 'parts.py'}:Two"))
    d = e.value.diagnostics[0]
    assert d.code == "SAG643" and "move changes a and b" in d.message
    assert "self.b.put(x)" in (HERE / "parts.py").read_text().splitlines()[d.loc.line - 1]


def test_a_chosen_initial_state_is_refused():
    with pytest.raises(UnsupportedError) as e:
        export_process(model(f"{HERE / 'parts.py'}:Chosen"))
    assert e.value.diagnostics[0].code == "SAG644"


def test_the_command_writes_it(run, tmp_path):
    result = run("export", "mcrl2", MICRO[0], "--form", "process", "-o", tmp_path)
    assert result.exit_code == 0 and [p.name for p in tmp_path.iterdir()] == ["Pipe.process.mcrl2"]


@needs_mcrl2
@pytest.mark.parametrize("name", [*MICRO, *CORPUS], ids=lambda n: n.rpartition(":")[2])
def test_it_is_bisimilar_to_the_linear_form(name, tmp_path):
    ir = model(name, {"ORDERS": 1} if name == "saga_choreography" else None)
    linear, process, tools = export_mcrl2(ir), export_process(ir), Tools()
    linear.write(tmp_path)
    process.write(tmp_path)
    counts = []
    for name, stem in ((f"{linear.name}.mcrl2", "linear"), (f"{process.name}.process.mcrl2", "process")):
        tools.linearise(tmp_path / name, tmp_path / f"{stem}.lps")
        counts.append(tools.explore(tmp_path / f"{stem}.lps", tmp_path / f"{stem}.lts"))
    assert counts[0] == counts[1]
    found = tools.compare(tmp_path / "linear.lts", tmp_path / "process.lts", "strong", process.notes)
    assert found.equivalent
