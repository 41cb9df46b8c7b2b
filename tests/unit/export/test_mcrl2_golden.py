"""mcrl2/ holds the export of every corpus model, in its first configuration: `--update-golden` writes it anew."""

import tomllib
from pathlib import Path

import pytest

from sagacity import constants, loader
from sagacity.export.mcrl2 import export_mcrl2
from sagacity.lang import compile_model

ROOT = Path(__file__).resolve().parents[3]
MODELS = tomllib.loads((ROOT / "models" / "manifest.toml").read_text(encoding="utf-8"))["model"]


@pytest.mark.parametrize("entry", MODELS, ids=lambda m: m["name"])
def test_the_export_is_what_it_was(entry, pytestconfig):
    cls = loader.load(str(ROOT / "models" / f"{entry['name']}.py")).cls
    model = compile_model(cls, constants.parse(cls, entry["config"][0].get("constants", {}))).ir
    files = export_mcrl2(model).files()
    folder = ROOT / "mcrl2" / entry["name"]
    if pytestconfig.getoption("--update-golden"):
        for old in folder.glob("*"):
            old.unlink()
        export_mcrl2(model).write(folder)
    assert folder.is_dir(), f"no golden export: pytest {Path(__file__).name} --update-golden writes it"
    assert sorted(p.name for p in folder.iterdir()) == sorted(files)
    for name, text in files.items():
        assert (folder / name).read_text(encoding="utf-8") == text, f"{name} differs: see --update-golden"
