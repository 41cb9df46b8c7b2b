"""Running TLC and reading what it says."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from tlc_here import needs_tlc

from sagacity.errors import UsageError
from sagacity.external import java
from sagacity.external.tlc import TlcVerdict, parse, run_tlc

SEED = HERE.parents[2] / "tla" / "seed"
CORRECTED = SEED / "EventOrderingCorrected.tla"


def config(path: Path, ids: int, time: int, spec: str, *claims: str) -> Path:
    names = ", ".join(map(str, range(1, ids + 1)))
    text = f"CONSTANTS\nIds = {{{names}}}\nMaxTime = {time}\nNone = None\nSPECIFICATION {spec}\n"
    path.write_text(text + "\n".join(claims) + "\n")
    return path


@needs_tlc
def test_the_module_of_the_document_cannot_be_read(tmp_path):
    cfg = tmp_path / "x.cfg"
    cfg.write_text("SPECIFICATION Spec\n")
    result = run_tlc(SEED / "EventOrdering.tla", cfg)
    assert result.verdict is TlcVerdict.PARSE and "Unknown operator: `Range'" in result.output


@needs_tlc
@pytest.mark.parametrize("ids, time, counts", [(2, 2, (47, 65, 5)), (3, 2, (757, 1381, 7)), (3, 3, (2731, 5011, 7)),
                                               (4, 2, (18605, 41777, 9))])
def test_the_corrected_module_holds_with_these_counts(tmp_path, ids, time, counts):
    claims = "INVARIANTS TypeOK CausalConsistency CausalDelivery"
    result = run_tlc(CORRECTED, config(tmp_path / "x.cfg", ids, time, "Spec", claims))
    assert (result.verdict, result.states, result.generated, result.depth) == (TlcVerdict.HOLDS, *counts)
    assert result.complete and result.initial == 1


@needs_tlc
def test_delivery_needs_fairness(tmp_path):
    assert run_tlc(CORRECTED).verdict is TlcVerdict.HOLDS
    unfair = run_tlc(CORRECTED, config(tmp_path / "x.cfg", 2, 2, "Spec", "PROPERTY EveryEventIsDelivered"))
    assert unfair.verdict is TlcVerdict.LIVENESS and unfair.trace


@needs_tlc
def test_everything_delivered_is_a_deadlock_for_tlc():
    assert run_tlc(CORRECTED, deadlock=True).verdict is TlcVerdict.DEADLOCK


@needs_tlc
def test_a_violated_invariant_is_named_with_its_trace(tmp_path):
    module = tmp_path / "M.tla"
    module.write_text("---- MODULE M ----\nEXTENDS Naturals\nVARIABLE x\nInit == x = 0\nNext == x < 5 /\\ x' = x + 1\n"
                      "Low == x < 3\nASSUME 1 < 2\nStep == [][x' # 2]_x\n====\n")
    (tmp_path / "M.cfg").write_text("INIT Init\nNEXT Next\nINVARIANT Low\n")
    low = run_tlc(module)
    assert (low.verdict, low.name, len(low.trace)) == (TlcVerdict.INVARIANT, "Low", 4) and not low.complete
    (tmp_path / "M.cfg").write_text("INIT Init\nNEXT Next\nPROPERTY Step\n")
    assert run_tlc(module).verdict is TlcVerdict.STEP


@needs_tlc
def test_time_runs_out(tmp_path):
    module = tmp_path / "M.tla"
    module.write_text("---- MODULE M ----\nEXTENDS Naturals\nVARIABLE x\nInit == x = 0\nNext == x' = x + 1\n====\n")
    (tmp_path / "M.cfg").write_text("INIT Init\nNEXT Next\n")
    assert run_tlc(module, timeout=2).verdict is TlcVerdict.TIMEOUT


def test_no_output_is_a_crash():
    assert parse("").verdict is TlcVerdict.CRASH


def test_a_missing_jar_is_a_clear_message(tmp_path, monkeypatch):
    with pytest.raises(UsageError, match="the given jar: .* is not a file"):
        java.find_jar(tmp_path / "none.jar")
    monkeypatch.setenv("TLA2TOOLS_JAR", str(tmp_path / "none.jar"))
    with pytest.raises(UsageError, match="TLA2TOOLS_JAR"):
        java.find_jar()


def test_nothing_installed_says_what_to_install(monkeypatch):
    monkeypatch.delenv("TLA2TOOLS_JAR", raising=False)
    monkeypatch.setattr(java, "find_spec", lambda name: None)
    monkeypatch.setattr(java.shutil, "which", lambda name: None)
    for find in (java.find_java, java.find_jar):
        with pytest.raises(UsageError, match=r"sagacity\[tlc\]"):
            find()


def test_a_missing_module_is_a_clear_message(tmp_path):
    with pytest.raises(UsageError, match="does not exist"):
        run_tlc(tmp_path / "none.tla")
