"""What an exported module looks like, and what is refused. Whether it means the same is test_agreement's question."""

import re
from pathlib import Path

HERE = Path(__file__).resolve().parent

from sagacity import loader
from sagacity.export.names import Names, field
from sagacity.export.tla import export_tla
from sagacity.lang import compile_model


def exported(name):
    return export_tla(compile_model(loader.load(f"{HERE / 'micro.py'}:{name}").cls).ir)


def test_names_are_injective_and_avoid_what_has_a_meaning():
    names = Names({"Init"})
    wanted = ["IN", "Init", "a.b", "a_b", "WF_x", "Len", "\u00fc", "_x", "x_", "x", "a.b"]
    given = [names.new(w) for w in wanted]
    assert len(set(given)) == len(given)
    assert not {"IN", "Init", "Len"} & set(given) and not any(g.startswith(("WF_", "_")) for g in given)
    assert field("IN") != "IN" and field("kind") == "kind"


def test_scopes_side_by_side_share_names_but_not_with_what_is_around_them():
    outer = Names()
    outer.new("x")
    first, second = outer.inner(), outer.inner()
    assert first.new("y") == second.new("y") == "y" and first.new("x") == "x_2"
    assert outer.new("y") == "y_2"


def test_module_reads_like_the_model():
    text = exported("Queue").text
    assert 'Color == {"RED", "GREEN", "BLUE"}' in text
    assert "\n  /\\ 0 < Len(queue)\n" in text and "queue' = Tail(queue)" in text
    assert "Fairness ==\n  /\\ WF_vars(receive)" in text and text.isascii()
    assert all(len(line) < 200 for line in text.splitlines())


def test_guards_in_which_tlc_would_branch_are_wrapped():
    assert ") = TRUE" in exported("Counter").text


def test_each_possible_has_its_own_configuration():
    files = exported("Counter").files()
    assert {"Counter.tla", "Counter.cfg", "Counter_Never_large_in.cfg", "Counter_Never_never.cfg"} == set(files)
    assert "INVARIANT Never_never" in files["Counter_Never_never.cfg"]
    assert "CONSTRAINT Constraint" in exported("Queue").config()


def test_temporal_properties_and_those_that_are_left_out():
    model = exported("Live")
    assert r"\A p \in Proc : [](phase[p] = 0 => <>inside(p))" in model.text
    assert "[]<><<flip>>_vars" in model.text and "<>[][flip]_vars" in model.text and "PROPERTY flips" in model.config()
    assert set(model.left_out) == {"waits", "may_leave"}
    assert "This is waits. It is left out: TLA+ has no operator for until (U)." in model.text
    assert "waits" not in model.config()


def test_command(run, tmp_path, fixture_models):
    done = run("export", "tla", fixture_models / "ticket.py", "-c", "N=3", "-o", tmp_path / "out")
    assert done.exit_code == 0, done.stderr
    assert (tmp_path / "out" / "Ticket.tla").is_file() and "N = 3" in (tmp_path / "out" / "Ticket.cfg").read_text()
    assert str(tmp_path / "out" / "Ticket.cfg") in done.stdout


def test_what_tla_cannot_take_is_refused_where_it_stands(run, tmp_path):
    path = tmp_path / "big.py"
    path.write_text("from sagacity import *\n\n\nclass Big(Model):\n    n = var(Int[0, 3000000000], init=0)\n\n"
                    "    @action\n    def up(self):\n        self.n = 3000000000\n")
    done = run("export", "tla", path, "-o", tmp_path / "out")
    assert done.exit_code == 2 and re.search(r"big.py:(5|9):\d+: error SAG621", done.stderr), done.output
    assert not (tmp_path / "out").exists()
