"""The walls between the rooms (docs/why.md): who may import whom."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from services import SERVICES

PROJECT = Path(__file__).resolve().parents[2]
INFRASTRUCTURE = {"nameko", "kombu", "amqp", "pymongo", "bson", "marshmallow", "eventlet", "requests", "socket"}
DOORS = {"service.py", "events.py", "store.py"}
FORMS = ("*schema*.py", "*policy*.py", "fields.py", "answers.py")  # marshmallow, and nothing else of the infrastructure
NAMED_DOORS = (
    "refund/billing.py",
    "refund/punctual.py",
    "refund/bounded.py",
    "notify/carriers",
    "notify/dispatch.py",
)  # what speaks to BOSS and to carriers
CLOCKS = {"datetime.now", "datetime.utcnow", "date.today", "time.time", "time.monotonic"}
SPEAKS_NAMEKO = ("shared/bus", "shared/providers.py", "shared/auth.py")


def files_of(room: str) -> list[Path]:
    return sorted((PROJECT / room).rglob("*.py"))


@cache
def nodes_of(file: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(file.read_text())))


def imports_of(file: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it."""
    for node in nodes_of(file):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: import by full name"
            yield node.module or ""


def within(module: str, *packages: str) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def is_door(file: Path) -> bool:
    return file.name in DOORS or file.relative_to(PROJECT / "services").as_posix().startswith(NAMED_DOORS)


def is_form(file: Path) -> bool:
    return any(file.match(form) for form in FORMS)


INSIDE = [file for file in files_of("services") if not is_door(file)]
PURE = [file for file in INSIDE if not is_form(file)]


def breaches(files: list[Path], *forbidden: str) -> list[str]:
    """`file imports module` for each import that is forbidden."""
    found = [(file, module) for file in files for module in imports_of(file) if within(module, *forbidden)]
    return [f"{file.relative_to(PROJECT)} imports {module}" for file, module in found]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_imports_no_other_service(service: str) -> None:
    others = [f"services.{other}" for other in SERVICES if other != service]
    assert not breaches(files_of(f"services/{service}"), *others)


def test_shared_knows_nobody_above_it() -> None:
    assert not breaches(files_of("shared"), "services", "cli", "suite", "simulators")


def test_services_know_neither_the_suite_nor_the_command_line() -> None:
    assert not breaches(files_of("services"), "cli", "suite", "simulators")


def test_nothing_but_its_command_knows_chaos() -> None:
    outside = [
        file for room in ("shared", "services", "simulators", "suite", "bench", "cli") for file in files_of(room)
    ]
    assert not breaches([file for file in outside if file != PROJECT / "cli/chaos.py"], "chaos")


def test_nothing_knows_the_models() -> None:
    rooms = ("shared", "services", "simulators", "suite", "bench", "cli", "chaos")
    assert not breaches([file for room in rooms for file in files_of(room)], "model")


def test_pure_rooms_import_no_infrastructure() -> None:
    assert PURE
    assert not breaches(PURE, *INFRASTRUCTURE)


def test_forms_know_marshmallow_alone() -> None:
    assert not breaches([file for file in INSIDE if is_form(file)], *INFRASTRUCTURE - {"marshmallow"})


def test_pure_rooms_read_no_clock() -> None:
    calls = [(file, node) for file in PURE for node in nodes_of(file) if isinstance(node, ast.Call)]
    assert not [f"{file.name}: {ast.unparse(node.func)}" for file, node in calls if ast.unparse(node.func) in CLOCKS]


def test_only_the_bus_its_providers_and_service_classes_know_nameko() -> None:
    speaking = [PROJECT / place for place in SPEAKS_NAMEKO]
    rest = [file for file in files_of("shared") if not any(file.is_relative_to(place) for place in speaking)]
    rest += [file for file in files_of("services") if file.name != "service.py"]
    assert not breaches(rest, "nameko")


def test_a_breach_inside_a_function_is_found_too(tmp_path: Path) -> None:
    file = tmp_path / "model.py"
    file.write_text("def late():\n    from pymongo.errors import PyMongoError\n    return PyMongoError\n")
    assert list(imports_of(file)) == ["pymongo.errors"]
    assert within("pymongo.errors", "pymongo")
    assert not within("pymongolike", "pymongo")
