"""Commands on files: ls, cat, mkdir, rm, cp, mv, touch, stat and checksums."""

from __future__ import annotations

import hashlib
import posixpath
import stat as modes
import time
from collections.abc import Callable

from handsight.devices.virtual.files import Entry
from handsight.devices.virtual.shell.commands.process import Process, Result


def ls(args: list[str], process: Process) -> Result:
    options, names = _split_options(args)
    files, lines, problems = process.phone.files, [], []
    folders = []
    for name in names or ["."]:
        try:
            entry = files.stat(process.path(name))
        except OSError as problem:
            problems.append(f"ls: {name}: {problem.strerror}\n")
            continue
        if entry.is_folder and "d" not in options:
            folders.append(name)
        else:
            lines.append(_line(entry, name, options))
    for name in folders:
        entries = [e for e in files.list(process.path(name)) if "a" in options or not e.name.startswith(".")]
        if len(names) > 1:
            lines.append(f"{chr(10) if lines else ''}{name}:\n")
        if "l" in options:
            lines.append(f"total {sum(-(-entry.size // 4096) * 4 for entry in entries)}\n")
        lines += [_line(entry, entry.name, options) for entry in entries]
    return Result("".join(lines), "".join(problems), int(bool(problems)))


def _line(entry: Entry, name: str, options: set[str]) -> str:
    if "l" not in options:
        return f"{name}\n"
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(entry.mtime))
    return f"{modes.filemode(entry.mode)} {2 if entry.is_folder else 1} shell shell {entry.size:>8} {when} {name}\n"


def cat(args: list[str], process: Process) -> Result:
    if not args or args == ["-"]:
        return Result(process.read(None))
    parts, problems = [], []
    for name in args:
        try:
            parts.append(process.file(name))
        except OSError as problem:
            problems.append(f"cat: {name}: {problem.strerror}\n")
    return Result(b"".join(parts), "".join(problems), int(bool(problems)))


def mkdir(args: list[str], process: Process) -> Result:
    options, names = _split_options(args)
    if not names:
        return Result(err='mkdir: Needs 1 argument (see "mkdir --help")\n', code=1)

    def make(name: str) -> None:
        process.phone.files.mkdir(process.path(name), parents="p" in options)

    return _each(names, make, "mkdir: '{name}': {reason}\n")


def rm(args: list[str], process: Process) -> Result:
    options, names = _split_options(args)
    if not names and "f" not in options:
        return Result(err='rm: Needs 1 argument (see "rm --help")\n', code=1)

    def remove(name: str) -> None:
        try:
            process.phone.files.remove(process.path(name), recursive=bool(options & {"r", "R"}))
        except FileNotFoundError:
            if "f" not in options:
                raise

    return _each(names, remove, "rm: {name}: {reason}\n")


def touch(args: list[str], process: Process) -> Result:
    files = process.phone.files

    def write(name: str) -> None:
        path = process.path(name)
        if not files.is_folder(path):
            files.write(path, files.read(path) if files.exists(path) else b"")

    return _each(_split_options(args)[1], write, "touch: '{name}': {reason}\n")


def cp(args: list[str], process: Process) -> Result:
    files = process.phone.files

    def copy(source: str, target: str) -> None:
        files.write(target, files.read(source))

    return _to_target("cp", args, process, copy)


def mv(args: list[str], process: Process) -> Result:
    return _to_target("mv", args, process, process.phone.files.move)


def md5sum(args: list[str], process: Process) -> Result:
    return _checksum("md5", args, process)


def sha256sum(args: list[str], process: Process) -> Result:
    return _checksum("sha256", args, process)


def stat(args: list[str], process: Process) -> Result:
    """Print a file's size, or what `-c` asks for: %s size, %n name, %Y time of change, %a mode."""
    pattern = args[1] if args[:1] == ["-c"] and len(args) > 2 else "  File: %n\n  Size: %s\nModify: %Y"
    lines = []

    def describe(name: str) -> None:
        entry = process.phone.files.stat(process.path(name))
        values = {"%n": name, "%s": str(entry.size), "%Y": str(entry.mtime), "%a": f"{entry.mode & 0o7777:o}"}
        line = pattern
        for sign, value in values.items():
            line = line.replace(sign, value)
        lines.append(line + "\n")

    result = _each(args[2:] if args[:1] == ["-c"] else args, describe, "stat: '{name}': {reason}\n")
    return Result("".join(lines), result.err, result.code)


def _split_options(args: list[str]) -> tuple[set[str], list[str]]:
    """Part `-rf a b` into its letters and its names."""
    options = {letter for arg in args if arg.startswith("-") and arg != "-" for letter in arg[1:]}
    return options, [arg for arg in args if not arg.startswith("-") or arg == "-"]


def _each(names: list[str], act: Callable[[str], None], complaint: str) -> Result:
    """Do `act` to each name; those that fail are complained of, the others are done."""
    problems = []
    for name in names:
        try:
            act(name)
        except OSError as problem:
            problems.append(complaint.format(name=name, reason=problem.strerror))
    return Result(err="".join(problems), code=int(bool(problems)))


def _to_target(command: str, args: list[str], process: Process, act: Callable[[str, str], None]) -> Result:
    names = _split_options(args)[1]
    if len(names) < 2:
        return Result(err=f'{command}: Needs 2 arguments (see "{command} --help")\n', code=1)
    target = process.path(names[-1])
    into_folder = process.phone.files.is_folder(target)
    if len(names) > 2 and not into_folder:
        return Result(err=f"{command}: '{names[-1]}' not directory\n", code=1)

    def move(name: str) -> None:
        source = process.path(name)
        act(source, posixpath.join(target, posixpath.basename(source)) if into_folder else target)

    return _each(names[:-1], move, f"{command}: bad '{{name}}': {{reason}}\n")


def _checksum(algorithm: str, args: list[str], process: Process) -> Result:
    lines = []

    def digest(name: str) -> None:
        data = process.read(None) if name == "-" else process.file(name)
        lines.append(f"{hashlib.new(algorithm, data, usedforsecurity=False).hexdigest()}  {name}\n")

    result = _each(args or ["-"], digest, f"{algorithm}sum: {{name}}: {{reason}}\n")
    return Result("".join(lines), result.err, result.code)


COMMANDS = {
    "ls": ls,
    "cat": cat,
    "mkdir": mkdir,
    "rm": rm,
    "touch": touch,
    "cp": cp,
    "mv": mv,
    "md5sum": md5sum,
    "sha256sum": sha256sum,
    "stat": stat,
}
