"""Commands on text: echo, grep, head, tail, wc, base64."""

from __future__ import annotations

import base64 as base64_codec
import binascii
import re

from handsight.devices.virtual.shell.commands.process import Process, Result


def echo(args: list[str], process: Process) -> Result:
    """Print the arguments; `-n` leaves the newline out and `-e` reads \\n and \\t."""
    options = set()
    while args and re.fullmatch("-[neE]+", args[0]):
        options |= set(args[0][1:])
        args = args[1:]
    text = " ".join(args)
    if "e" in options:
        text = text.replace("\\n", "\n").replace("\\t", "\t")
    return Result(text if "n" in options else text + "\n")


def grep(args: list[str], process: Process) -> Result:
    """Print the lines that match; options i v c q o E F n e."""
    options: set[str] = set()
    while args and args[0].startswith("-") and len(args[0]) > 1:
        options |= set(args[0][1:])
        args = args[1:]
    if not args:
        return Result(err="grep: no REGEX\n", code=2)
    pattern, names = args[0], args[1:]
    text = b"".join(process.file(name) for name in names) if names else process.read(None)
    try:
        wanted = re.compile(_python_regex(pattern, options), re.IGNORECASE if "i" in options else 0)
    except re.error as problem:
        return Result(err=f"grep: bad REGEX: {pattern}: {problem}\n", code=2)
    lines = list(enumerate(text.decode("utf-8", "surrogateescape").splitlines(), start=1))
    hits = [(number, line) for number, line in lines if bool(wanted.search(line)) != ("v" in options)]
    if "q" in options:
        out = ""
    elif "c" in options:
        out = f"{len(hits)}\n"
    elif "o" in options:
        out = "".join(f"{found[0]}\n" for _, line in hits for found in wanted.finditer(line) if found[0])
    else:
        out = "".join(f"{number}:{line}\n" if "n" in options else f"{line}\n" for number, line in hits)
    return Result(out.encode("utf-8", "surrogateescape"), code=int(not hits))


def _python_regex(pattern: str, options: set[str]) -> str:
    """Write a grep pattern the way Python reads it: in a basic one \\| means or, and a bare | + ? ( ) { is itself."""
    if "F" in options:
        return re.escape(pattern)
    if "E" in options:
        return pattern
    return re.sub(r"\\?[|+?(){}]", lambda found: found[0][1:] if found[0][0] == "\\" else "\\" + found[0], pattern)


def head(args: list[str], process: Process) -> Result:
    """Print the first lines: `-n 5`, `-5`, or ten."""
    lines, count = _lines_and_count(args, process)
    return Result(b"".join(lines[:count]))


def tail(args: list[str], process: Process) -> Result:
    """Print the last lines: `-n 5`, `-5`, or ten."""
    lines, count = _lines_and_count(args, process)
    return Result(b"".join(lines[max(len(lines) - count, 0) :]))


def _lines_and_count(args: list[str], process: Process) -> tuple[list[bytes], int]:
    count = re.search(r"(?:^|\s)-(?:n\s*)?(\d+)", " ".join(args))
    names = [arg for arg in args if not arg.startswith("-") and not arg.isdecimal()]
    data = process.file(names[0]) if names else process.read(None)
    return data.splitlines(keepends=True), int(count[1]) if count else 10


def wc(args: list[str], process: Process) -> Result:
    """Count lines, words and bytes; or only those that `-l -w -c` ask for."""
    options = "".join(arg[1:] for arg in args if arg.startswith("-"))
    names = [arg for arg in args if not arg.startswith("-")]
    data = process.file(names[0]) if names else process.read(None)
    counts = {"l": data.count(b"\n"), "w": len(data.split()), "c": len(data)}
    wanted = [str(counts[letter]) for letter in "lwc" if letter in options or not options]
    return Result(" ".join(wanted + names[:1]) + "\n")


def base64(args: list[str], process: Process) -> Result:
    """Encode, in lines of 76 characters (`-w 0`: one line), or decode with `-d`."""
    names = [arg for arg in args if not arg.startswith("-") and arg != "0"]
    data = process.file(names[0]) if names else process.read(None)
    if "-d" in args:
        try:
            return Result(base64_codec.b64decode(data))
        except binascii.Error:
            return Result(err="base64: bad input\n", code=1)
    return Result(base64_codec.b64encode(data) if {"-w", "-w0"} & set(args) else base64_codec.encodebytes(data))


COMMANDS = {"echo": echo, "grep": grep, "head": head, "tail": tail, "wc": wc, "base64": base64}
