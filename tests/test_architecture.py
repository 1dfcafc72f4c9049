"""The shape of the house: floors, light imports, and one list of what is needed."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "pvtools"

#: what stands beside the package and leans on it
BESIDE = ("tests", "benchmarks", "validation")

FLOORS = {
    "errors": 0,
    "places": 0,
    "areas": 1,
    "chance": 1,
    "measures": 1,
    "sources": 1,
    "tables": 2,
    "synthetic": 2,
    "estimates": 1,
    "stats": 3,
    "confidence": 4,
    "demand": 4,
    "distortion": 4,
    "engagement": 4,
    "evaluation": 4,
    "safety_index": 4,
    "style": 5,
    "words": 5,
    "figures": 5,
    "exhibits": 6,
    "profiles": 7,
    "dashboards": 8,
    "kernels": 8,
    "reports": 8,
    "cli": 9,
}
#: On these floors neighbours may lean on each other, in the order in which they are written.
ORDERED = {
    "areas": {"places"},
    "places": {"errors"},
    "measures": set(),
    "estimates": {"areas", "measures"},
    "sources": {"areas", "places"},
    "words": set(),
    "figures": {"style", "words"},
    "exhibits": {"style", "words"},
    "dashboards": {"kernels", "reports"},
    "reports": {"kernels"},
}


def _room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def _imports(path: Path) -> set[str]:
    """Return the rooms of pvtools that a file imports, inside functions too."""
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            parts = node.module.split(".")
            if parts[0] == "pvtools":
                rooms |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            for alias in node.names:
                parts = alias.name.split(".")
                if parts[0] == "pvtools" and len(parts) > 1:
                    rooms.add(parts[1])
    return {room for room in rooms if room != "__version__"}


def test_every_room_has_a_floor():
    rooms = {_room(p) for p in PACKAGE.rglob("*.py")} - {"__init__", "__main__"}
    assert rooms <= set(FLOORS), f"give these a floor: {sorted(rooms - set(FLOORS))}"


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE))
)
def test_nothing_imports_upward_nor_a_sibling(path: Path):
    room = _room(path)
    if room in {"__init__", "__main__"}:
        return
    for other in _imports(path) - {room}:
        below = FLOORS[other] < FLOORS[room]
        allowed_neighbour = other in ORDERED.get(room, set())
        assert below or allowed_neighbour, f"{path.name} (floor {FLOORS[room]}) imports {other}"


def test_no_room_is_called_by_a_name_that_says_nothing():
    names = {p.stem for p in PACKAGE.rglob("*.py")}
    assert not names & {"utils", "util", "helpers", "common", "base", "config", "misc"}


def test_statistics_and_topics_never_draw():
    for room in ("stats", "demand", "confidence"):
        paths = (
            (PACKAGE / room).rglob("*.py")
            if (PACKAGE / room).is_dir()
            else [PACKAGE / f"{room}.py"]
        )
        for path in paths:
            assert "matplotlib" not in path.read_text(encoding="utf-8"), path


@pytest.mark.parametrize(
    "room", ["figures", "words", "exhibits", "profiles", "reports", "dashboards"]
)
def test_what_is_shown_calls_no_statistic(room: str):
    paths = [*(PACKAGE / room).rglob("*.py"), *PACKAGE.glob(f"{room}.py")]
    assert paths
    assert [path.name for path in paths if _imports(path) & {"stats"}] == []


def test_no_code_searches_a_caveat():
    searches = re.compile(r"caveat\w*(\[[^]]*\])?\.str\.(?!strip)|[\"'] in [\w.]*caveat")
    found = [
        f"{path.relative_to(PACKAGE)}: {hit[0]}"
        for path in PACKAGE.rglob("*.py")
        if (hit := searches.search(path.read_text(encoding="utf-8")))
    ]
    assert found == []


def test_importing_pvtools_imports_nothing_heavy():
    code = (
        "import sys, pvtools, pvtools.areas, pvtools.measures, pvtools.sources, pvtools.cli\n"
        "heavy = {'pandas', 'numpy', 'matplotlib', 'duckdb', 'httpx', 'papermill', 'nbconvert'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def _requirements(lines: list[str]) -> dict[str, str]:
    found = {}
    for line in lines:
        name, spec = re.match(r"([A-Za-z0-9_.-]+)(.*)", line).groups()
        found[re.sub(r"[-_.]+", "-", name).lower()] = spec.strip()
    return found


def test_conda_and_pip_ask_for_the_same_packages():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    by_pip = next(entry["pip"] for entry in conda if isinstance(entry, dict))
    asked = _requirements([e for e in conda if isinstance(e, str)])
    asked |= _requirements([e for e in by_pip if not e.startswith("-")])
    assert asked.pop("python") == project["requires-python"]
    asked.pop("pip")
    asked["duckdb"] = asked.pop("python-duckdb")  # its name on conda-forge
    assert asked == _requirements(project["dependencies"])


#: what is imported → what it is called where it is installed from
_INSTALLED_AS = {
    "bs4": "beautifulsoup4",
    "pypandoc": "pypandoc-binary",
    "yaml": "pyyaml",
    "fontpkg_fira_sans": "fontpkg-fira-sans",
    "page": "page-validation",
}


def _foreign_imports(folder: Path) -> set[str]:
    names: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                names.add(node.module.split(".")[0])
    ours = set(sys.stdlib_module_names) | {"pvtools", "__future__"}
    return {re.sub(r"[-_.]+", "-", _INSTALLED_AS.get(n, n)).lower() for n in names - ours}


def test_everything_imported_is_asked_for_by_name():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = set(_requirements(project["dependencies"]))
    extra = set(_requirements(project["optional-dependencies"]["cluster"]))
    assert _foreign_imports(PACKAGE) <= asked | extra
    asked |= set(_requirements(project["optional-dependencies"]["dev"]))
    assert extra <= asked
    beside = set().union(*(_foreign_imports(ROOT / name) for name in BESIDE))
    # the package may not import these, but they each other, and the tests them
    scripts = (path.stem.replace("_", "-") for path in (ROOT / "benchmarks").glob("*.py"))
    beside -= {"validation", *scripts}
    assert beside <= asked


def test_the_lock_names_no_address_and_every_package_by_its_hash():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    assert "--index-url" not in lock
    pinned = re.findall(r"^([A-Za-z0-9_.-]+)==", lock, re.M)
    assert len(pinned) > 50
    assert lock.count("--hash=sha256:") >= len(pinned)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = _requirements(project["dependencies"] + project["optional-dependencies"]["dev"])
    held = {re.sub(r"[-_.]+", "-", name).lower() for name in pinned}
    assert set(wanted) <= held


#: Circles that are known and shall go.
KNOWN_CIRCLES = {
    "pvtools.reports.build pvtools.reports.xlsx",
}


def _modules(tree: ast.AST, within: str) -> set[str]:
    """Return the modules that imports name, inside functions too; of names, all they may mean."""
    named: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            start = [within.rsplit(".", node.level)[0]] if node.level else []
            module = ".".join([*start, *filter(None, [node.module])])
            named |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
    return named


def _circles(files: dict[str, str]) -> list[list[str]]:
    """Return each set of modules that import one another in a circle, by name."""
    leans = {
        name: _modules(ast.parse(text), name) & set(files) - {name} for name, text in files.items()
    }
    reached = {name: set(others) for name, others in leans.items()}
    for middle in files:
        for name in files:
            if middle in reached[name]:
                reached[name] |= reached[middle]
    rings = {
        tuple(sorted(o for o in files if o in reached[name] and name in reached[o]))
        for name in files
        if name in reached[name]
    }
    return [list(ring) for ring in sorted(rings)]


def test_a_circle_is_found_however_it_is_imported():
    files = {
        "room.one": "def f():\n    from room import two",
        "room.two": "import room.three",
        "room.three": "from room.one import f",
        "room.four": "from room import one",
    }
    assert _circles(files) == [["room.one", "room.three", "room.two"]]
    assert _circles(files | {"room.three": "from .five import f"}) == []
    assert _circles({"room.one": "from . import two", "room.two": "from .one import f"}) == [
        ["room.one", "room.two"]
    ]


@pytest.mark.parametrize("room", sorted(p.name for p in PACKAGE.iterdir() if p.is_dir()))
def test_no_modules_of_a_room_import_each_other_in_a_circle(room):
    files = {
        ".".join(["pvtools", *path.relative_to(PACKAGE).with_suffix("").parts]): path.read_text(
            encoding="utf-8"
        )
        for path in (PACKAGE / room).rglob("*.py")
        if path.name != "__init__.py"
    }
    for circle in _circles(files):
        assert " ".join(circle) in KNOWN_CIRCLES, f"a circle: {' → '.join(circle)}"


def test_only_what_readers_declare_is_called_from_below_by_its_name():
    """A source's words stand beside its reader, a floor above: see ``sources/declared.py``."""
    upward = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            text = node.value if isinstance(node, ast.Constant) else ""
            named = (
                re.fullmatch(r"pvtools\.([a-z_]+)[a-z_.]*", text) if isinstance(text, str) else None
            )
            if named and FLOORS.get(named[1], 0) > FLOORS.get(_room(path), max(FLOORS.values())):
                upward.append(path.relative_to(PACKAGE).as_posix())
    assert upward == ["sources/declared.py"]
