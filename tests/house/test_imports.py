"""Who may import whom, and what importing handsight costs: the design's rules, held against the source."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = {
    "agent": "handsight",
    "devices": "handsight.devices",
    "tools": "handsight.tools",
    "prompts": "handsight.prompts",
}

# A room may import these modules of ours, by prefix, besides itself.
COMMON = ("handsight.types", "handsight.errors", "handsight.sizes")
ALLOWED = {
    "handsight.places": (),
    "handsight.calls": (),
    "handsight.messages": ("handsight.calls",),
    "handsight.types": ("handsight.calls", "handsight.messages", "handsight.places"),
    "handsight.errors": ("handsight.types",),
    "handsight.sizes": ("handsight.errors",),
    "handsight.marks": ("handsight.types",),
    "handsight.devices": COMMON,
    "handsight.devices.virtual": (*COMMON, "handsight.png"),
    "handsight.tools": (*COMMON, "handsight.devices.base", "handsight.marks"),
    "handsight.prompts": (*COMMON, "handsight.marks", "handsight.tools.registry"),
    "handsight.sight": COMMON,
    "handsight.models": (*COMMON, "handsight.media", "handsight.sight", "handsight.talk"),
    "handsight.models.mini.school": (
        *COMMON,
        "handsight.devices.virtual",
        "handsight.media",
        "handsight.models.base",
        "handsight.models.local",
        "handsight.models.mini.cells",
        "handsight.models.mini.vocabulary",
        "handsight.prompts.mini",  # what is taught
    ),
    "handsight.media": COMMON,
    "handsight.policy": COMMON,
    "handsight.png": (),
    "handsight.record": COMMON,
    "handsight.journal": COMMON,
    "handsight.store": (*COMMON, "handsight.journal", "handsight.png", "handsight.record"),
    "handsight.view": (*COMMON, "handsight.record", "handsight.store"),
    "handsight.loop": (
        *COMMON,
        "handsight.policy",
        "handsight.devices.base",
        "handsight.models.base",
        "handsight.prompts.base",
        "handsight.tools.marks",
        "handsight.tools.registry",
    ),
    "handsight.hand": (
        *COMMON,
        "handsight.devices.base",
        "handsight.loop",
        "handsight.models.base",
        "handsight.policy",
        "handsight.sight",
        "handsight.talk",
        "handsight.tools.registry",
    ),
    "handsight.hand.opening": ("handsight",),
    "handsight.hand.pointing": (
        *COMMON,
        "handsight.devices.base",
        "handsight.models.base",
        "handsight.prompts.base",
        "handsight.tools.registry",
        "handsight.tools.session",
    ),
    "handsight.hand.examples": ("handsight",),
    "handsight.play": (
        *COMMON,
        "handsight.hand",
        "handsight.models.reader",
        "handsight.policy",
        "handsight.sight",
    ),
    "handsight.play.playing": ("handsight",),
    "handsight.play.again": ("handsight",),
    "handsight.play.cache": (*COMMON, "handsight.hand", "handsight.loop", "handsight.play", "handsight.sight"),
    "handsight.play.pointing": (*COMMON, "handsight.loop"),
    "handsight.play.examples": ("handsight",),
    "handsight.play.live": (*COMMON, "handsight.devices.base", "handsight.store"),
    "handsight.talk": (*COMMON, "handsight.media", "handsight.models.base", "handsight.png", "handsight.journal"),
    "handsight.testing": ("handsight",),
    "handsight.families": (),
    "handsight.calibration": (
        *COMMON,
        "handsight.models.base",
        "handsight.prompts",
        "handsight.tools.gestures",
        "handsight.tools.registry",
        "handsight.tools.session",
    ),
    "handsight.plugins": (*COMMON, "handsight.tools.mcp", "handsight.tools.openapi", "handsight.tools.registry"),
    "handsight.tools.examples": ("handsight",),
    "handsight.devices.examples": ("handsight",),
    "handsight.wiring.gyms": (*COMMON, "handsight.devices", "handsight.plugins"),
    "handsight.wiring.desktops": (*COMMON, "handsight.devices"),
    "handsight.wiring.phones": (*COMMON, "handsight.devices", "handsight.plugins"),
    "handsight.rules": (*COMMON, "handsight.plugins", "handsight.policy", "handsight.tools"),
    "handsight.serving": (
        *COMMON,
        "handsight.loop",
        "handsight.media",
        "handsight.png",
        "handsight.policy",
        "handsight.prompts.places",
        "handsight.prompts.space",
        "handsight.store",
        "handsight.tools",
        "handsight.view.words",
    ),
    "handsight.wiring": ("handsight",),
    "handsight.cli": ("handsight",),
    "handsight.__main__": ("handsight.cli",),
}
# Each heavy library is imported in exactly one file, torch in those that only the first of them imports.
TORCH = (
    "handsight.models.local",
    "handsight.models.attention",
    "handsight.models.cache",
    "handsight.models.checkpoint",
    "handsight.models.drafts",
    "handsight.models.draws",
    "handsight.models.grammar",
    "handsight.models.mini.learning.batches",
    "handsight.models.mini.learning.forward",
    "handsight.models.mini.learning.losses",
    "handsight.models.mini.learning.marks",
    "handsight.models.mini.learning.optimiser",
    "handsight.models.mini.shape",
    "handsight.models.mini.train",
    "handsight.models.pixels",
    "handsight.models.watch",
)
HEAVY = {
    "av": ("handsight.media.video",),
    "adbutils": ("handsight.devices.android.adb",),
    "openai": ("handsight.models.server",),
    "torch": TORCH,
    "transformers": TORCH,
    "llguidance": ("handsight.models.grammar",),
    "rapidocr": ("handsight.sight.ocr",),
    "onnxruntime": ("handsight.sight.ocr",),
    "cv2": ("handsight.sight.ocr", "handsight.sight.pictures"),
    "mss": ("handsight.devices.desktop.eye",),
    "gymnasium": ("handsight.devices.gym.device", "handsight.devices.gym.spaces"),
    "pyautogui": ("handsight.devices.desktop.inputs",),
    "pyperclip": ("handsight.devices.desktop.writing",),
    "pygetwindow": ("handsight.devices.desktop.views",),
    "Xlib": ("handsight.devices.desktop.x11", "handsight.devices.desktop.selection", "handsight.devices.desktop.heard"),
    "mcp": ("handsight.tools.mcp", "handsight.serving.server"),
    "httpx2": ("handsight.tools.mcp",),
    "uvicorn": ("handsight.serving.guard",),
    "ruamel": ("handsight.play.yamltree",),
    "keyring": ("handsight.play.secrets",),
    "yaml": ("handsight.tools.openapi",),
    "pytest": ("handsight.testing.plugin",),
}


def modules() -> dict[str, Path]:
    """Every module of the package by its import name."""
    found = {}
    for folder, package in FOLDERS.items():
        for path in (ROOT / folder).rglob("*.py"):
            parts = path.relative_to(ROOT / folder).with_suffix("").parts
            name = ".".join((package, *parts)).removesuffix(".__init__")
            found[name] = path
    return found


MODULES = modules()


def imports(path: Path) -> list[str]:
    """Every module that a file imports, wherever in the file it does; what only type checkers read counts as well."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import; write `from handsight...`"
            module = node.module or ""
            found += [f"{module}.{a.name}" if f"{module}.{a.name}" in MODULES else module for a in node.names]
    return found


def within(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith(prefix + ".")


@pytest.mark.parametrize("name", sorted(MODULES))
def test_a_module_imports_only_what_its_room_may(name: str) -> None:
    if name == "handsight":  # the lazy table of public names
        return
    room = max((room for room in ALLOWED if within(name, room)), key=len, default=None)
    assert room, f"{name} stands in no room of the design"
    for imported in imports(MODULES[name]):
        if within(imported, "handsight"):
            assert any(within(imported, a) for a in (room, *ALLOWED[room])), f"{name} may not import {imported}"
        top = imported.split(".")[0]
        assert name in HEAVY.get(top, (name,)), f"{top} is imported in {HEAVY[top]} alone, not in {name}"
        if imported in TORCH[1:]:
            assert name in TORCH, f"{imported} loads torch, and is imported through {TORCH[0]} alone, not by {name}"


def test_nothing_of_the_package_imports_tests_or_benchmarks() -> None:
    for path in MODULES.values():
        assert not any(
            within(i, top)
            for i in imports(path)
            for top in ("tests", "benchmarks", "agent", "devices", "tools", "prompts")
        )


def test_the_listed_packages_are_the_folders() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed = set(config["tool"]["setuptools"]["packages"])
    folders = {name for name, path in MODULES.items() if path.name == "__init__.py"}
    assert listed == folders


def test_no_module_is_longer_than_250_lines() -> None:
    long = {
        name: n for name, path in MODULES.items() if (n := len(path.read_text(encoding="utf-8").splitlines())) > 250
    }
    assert not long


def test_importing_handsight_loads_nothing_of_others_and_leaves_no_trace() -> None:
    code = "import sys; before = set(sys.modules); import handsight; print(*sorted(set(sys.modules) - before))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in run.stdout.split()}
    assert loaded - set(sys.stdlib_module_names) == {"handsight"}
    assert run.stderr == ""


def test_every_public_name_can_be_had() -> None:
    import handsight

    for name in handsight.__all__:
        assert getattr(handsight, name) is not None
    assert set(handsight.__all__) == set(dir(handsight))
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        handsight.nonsense  # noqa: B018


def test_the_error_tree_is_the_one_drawn_in_its_docstring() -> None:
    from handsight import errors

    drawn = errors.__doc__ or ""
    for name, value in vars(errors).items():
        if isinstance(value, type) and value.__module__ == "handsight.errors":
            assert name in drawn, f"{name} is missing from the drawn tree"
            assert value.__doc__, f"{name} needs a docstring"
