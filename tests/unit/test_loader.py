"""Finding the model that the user means, and saying clearly why there is none."""

import pytest

from sagacity import loader
from sagacity.errors import Exit, SagacityError

pytest.importorskip("sagacity.lang.model")

MODEL = "from sagacity.lang.model import Model, component\n"


@pytest.fixture
def file(tmp_path):
    def write(text, name="m.py"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)
    return write


def refused(spec):
    with pytest.raises(SagacityError) as e:
        loader.load(spec)
    return e.value.diagnostics[0], e.value.exit_status


def test_only_model(file):
    loaded = loader.load(file(MODEL + "class A(Model): pass\n"))
    assert loaded.cls.__name__ == "A"


def test_root_is_the_model_that_no_other_nests(file):
    text = MODEL + "class Part(Model): pass\nclass Whole(Model):\n    p = component(Part)\n"
    assert loader.load(file(text)).cls.__name__ == "Whole"
    assert loader.load(file(text) + ":Part").cls.__name__ == "Part"


def test_several_roots(file):
    d, status = refused(file(MODEL + "class A(Model): pass\nclass B(Model): pass\n"))
    assert d.code == "SAG104" and "A, B" in d.message and d.hint.endswith("m.py:A") and status == Exit.USAGE


def test_imported_models_are_not_the_file_s_own(file):
    d, status = refused(file(MODEL))
    assert d.code == "SAG103" and status == Exit.SOURCE


def test_no_such_class(file):
    d, status = refused(file(MODEL + "class Order(Model): pass\n") + ":Ordr")
    assert d.code == "SAG105" and d.hint == "did you mean Order?" and status == Exit.USAGE


@pytest.mark.parametrize("spec", ["missing.py", "missing.py:A", "no_such_model", "tests/", "", ":"])
def test_nothing_there(spec, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    d, status = refused(spec)
    assert d.code == "SAG100" and status == Exit.USAGE


def test_syntax_error_has_a_caret(file):
    d, status = refused(file("x = 1\ny = (2 +\n"))
    assert d.code == "SAG101" and d.loc.line == 2 and "^" in d.render() and status == Exit.SOURCE


@pytest.mark.parametrize("text", [b"\xff\xfe\x00", b"x = '\xff'\n", b"a\x00b"])
def test_not_python_text(file, text):
    d, status = refused(file(text))
    assert d.code == "SAG101" and status == Exit.SOURCE


@pytest.mark.parametrize("text, message", [("import no_such_package_x", "ModuleNotFoundError"),
                                           ("1 // 0", "ZeroDivisionError"),
                                           ("raise SystemExit(0)", "SystemExit")])
def test_import_failure_shows_the_user_s_line(file, text, message):
    d, status = refused(file(f"x = 1\n{text}\n"))
    assert d.code == "SAG102" and d.loc.line == 2 and message in d.message and status == Exit.SOURCE


def test_failure_inside_a_function_shows_the_innermost_line_of_the_file(file):
    d, _ = refused(file("def f():\n    return int('x')\nf()\n"))
    assert d.loc.line == 2
