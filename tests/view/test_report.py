"""The report shows what is in the record: everything, escaped, in one file that loads nothing."""

import base64
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from handsight.errors import BadRecord, Denied
from handsight.store import RECORD, Store
from handsight.types import Outcome, Prompt, Reply, Screen, Step, ToolCall, ToolResult, Trajectory, Verdict
from handsight.view.report import MAX_SIDE_PX, render, write_report

EVIL = "<script>alert('x')</script>\"><img src=http://evil.example/a.png onerror=alert(1)>"
SIZE = (1080, 2400)


class Page(HTMLParser):
    """What a browser would take from a page: tags with their attributes, and the text that can be read."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


class Run:
    """Writes a record step by step."""

    def __init__(self, folder: Path, task: str = "open Settings", **about: str) -> None:
        self.store, self.trajectory = Store.create(folder, task, dict(about)), Trajectory(task)

    def step(
        self,
        call: ToolCall,
        result: str | None = "Done.",
        problem: Exception | None = None,
        image: Image.Image | None = None,
        reply: str = "reply",
        risk: str = "",
        rest: tuple[ToolCall, ...] = (),
    ) -> Step:
        step = self.trajectory.add_step()
        image = image or Image.new("RGB", SIZE, "navy")
        step.screen = Screen(image, "com.example", timing={"settle": 0.2, "capture": 0.01})
        step.prompt, step.reply, step.call, step.rest = Prompt(()), Reply(reply, 1200, 30), call, rest
        step.verdict = Verdict("deny" if isinstance(problem, Denied) else "allow", "a rule allows exactly this", risk)
        step.acting = problem is None
        self.store(step, self.trajectory)
        step.result = ToolResult(result, seconds=0.05) if result and not problem else None
        step.problem = problem
        if step.result or step.problem:
            step.over = True
            self.store(step, self.trajectory)
        return step

    def end(self, outcome: Outcome) -> None:
        self.trajectory.outcome = outcome
        step = self.trajectory.add_step()
        step.over = True
        self.store(step, self.trajectory)


@pytest.fixture
def begin() -> Iterator[type[Run]]:
    """Run, each of whose records is closed at the end."""
    begun: list[Run] = []

    class Closed(Run):
        def __init__(self, *args: Any, **about: str) -> None:
            super().__init__(*args, **about)
            begun.append(self)

    yield Closed
    for run in begun:
        run.store.close()


TAP = ToolCall("tap", {"at": [540, 800]}, "the gear")


def test_a_report_shows_the_task_each_step_and_the_outcome(tmp_path: Path, begin: type[Run]) -> None:
    run = begin(tmp_path, "turn on dark theme", device="a virtual phone", model="reader")
    run.step(TAP, "Tapped (540, 800).")
    run.step(ToolCall("tap", {"at": [1, 2]}), problem=Denied("a rule forbids tap 'Pay now'"))
    run.step(ToolCall("type_text", {"text": "日本語"}), "Typed 3 characters.", risk="type_text is marked as risky")
    run.end(Outcome("verified", "dark it is", answer="42"))
    text = Page(render(tmp_path)).text
    for words in (
        "done, and verified",
        "turn on dark theme",
        "dark it is",
        "42",
        "a virtual phone",
        "reader",
        "tap (540, 800)",
        "the gear",
        "Tapped (540, 800).",
        "a rule forbids tap 'Pay now'",
        'type_text "日本語"',
        "allowed (type_text is marked as risky): a rule allows exactly this",
        "3,690",
        "settle 200 ms",
        "act 50 ms",
        "other",
    ):
        assert words in text, words


def test_of_several_calls_in_a_reply_the_first_bears_its_words(tmp_path: Path, begin: type[Run]) -> None:
    run = begin(tmp_path / "run")
    wait = ToolCall("wait", {"seconds": 1}, "Both at once.")
    run.step(ToolCall("tap", {"at": [1, 2]}, "Both at once."), rest=(wait,))
    follows = run.trajectory.add_step()
    follows.screen, follows.call = Screen(Image.new("RGB", SIZE)), wait
    follows.acting, follows.result, follows.over = True, ToolResult("Waited."), True
    run.store(follows, run.trajectory)
    text = Page(render(tmp_path / "run")).text
    assert text.count("Both at once.") == 1
    assert text.count("of the same reply") == 1


def test_what_stands_in_task_reply_and_results_is_text_and_nothing_else(tmp_path: Path, begin: type[Run]) -> None:
    run = begin(tmp_path, EVIL, device=EVIL, model=EVIL)
    run.step(ToolCall("note", {EVIL: EVIL, "other": [EVIL]}, EVIL), EVIL, reply=EVIL, risk=EVIL)
    run.step(TAP, problem=Denied(EVIL))
    run.end(Outcome("failed", EVIL, answer=EVIL))
    run.store.note("error", message=EVIL)
    page = Page(render(tmp_path))
    assert len(page.all("script")) == 1  # that of the film strip
    assert all("onerror" not in attributes for _, attributes in page.tags)
    assert page.text.count("<script>alert('x')</script>") >= 10


def test_a_report_loads_nothing_from_anywhere(tmp_path: Path, begin: type[Run]) -> None:
    begin(tmp_path).step(TAP)
    page = Page(render(tmp_path))
    (policy,) = [m["content"] for m in page.all("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    assert policy == "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    assert all((image["src"] or "").startswith("data:image/webp;base64,") for image in page.all("img"))
    assert all((link["href"] or "").startswith("#") for link in page.all("a"))
    assert not page.all("link")
    assert not re.search(r"url\(|@import", render(tmp_path))


def test_each_screenshot_is_embedded_small_and_true_to_the_screen(tmp_path: Path, begin: type[Run]) -> None:
    begin(tmp_path).step(TAP, image=Image.new("RGB", SIZE, (200, 40, 90)))
    (image,) = Page(render(tmp_path)).all("img")
    data = base64.b64decode((image["src"] or "").split(",")[1])
    with Image.open(BytesIO(data)) as shot:
        assert shot.size == (540, MAX_SIDE_PX)
        assert shot.convert("RGB").getpixel((270, 600)) == pytest.approx((200, 40, 90), abs=4)


def test_fifty_noisy_steps_stay_under_fifteen_megabytes(tmp_path: Path, begin: type[Run]) -> None:
    noisy = Image.effect_noise((1080, 1200), 40).convert("RGB")
    screen = Image.new("RGB", SIZE, "white")
    screen.paste(noisy, (0, 600))
    run = begin(tmp_path)
    for _ in range(3):
        run.step(TAP, image=screen)
    assert write_report(tmp_path).stat().st_size * 50 / 3 < 15e6


def test_the_touched_place_is_marked_where_it_was_touched(tmp_path: Path, begin: type[Run]) -> None:
    begin(tmp_path).step(TAP)
    page = Page(render(tmp_path))
    (drawing,) = page.all("svg")
    assert drawing["viewbox"] == "0 0 1080 2400"
    assert {(c["cx"], c["cy"]) for c in page.all("circle")} == {("540", "800")}


def test_a_swipe_is_marked_from_start_to_end(tmp_path: Path, begin: type[Run]) -> None:
    begin(tmp_path).step(ToolCall("swipe", {"start": [500, 1800], "end": [510, 600], "seconds": 0.3}))
    page = Page(render(tmp_path))
    assert all((path["d"] or "").startswith("M500 1800L510 600M") for path in page.all("path"))
    assert page.all("path")
    assert "swipe (500, 1800) → (510, 600) seconds=0.3" in page.text


@pytest.mark.parametrize(
    "arguments", [{"at": [5000, 10]}, {"at": [-1, 10]}, {"at": "here"}, {"at": [True, False]}, {"n": 3}, {}]
)
def test_what_is_no_place_on_the_screen_is_not_marked(
    tmp_path: Path, arguments: dict[str, object], begin: type[Run]
) -> None:
    begin(tmp_path).step(ToolCall("tap", arguments))
    assert not Page(render(tmp_path)).all("svg")


def test_a_run_that_is_not_over_has_a_report_too(tmp_path: Path, begin: type[Run]) -> None:
    run = begin(tmp_path)
    run.step(TAP)
    run.step(TAP, result=None)
    text = Page(render(tmp_path)).text
    assert "unfinished" in text
    assert text.count("it is not known whether this was carried out") == 1
    run.store.note("error", message="the phone is gone")
    assert "It broke off: the phone is gone" in Page(render(tmp_path)).text


def test_a_run_without_a_step_has_a_report(tmp_path: Path, begin: type[Run]) -> None:
    begin(tmp_path)
    assert "No step was taken." in Page(render(tmp_path)).text


@pytest.mark.parametrize("damage", ["gone", "cut"])
def test_a_report_is_written_without_a_picture_that_is_gone_or_cut(
    tmp_path: Path, damage: str, begin: type[Run]
) -> None:
    run = begin(tmp_path)
    run.step(TAP)
    run.step(TAP)
    picture = tmp_path / "0001.png"
    if damage == "gone":
        picture.unlink()
    else:
        picture.write_bytes(picture.read_bytes()[:300])
    page = Page(render(tmp_path))
    assert [image["alt"] for image in page.all("img") if image["alt"]] == ["the screen at step 2"]
    assert "the screenshot is gone" in page.text


def test_a_report_is_written_whole_and_named_after_what_it_is(tmp_path: Path, begin: type[Run]) -> None:
    begin(tmp_path).step(TAP)
    path = write_report(tmp_path)
    assert path == tmp_path / "report.html"
    assert path.read_text("utf-8") == render(tmp_path)
    assert sorted(p.suffix for p in tmp_path.iterdir()) == [".html", ".jsonl", ".png"]


def test_there_is_no_report_of_what_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(BadRecord, match=f"{RECORD} cannot be read"):
        write_report(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_report_that_cannot_be_written_is_one_clear_sentence(tmp_path: Path, begin: type[Run]) -> None:
    begin(tmp_path).step(TAP)
    (tmp_path / "report.html").mkdir()
    with pytest.raises(BadRecord, match="cannot be written"):
        write_report(tmp_path)
