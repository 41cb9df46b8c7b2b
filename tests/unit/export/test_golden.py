"""tla/ holds the export of every corpus model in every configuration of the manifest, exactly as it is made now.

``pytest tests/unit/export/test_golden.py --update-golden`` writes all of it.
"""

import shutil
import tomllib
from pathlib import Path

import pytest

from sagacity import constants, loader
from sagacity.errors import UnsupportedError
from sagacity.export.tla import export_tla
from sagacity.lang import compile_model

ROOT = Path(__file__).resolve().parents[3]
EXPORTED = ROOT / "tla"
OWN = {"seed", "README.md"}
UPDATE = "pytest tests/unit/export/test_golden.py --update-golden"


def rows():
    manifest = tomllib.loads((ROOT / "models" / "manifest.toml").read_text(encoding="utf-8"))
    return [(m["name"], row) for m in manifest.get("model", ()) for row in m["config"]]


def files(name: str, row: dict) -> dict[str, str]:
    """What there is to be in the folder of a configuration; of a model that TLA+ cannot take, why."""
    cls = loader.load(str(ROOT / "models" / f"{name}.py")).cls
    try:
        return export_tla(compile_model(cls, constants.parse(cls, row.get("constants", {}))).ir).files()
    except UnsupportedError as e:
        return {"refused.txt": "\n".join(f"{d.code}: {d.message}" for d in e.diagnostics) + "\n"}


@pytest.mark.parametrize("name, row", [pytest.param(n, r, id=f"{n}-{r['name']}") for n, r in rows()])
def test_export_is_as_before(name, row, request):
    folder = EXPORTED / name / row["name"]
    made = files(name, row)
    if request.config.getoption("--update-golden"):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for file, text in made.items():
            (folder / file).write_text(text, encoding="ascii")
    if not folder.is_dir():
        pytest.fail(f"there is no {folder.relative_to(ROOT)} yet: run {UPDATE}")
    there = {p.name: p.read_text(encoding="ascii") for p in folder.iterdir()}
    assert there == made, f"if the new text is right, run {UPDATE}"


def test_nothing_else_is_there(request):
    """No export of a model or a configuration that is gone."""
    wanted = {(n, r["name"]) for n, r in rows()}
    for model in (p for p in EXPORTED.iterdir() if p.name not in OWN):
        for config in model.iterdir():
            if (model.name, config.name) not in wanted and request.config.getoption("--update-golden"):
                shutil.rmtree(config)
            else:
                assert (model.name, config.name) in wanted, f"{config} is no configuration of the manifest: run {UPDATE}"
