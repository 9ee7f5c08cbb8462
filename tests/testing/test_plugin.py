"""The plugin in real nested runs of pytest, each in a process of its own, as a user's tests are run."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

from handsight import VirtualPhone
from handsight.store import load

PHONE = """
def test_dark_theme_is_off_at_first(hand):
    hand.open("Settings")
    hand.tap("Display")
    hand.check("Dark theme", on=False)
"""
DESKTOP = """
def test_the_calculator_multiplies(desktop):
    hand = desktop("galculator")
    for key in "7*8=":
        hand.tap(f'"{key}"')
    hand.check("56")
"""
needs_display = pytest.mark.skipif(
    not all(map(shutil.which, ("Xvfb", "openbox", "galculator"))), reason="apt-get install xvfb openbox galculator"
)


@pytest.fixture
def user(pytester: pytest.Pytester) -> pytest.Pytester:
    """The folder of a user who has handsight and pytest, and a phone whose transitions are off, for speed."""
    pytester.makeconftest(
        """
        import pytest

        @pytest.fixture
        def still(phone):
            phone.settings["global"]["transition_animation_scale"] = "0"
        """
    )
    return pytester


def run(user: pytest.Pytester, *words: str) -> pytest.RunResult:
    return user.runpytest_subprocess("-W", "error", "-p", "no:cacheprovider", *words, timeout=100)


def records(folder: Path) -> list[str]:
    return sorted(str(path.parent.relative_to(folder)) for path in folder.rglob("run.jsonl"))


@needs_display
def test_a_test_of_five_lines_works_a_phone_and_another_one_a_desktop(user: pytest.Pytester) -> None:
    assert all(len(code.strip().splitlines()) <= 5 for code in (PHONE, DESKTOP))
    user.makepyfile(test_phone=PHONE, test_desktop=DESKTOP)
    run(user, "--handsight-runs", "runs").assert_outcomes(passed=2)
    assert records(user.path / "runs") == [
        "test_desktop.py/test_the_calculator_multiplies",
        "test_phone.py/test_dark_theme_is_off_at_first",
    ]
    record = load(user.path / "runs/test_phone.py/test_dark_theme_is_off_at_first")
    assert record.task == "test_phone.py::test_dark_theme_is_off_at_first"
    assert record.outcome
    assert record.outcome.kind == "claimed"
    assert len(list(user.path.rglob("report.html"))) == 2
    assert not list(user.path.rglob("failed-*.png"))


def test_each_test_has_a_new_phone_and_an_adb_server_of_its_own_also_on_two_workers(user: pytest.Pytester) -> None:
    user.makepyfile(
        test_it="""
        import json, os, pytest

        @pytest.mark.parametrize("number", range(4))
        def test_new(hand, phone, still, number, request):
            assert phone.settings["global"]["wifi_on"] == "1"
            hand.open("Settings")
            phone.settings["global"]["wifi_on"] = "0"
            mine = [os.environ["PYTEST_XDIST_WORKER"], phone.serial, phone.address, hand.device.link.server.port]
            (request.config.rootpath / f"{number}.json").write_text(json.dumps(mine))
        """
    )
    run(user, "-n", "2", "--handsight-runs", "runs").assert_outcomes(passed=4)
    told = [json.loads((user.path / f"{number}.json").read_text()) for number in range(4)]
    assert len({serial for _, serial, _, _ in told}) == 4
    one, other = ({place for worker, _, *places in told if worker == gw for place in places} for gw in ("gw0", "gw1"))
    assert one
    assert other
    assert not one & other
    assert records(user.path / "runs") == [f"test_it.py/test_new[{number}]" for number in range(4)]


FAILING = """
import pytest

def test_assertion(hand, phone, still):
    hand.open("Settings")
    assert phone.dark, "it is light"

def test_call(hand, still):
    hand.timeout_s = 0.3
    hand.open("Settings")
    hand.check("Nothing like it")

def test_no_more(hand, still):
    pytest.fail("no more")

@pytest.mark.xfail
def test_known(hand, still):
    assert False

def test_skipped(hand, still):
    pytest.skip("not now")

@pytest.fixture
def opened(hand, still):
    hand.timeout_s = 0.3
    hand.tap("Nowhere")

def test_fixture(opened):
    pass

@pytest.fixture
def left(hand, still):
    yield
    assert not hand.shows("Settings")

def test_end(left, hand):
    hand.open("Settings")
"""


def test_a_failed_test_shows_what_the_screen_showed_to_whoever_reports_on_tests(user: pytest.Pytester) -> None:
    user.makepyfile(test_it=FAILING)
    ran = run(user, "--handsight-runs", "runs", "--junitxml", "junit.xml", "--html", "out/page.html", "-n", "2")
    ran.assert_outcomes(failed=3, passed=1, errors=2, xfailed=1, skipped=1)
    said, runs = ran.stdout.str(), user.path / "runs" / "test_it.py"
    for test, picture in (
        ("test_assertion", "failed-002.png"),
        ("test_call", "failed-002.png"),
        ("test_no_more", "failed-001.png"),
        ("test_fixture", "failed-001.png"),
    ):
        assert f"picture: {runs / test / picture}\nreport: {runs / test / 'report.html'}" in said
        with Image.open(runs / test / picture) as shown:
            assert shown.width == 1080
            assert shown.height > 2400
        record = load(runs / test)
        assert record.outcome
        assert record.outcome.kind == "failed"
    assert said.count("picture: ") == 4  # none of what was expected or skipped
    assert f"report: {runs / 'test_end' / 'report.html'}" in said
    assert "it is light" in (runs / "test_assertion" / "report.html").read_text()
    assert 'hand.check("Nothing like it")\nE       handsight.errors.CheckFailed' in said
    assert "looking.py" not in said

    cases = {case.get("name"): case for case in ElementTree.parse(user.path / "junit.xml").iter("testcase")}
    told = {p.get("name"): p.get("value") for p in cases["test_call"].iter("property")}
    assert told == {
        "handsight_picture": str(runs / "test_call" / "failed-002.png"),
        "handsight_report": str(runs / "test_call" / "report.html"),
    }
    assert not list(cases["test_known"].iter("property"))
    page = (user.path / "out" / "page.html").read_text()
    assert "../runs/test_it.py/test_call/report.html" in page
    assert len(list((user.path / "out").rglob("*.png"))) == 4


def test_the_whole_traceback_is_there_for_the_asking(user: pytest.Pytester) -> None:
    user.makepyfile("def test_it(hand):\n    hand.timeout_s = 0.1\n    hand.tap('Nowhere')\n")
    ran = run(user, "--full-trace")
    ran.assert_outcomes(failed=1)
    assert "steps.py" in ran.stdout.str()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--handsight-device", "virtual:800"], "ERROR: a virtual phone is written as *; '800' is none of these"),
        (["--handsight-device", ""], "ERROR: a device is *; none was named"),
        (["--handsight-model", "nonsense"], "ERROR: no model is called 'nonsense'; *"),
    ],
)
def test_wrong_words_end_the_run_before_any_test(user: pytest.Pytester, words: list[str], said: str) -> None:
    user.makepyfile(PHONE)
    ran = run(user, *words)
    assert ran.ret == pytest.ExitCode.USAGE_ERROR
    ran.stderr.fnmatch_lines([said])


def test_a_device_that_cannot_be_opened_is_an_error_of_one_sentence(user: pytest.Pytester, nobody: str) -> None:
    user.makepyfile(PHONE)
    ran = run(user, "--handsight-device", nobody)
    ran.assert_outcomes(errors=1)
    assert nobody in ran.stdout.str()
    assert "Traceback" not in ran.stdout.str()
    assert "wiring" not in ran.stdout.str()


def test_a_test_of_a_desktop_is_skipped_where_there_is_no_display_for_it(
    user: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    user.makepyfile(DESKTOP)
    monkeypatch.setenv("PATH", "/nowhere")
    ran = run(user, "-rs")
    ran.assert_outcomes(skipped=1)
    ran.stdout.fnmatch_lines(["*no Xvfb for a private display: apt install xvfb openbox"])
    ran = run(user, "--handsight-device", "private:galculator", str(user.makepyfile(test_hand=PHONE)))
    ran.assert_outcomes(errors=1)  # what was asked for is not passed over
    ran.stdout.fnmatch_lines(["*a private display needs Xvfb*apt install xvfb"])


@needs_display
def test_a_display_is_new_in_each_test_and_the_process_finds_its_own_again(user: pytest.Pytester) -> None:
    user.makepyfile(
        """
        import os
        import pytest

        seen = set()

        @pytest.mark.parametrize("number", [1, 2])
        def test_new(desktop, number):
            hand = desktop("320x240,sleep 60")
            hand.device.screenshot()
            assert os.environ["XAUTHORITY"] not in seen
            seen.add(os.environ["XAUTHORITY"])

        def test_after():
            assert os.environ["DISPLAY"] == ":77"
            assert "XAUTHORITY" not in os.environ

        def test_no_such_program(desktop):
            desktop("no-such-program")
        """
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISPLAY", ":77")
        patch.delenv("XAUTHORITY", raising=False)
        ran = run(user)
    ran.assert_outcomes(passed=3, failed=1)
    ran.stdout.fnmatch_lines(["E *there is no program 'no-such-program' to start"])
    assert "display.py" not in ran.stdout.str()


def test_a_phone_at_an_address_is_worked_from_its_home_screen_and_not_looked_into(user: pytest.Pytester) -> None:
    user.makepyfile(
        test_it="""
        def test_first(hand):
            hand.open("Clock")

        def test_second(hand):
            hand.open("Settings")
            hand.press("home")

        def test_inside(hand, phone):
            pass
        """
    )
    with VirtualPhone() as phone:
        phone.launch(phone.app("Notes").package)
        run(user, "--handsight-device", phone.address, "--handsight-runs", "runs").assert_outcomes(passed=2, skipped=1)
        ran = run(user, "--handsight-device", phone.address, "-n", "2", "-k", "first")
    ran.assert_outcomes(errors=1)
    ran.stdout.fnmatch_lines(["2 workers would touch one and the same device, *--handsight-device virtual"])
    for name in ("test_first", "test_second"):
        screen = load(user.path / "runs" / "test_it.py" / name).steps[0].screen
        assert screen
        assert "launcher" in screen.app


def test_an_ini_file_says_the_same_and_the_command_line_overrides_it(user: pytest.Pytester) -> None:
    user.makeini("[pytest]\nhandsight_device = virtual:720x1280,zh\nhandsight_runs = kept\nhandsight_model = reader\n")
    user.makepyfile(
        test_it="""
        def test_it(hand, phone, request):
            chinese = request.config.getoption("handsight_device") is None
            assert (phone.size, phone.language) == ((720, 1280), "zh" if chinese else "en")
            assert hand.run("check 设置 is shown" if chinese else "check Settings is shown").ok
        """
    )
    (user.path / "inner").mkdir()
    run(user).assert_outcomes(passed=1)
    assert records(user.path) == ["kept/test_it.py/test_it"]
    run(user, "--handsight-device", "virtual:720x1280", "--handsight-runs", "other").assert_outcomes(passed=1)
    assert records(user.path) == ["kept/test_it.py/test_it", "other/test_it.py/test_it"]


def test_what_a_hand_works_and_keeps_secret_is_the_users_to_say(user: pytest.Pytester) -> None:
    user.makepyfile(
        test_it="""
        import pytest
        from handsight import VirtualPhone
        from handsight.devices.android import open_virtual

        @pytest.fixture
        def handsight_secrets():
            return ["hunter2"]

        @pytest.mark.parametrize("handsight_device", ["virtual:zh", "virtual:dark"])
        def test_words(phone, handsight_device):
            assert (phone.language == "zh") is (handsight_device == "virtual:zh")

        class TestMine:
            @pytest.fixture
            def handsight_device(self):
                device = open_virtual(VirtualPhone(name="mine"))
                yield device
                assert device.phone.awake  # it is closed by whoever opened it
                device.close()

            def test_own(self, hand, phone):
                assert phone.name == "mine"
                hand.open("Notes")
                hand.tap("New note")
                hand.type("hunter2", into="Title")
        """
    )
    run(user, "--handsight-runs", "runs").assert_outcomes(passed=3)
    record = (user.path / "runs/test_it.py/TestMine/test_own/run.jsonl").read_text()
    assert "type_text" in record
    assert "hunter2" not in record


def test_prepared_replies_begin_anew_in_each_test(user: pytest.Pytester) -> None:
    (user.path / "replies.txt").write_text("three")
    user.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("number", [1, 2])
        def test_asked(hand, number):
            assert hand.ask("How many?") == "three"
        """
    )
    run(user, "--handsight-model", "scripted:replies.txt").assert_outcomes(passed=2)


def test_a_run_that_uses_none_of_it_loads_none_of_it(user: pytest.Pytester) -> None:
    user.makepyfile(
        """
        import sys

        def test_it():
            ours = {name for name in sys.modules if name.partition(".")[0] == "handsight"}
            assert ours == {"handsight", "handsight.testing", "handsight.testing.plugin"}
            assert not {"PIL", "pydantic", "jinja2", "numpy"} & {name.partition(".")[0] for name in sys.modules}
        """
    )
    run(user, "-p", "no:html").assert_outcomes(passed=1)


def test_handsight_itself_needs_no_pytest() -> None:
    code = "import sys; sys.modules['pytest'] = None; import handsight.cli, handsight.hand.opening, handsight.testing"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_fixtures_and_options_say_what_they_are(user: pytest.Pytester) -> None:
    ran = run(user, "--fixtures")
    ran.stdout.fnmatch_lines_random(["hand -- *", "phone -- *", "desktop -- *", "handsight_device -- *"])
    ran = run(user, "--help")
    ran.stdout.fnmatch_lines_random(
        ["*--handsight-device=DEVICE", "*--handsight-model=MODEL", "*--handsight-runs=DIR*"]
    )
    ran.stdout.fnmatch_lines_random(["*handsight_device (string):*", "*handsight_runs (string):*"])
