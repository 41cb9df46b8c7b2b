"""The gallery shows what the models do."""

import runpy
from pathlib import Path

GALLERY = runpy.run_path(str(Path(__file__).with_name("gallery.py")))
ROOT = GALLERY["ROOT"]


def test_the_gallery_is_current():
    pages = GALLERY["pages"]()
    kept = {f"docs/gallery/{p.name}" for p in (ROOT / "docs" / "gallery").iterdir()} | {"docs/gallery.md"}
    assert kept == {*pages}, "python tests/gallery.py writes it anew"
    for path, text in pages.items():
        assert (ROOT / path).read_text(encoding="utf-8") == text, f"{path}: python tests/gallery.py writes it anew"
