"""What can be typed: the commands, their options and their help. Each one's work stands in a module of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from handsight.cli.check import check
from handsight.cli.codes import CALL_ENDS, ENDS
from handsight.cli.connect import connect
from handsight.cli.demo import demo
from handsight.cli.desktop import desktop
from handsight.cli.mcp import serve
from handsight.cli.options import (
    Allow,
    AllowPrivate,
    Apps,
    Cache,
    Cached,
    Calibrate,
    Deny,
    Device,
    Dialect,
    Json,
    JsonObject,
    MaxTokens,
    Mcp,
    Model,
    ScreenBudget,
    ScreenCost,
    ScreenSize,
    ScreenTokens,
    Spoken,
    ToolFiles,
)
from handsight.cli.phone import phone
from handsight.cli.play import ENDS as PLAY_ENDS
from handsight.cli.play import play
from handsight.cli.record import record
from handsight.cli.replay import ENDS as REPLAY_ENDS
from handsight.cli.replay import replay
from handsight.cli.tools import tools

WrongUsage: Any = typer.BadParameter.__mro__[1]  # the parser's own error, for which typer has no public name
assert WrongUsage.__name__ == "UsageError"

app = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Looks at a screen and works it: phones, desktops and devices of your own, by a vision-language model.",
)


@app.callback(invoke_without_command=True)
def handsight(
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
) -> None:
    if version:
        from handsight import __version__

        print(f"handsight {__version__}")
        raise typer.Exit


@app.command(epilog=ENDS)
def run(
    task: Annotated[str, typer.Argument(help="What is to be done, in your own words.", show_default=False)] = "",
    device: Device = None,
    model: Model = None,
    dialect: Dialect = None,
    tools: ToolFiles = [],  # noqa: B006
    mcp: Mcp = None,
    allow: Allow = [],  # noqa: B006
    deny: Deny = [],  # noqa: B006
    apps: Apps = [],  # noqa: B006
    screen_tokens: ScreenCost = None,
    constrain: Annotated[
        bool, typer.Option("--constrain", help="Hold a checkpoint in this process to the calls there are.")
    ] = False,
    marks: Annotated[
        bool, typer.Option("--marks", help="Number what can be tapped on the screenshots; the model may name a number.")
    ] = False,
    cached: Cached = False,
    cache: Cache = None,
    max_steps: Annotated[int, typer.Option(help="End the run after so many steps.")] = 50,
    max_seconds: Annotated[float, typer.Option(help="End the run after so many seconds.")] = 1800,
    run_folder: Annotated[
        Path | None, typer.Option(help="Where to record the run.", show_default="runs/TIME_TASK")
    ] = None,
    resume: Annotated[
        Path | None, typer.Option(help="Go on with the run recorded in this folder.", metavar="RUN")
    ] = None,
    as_json: Json = False,
) -> int:
    """Carry out a task and record it."""
    from handsight.cli import run as running
    from handsight.cli.console import show
    from handsight.loop import Limits

    given: dict[str, Any] = dict(
        device=device,
        model=model,
        dialect=dialect,
        tools=tools,
        mcp=mcp,
        allow=allow,
        deny=deny,
        apps=apps,
        screen_tokens=screen_tokens,
        constrain=constrain or None,
        marks=marks or None,
        cached=cached or None,
        cache=cache,
    )
    said = {name: value for name, value in given.items() if value not in (None, [])}
    limits = Limits(max_steps, max_seconds)
    if resume is None:
        return running.begin(task, running.Words(**said), limits, show(as_json=as_json), run_folder)
    if task or run_folder:
        raise typer.BadParameter(
            "--resume goes on with the recorded task in its folder: leave TASK and --run-folder out"
        )
    return running.go_on(resume, said, limits, show(as_json=as_json))


@app.command(epilog=ENDS)
def ask(
    question: Annotated[str, typer.Argument(help="What you would like to know.", show_default=False)],
    sources: Annotated[
        list[str], typer.Argument(metavar="[FILE|URL]...", help="Pictures and videos.", show_default=False)
    ] = [],  # noqa: B006
    device: Annotated[str | None, typer.Option(help="Look at the screen of this device.")] = None,
    model: Model = None,
    json_schema: Annotated[Path | None, typer.Option(help="Answer in JSON that fits the schema in this file.")] = None,
    constrain: Annotated[
        bool, typer.Option("--constrain", help="Hold a checkpoint in this process to that schema.")
    ] = False,
    start: Annotated[float | None, typer.Option(help="Begin a video at this second.")] = None,
    end: Annotated[float | None, typer.Option(help="End a video at this second.")] = None,
    screen_tokens: ScreenTokens = None,
    max_tokens: MaxTokens = None,
    allow_private: AllowPrivate = False,
    as_json: JsonObject = False,
) -> int:
    """Ask one question about pictures, videos or a device's screen."""
    from handsight.cli.ask import Question, answer

    given: dict[str, Any] = dict(
        model=model, schema=json_schema, start_s=start, end_s=end, screen_tokens=screen_tokens, max_tokens=max_tokens
    )
    said = {name: value for name, value in given.items() if value is not None}
    return answer(
        Question(question, sources, device, allow_private=allow_private, constrain=constrain, **said), as_json=as_json
    )


@app.command(epilog=ENDS)
def chat(
    model: Model = None,
    device: Annotated[str | None, typer.Option(help="Whose screen /screen looks at.")] = None,
    screen_tokens: ScreenTokens = None,
    max_tokens: MaxTokens = None,
    allow_private: AllowPrivate = False,
    chat_folder: Annotated[Path | None, typer.Option(help="Where to record it.", show_default="chats/TIME")] = None,
    resume: Annotated[
        Path | None, typer.Option(help="Go on with the chat recorded in this folder.", metavar="CHAT")
    ] = None,
) -> int:
    """Converse with a model about pictures, videos and a device's screen."""
    from handsight.cli import chat as chatting

    given: dict[str, Any] = dict(
        model=model,
        device=device,
        screen_tokens=screen_tokens,
        max_tokens=max_tokens,
        allow_private=allow_private or None,
    )
    said = {name: value for name, value in given.items() if value is not None}
    if resume is None:
        return chatting.begin(chatting.Words(**said), chat_folder)
    if chat_folder:
        raise typer.BadParameter("--resume goes on in the folder of the chat: leave --chat-folder out")
    return chatting.go_on(resume, said)


app.command(epilog=PLAY_ENDS)(play)
app.command(epilog=REPLAY_ENDS)(replay)
app.command()(record)
app.command(epilog=CALL_ENDS)(tools)


@app.command()
def devices() -> None:
    """List what can be worked."""
    from handsight.cli.listing import devices

    devices()


app.command()(connect)
app.command()(phone)
app.command()(desktop)
app.command()(check)
app.command("mcp")(serve)


@app.command()
def report(
    folder: Annotated[
        Path, typer.Argument(metavar="RUN", help="The folder of a run, over or not.", show_default=False)
    ],
    open_it: Annotated[bool, typer.Option("--open", help="Show it in the browser.")] = False,
) -> None:
    """Write a run's report: one HTML file that shows every step."""
    from handsight.view.report import write_report

    path = write_report(folder)
    print(path)
    if open_it:
        typer.launch(str(path.resolve()))


@app.command()
def doctor(
    model: Spoken = None,
    calibrate: Calibrate = None,
    dialect: Dialect = None,
    screen_tokens: ScreenBudget = 1280,
    size: ScreenSize = "1080x2400",
    as_json: JsonObject = False,
) -> int:
    """Look at what is installed and within reach, and say how to mend what is missing."""
    from handsight.cli.doctor import consult

    return consult(model, calibrate, dialect, screen_tokens, size, as_json=as_json)


app.command()(demo)
