"""Simulation, graphs, traces in other formats, diagrams and pages, from the command line."""

import json
import shutil

import itf_py
import pytest


@pytest.fixture
def faulty(run, fixture_models):
    return lambda command, name, *args: run(command, fixture_models / "faulty.py", "-c", f"FAULT={name}", *args)


def test_simulation_finds_and_repeats(run, faulty, tmp_path):
    first = faulty("simulate", "SAFETY", "--trace", tmp_path / "t.json")
    assert first.exit_code == 12 and "invariant small is violated" in first.stdout
    line = first.stdout.rstrip().splitlines()[-1].removeprefix("reproduce: sagacity ")
    again = run(*line.split())
    assert again.stdout.split("transitions")[1].partition("\n")[2] == first.stdout.split("transitions")[1].partition("\n")[2]
    assert run("replay", tmp_path / "t.json").exit_code == 0


@pytest.mark.parametrize("name, status", [("NONE", 20), ("SAFETY", 12), ("STEP", 12), ("DEADLOCK", 11), ("ASSERTION", 14),
                                          ("INDEX", 75), ("RANGE", 75), ("REACH", 20), ("CONSTRAINT", 20)])
def test_status_of_a_simulation(faulty, name, status):
    """Never 0: walks prove nothing, and what they do not reach may be reachable."""
    found = faulty("simulate", name, "--seed", 1, "--walks", 100, "--depth", 20)
    assert found.exit_code == status, found.output
    assert "pass" not in found.stdout and (status != 20 or found.stdout.startswith("SAMPLED"))


@pytest.mark.parametrize("wait, status", [("True", 20), ("False", 12)])
def test_simulation_of_a_refinement(run, fixture_models, wait, status):
    found = run("simulate", fixture_models / "two_phase_refines.py", "-c", f"WAIT={wait}", "-c", "N=2", "--seed", 1,
                "--walks", 60, "--depth", 30)
    assert found.exit_code == status and "refinement" in found.stdout, found.output


def test_simulation_as_json(faulty):
    import jsonschema

    from sagacity.cli import jsonout

    document = json.loads(faulty("simulate", "NONE", "--seed", 1, "--walks", 3, "--json").stdout)
    jsonschema.validate(document, jsonout.schema())
    assert document["verdict"] == {"outcome": "sampled", "why": "", "k": 3} and document["exit_status"] == 20


def test_time_ends_a_simulation(faulty):
    found = faulty("simulate", "NONE", "--seed", 1, "--walks", 10**9, "--max-seconds", 0.3)
    assert found.exit_code == 20 and "--walks 1000000000" not in found.stdout


@pytest.mark.parametrize("suffix, begins", [(".svg", "<svg"), (".mmd", "sequenceDiagram"), (".txt", "     counter")])
def test_diagrams(run, faulty, tmp_path, suffix, begins):
    file, trace = tmp_path / f"d{suffix}", tmp_path / "t.json"
    assert faulty("check", "SAFETY", "--diagram", file, "--trace", trace).exit_code == 12
    assert file.read_text().startswith(begins) and "up by 2" in file.read_text()
    again = tmp_path / f"again{suffix}"
    assert run("replay", trace, "--diagram", again).exit_code == 0
    assert again.read_text() == file.read_text()


def test_the_terminal_shows_the_diagram(faulty):
    assert " up by 2 ─" in faulty("check", "SAFETY").stdout


def test_no_diagram_without_notes(run, fixture_models, tmp_path):
    found = run("check", fixture_models / "ticket.py", "--deadlock", "error", "--diagram", tmp_path / "d.svg")
    assert "was not written" in found.stderr and not (tmp_path / "d.svg").exists()


def test_page(faulty, tmp_path):
    file = tmp_path / "r.html"
    assert faulty("check", "SAFETY", "--continue", "--report", file).exit_code == 12
    assert "invariant small is violated" in file.read_text() and "<svg" in file.read_text()
    assert faulty("check", "NONE", "--report", file).exit_code == 0
    assert "HOLDS" in file.read_text() and "VIOLATED" not in file.read_text()


def test_page_of_a_broken_refinement(run, fixture_models, tmp_path):
    file = tmp_path / "r.html"
    run("check", fixture_models / "two_phase_refines.py", "-c", "WAIT=False", "-c", "N=2", "--report", file)
    text = file.read_text()
    assert "seen as Commit: <b>initial state</b>" in text and "no step of Commit</b>" in text


def test_page_of_a_lasso(run, tmp_path):
    """The cycle, and which fairness would rule it out."""
    file, trace = tmp_path / "r.html", tmp_path / "t.json"
    (tmp_path / "retry.py").write_text(RETRY)
    assert run("check", tmp_path / "retry.py", "--report", file, "--trace", trace).exit_code == 13
    text = file.read_text()
    assert "cycle begins here" in text and "repeats for ever" in text and "strong fairness of ack would" in text
    exported = json.loads(run("export", "itf", trace).stdout)
    assert exported["loop"] == 0 and [s["tries"] for s in exported["states"]] == [{"#bigint": n} for n in "010"]


RETRY = '''from sagacity import *

class Retry(Model):
    done = var(bool, init=False)
    tries = var(Int[0, 1], init=0)

    @fair
    @action
    def send(self):
        require(not self.done and self.tries == 0)
        self.tries = 1
        note("order", sender="client", receiver="broker")

    @fair
    @action
    def nack(self):
        require(self.tries == 1)
        self.tries = 0
        note("nack", sender="broker", receiver="client")

    @action
    def ack(self):
        require(self.tries == 1)
        self.tries = 0
        self.done = True

    @predicate
    def finished(self):
        return self.done

    @terminal
    def rest(self):
        return self.done

    ends = temporal("<> finished()")
'''


def test_itf(run, faulty, tmp_path):
    ours, theirs = tmp_path / "t.json", tmp_path / "t.itf.json"
    faulty("check", "STEP", "--trace", ours)
    assert "saved" in faulty("check", "STEP", "--trace", theirs, "--trace-format", "itf").stderr
    read = itf_py.trace_from_json(json.loads(theirs.read_text()))
    steps = json.loads(ours.read_text())["steps"]
    assert [s.values["x"] for s in read.states] == [s["state"]["x"] for s in steps]
    exported = json.loads(run("export", "itf", ours).stdout)
    assert exported["states"] == json.loads(theirs.read_text())["states"]


@pytest.mark.parametrize("suffix", [".dot", ".svg"])
def test_graph(faulty, tmp_path, suffix):
    if suffix == ".svg" and not shutil.which("dot"):
        pytest.skip("Graphviz is not installed")
    file = tmp_path / f"g{suffix}"
    found = faulty("graph", "REACH", "-o", file)
    assert found.exit_code == 0 and "4 states, 7 transitions" in found.stdout
    assert "up(1)" in file.read_text()


def test_failing_steps_are_told(faulty, tmp_path):
    assert "steps fail and are not shown" in faulty("graph", "INDEX", "-o", tmp_path / "g.dot").stderr


def test_graph_for_mcrl2(run, fixture_models, tmp_path):
    found = run("graph", fixture_models / "ticket.py", "-c", "N=1", "-o", tmp_path / "t.aut")
    assert found.exit_code == 0 and "4 states, 4 transitions" in found.stdout
    assert (tmp_path / "t.aut").read_text().startswith('des (0,4,4)\n(0,"draw(')


def test_graph_without_graphviz(faulty, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    found = faulty("graph", "REACH", "-o", tmp_path / "g.svg")
    assert found.exit_code == 2 and "SAG144" in found.stderr and not (tmp_path / "g.svg").exists()


@pytest.mark.parametrize("args, code", [
    (["graph", "-o", "x.png"], "SAG143"), (["graph", "-o", "x.dot", "--max-states", 3], "SAG142"),
    (["graph", "-o", "nowhere/x.dot"], "SAG141"), (["check", "--diagram", "x.png"], "SAG140"),
    (["simulate", "--diagram", "x"], "SAG140"), (["simulate", "--property", "smal"], "SAG120"),
    (["check", "--report", "nowhere/x.html"], "SAG141")])
def test_wrong_requests(faulty, tmp_path, monkeypatch, args, code):
    found = faulty(args[0], "REACH", *(a.replace("nowhere", str(tmp_path / "nowhere")) if isinstance(a, str) else a
                                       for a in args[1:]))
    assert found.exit_code == 2 and code in found.stderr and "Traceback" not in found.stderr
