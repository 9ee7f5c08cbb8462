"""The virtual phone's shell: runs a script on the phone's own commands. No program of this computer is ever started."""

from __future__ import annotations

import fnmatch
import posixpath
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from handsight.devices.virtual.files import normalize
from handsight.devices.virtual.shell.commands import COMMANDS
from handsight.devices.virtual.shell.commands.process import Process, Result
from handsight.devices.virtual.shell.syntax import Pipeline, Redirect, Simple, SyntaxProblem, Word, parse

if TYPE_CHECKING:
    from handsight.devices.virtual.served import VirtualPhone

NAME = "/system/bin/sh"
NOT_FOUND = 127
STDOUT, STDERR = 1, 2

Write = Callable[[bytes], None]


class _Exit(Exception):
    """The script said `exit`."""


class Shell:
    """Runs scripts one after another; keeps variables, the folder and the last exit code in between.

    `write` takes the number of a descriptor, 1 or 2, and bytes for it. `read` waits for all of standard input.
    `hung_up` is set when whoever asked has gone, and ends the script.
    """

    def __init__(
        self,
        phone: VirtualPhone,
        write: Callable[[int, bytes], None],
        read: Callable[[int | None], bytes] = lambda _count: b"",
        hung_up: threading.Event | None = None,
    ) -> None:
        self.phone = phone
        self.folder = "/"
        self.status = 0
        self.exited = False
        self._write = write
        self._read = read
        self._hung_up = hung_up or threading.Event()
        self._variables = {"HOME": "/", "PATH": "/product/bin:/system/bin", "USER": "shell", "HOSTNAME": "generic"}
        self._variables["EXTERNAL_STORAGE"] = "/sdcard"

    def run(self, script: str) -> int:
        """Run `script` and give its exit code."""
        try:
            pipelines = parse(script)
        except SyntaxProblem as problem:
            self._complain(str(problem))
            self.status = 1
            return self.status
        try:
            for pipeline in pipelines:
                if self._hung_up.is_set():
                    break
                if pipeline.after == ";" or (pipeline.after == "&&") == (self.status == 0):
                    self._run_pipeline(pipeline)
        except _Exit:
            self.exited = True
        return self.status

    def _run_pipeline(self, pipeline: Pipeline) -> None:
        read = self._read
        for command in pipeline.commands[:-1]:
            piped: list[bytes] = []
            self._run_simple(command, read, piped.append)
            read = _reader(b"".join(piped))
        self._run_simple(pipeline.commands[-1], read, lambda data: self._write(STDOUT, data))

    def _run_simple(self, command: Simple, read: Callable[[int | None], bytes], stdout: Write) -> None:
        words = [field for word in command.words for field in self._expand(word)]
        places: dict[int, Write] = {STDOUT: stdout, STDERR: lambda data: self._write(STDERR, data)}
        try:
            for redirect in command.redirects:
                if redirect.fd == 0:
                    read = _reader(self.phone.files.read(self._path(redirect)))
                else:
                    places[redirect.fd] = self._open(redirect, places)
        except OSError as problem:
            verb = "open" if isinstance(problem, FileNotFoundError) and redirect.fd == 0 else "create"
            self._complain(f"can't {verb} {problem.filename}: {problem.strerror}")
            self.status = 1
            return
        values = {name: " ".join(self._expand(word)) for name, word in command.assignments}
        if not words:
            self._variables |= values
            self.status = 0
            return
        result = self._run_words(words, values, read, places[STDOUT])
        self.status = result.code
        if result.out:
            places[STDOUT](result.out if isinstance(result.out, bytes) else result.out.encode("utf-8", "replace"))
        if result.err:
            places[STDERR](result.err.encode("utf-8", "replace"))

    def _run_words(
        self, words: list[str], values: Mapping[str, str], read: Callable[[int | None], bytes], write: Write
    ) -> Result:
        name, args = words[0], words[1:]
        if name in ("cd", "exit", "export", ":"):
            return self._run_builtin(name, args)
        command = COMMANDS.get(posixpath.basename(name) if name.startswith("/system/bin/") else name)
        if command is None:
            return Result(err=f"{NAME}: {name}: inaccessible or not found\n", code=NOT_FOUND)
        command = self.phone.twisted(posixpath.basename(name), command)
        process = Process(self.phone, read, self.folder, self._hung_up, self._variables | dict(values), write)
        with self.phone.lock:
            self.phone.later.run_due()
        try:
            return command(args, process)
        except OSError as problem:  # of the phone's files, which a command need not catch itself
            return Result(err=f"{name}: {problem.filename}: {problem.strerror}\n", code=1)

    def _run_builtin(self, name: str, args: list[str]) -> Result:
        if name == "exit":
            self.status = int(args[0]) & 0xFF if args and args[0].isdecimal() else self.status
            raise _Exit
        if name == "cd":
            target = normalize(args[0] if args else "/", self.folder)
            if not self.phone.files.is_folder(target):
                return Result(err=f"{NAME}: cd: {target}: No such file or directory\n", code=2)
            self.folder = target
        if name == "export":
            self._variables |= dict(arg.split("=", 1) for arg in args if "=" in arg)
        return Result()

    def _open(self, redirect: Redirect, places: Mapping[int, Write]) -> Write:
        """Give what takes the bytes of a redirected descriptor; a file is made at once, even if nothing comes."""
        if isinstance(redirect.target, int):
            return places[redirect.target]
        path, files = self._path(redirect), self.phone.files
        if path == "/dev/null":
            return lambda data: None
        files.write(path, files.read(path) if redirect.append and files.exists(path) else b"")
        return lambda data: files.write(path, files.read(path) + data)

    def _path(self, redirect: Redirect) -> str:
        assert not isinstance(redirect.target, int)
        return normalize(" ".join(self._expand(redirect.target)), self.folder)

    def _expand(self, word: Word) -> list[str]:
        """Turn a word into fields: substitute, split what was not quoted at blanks, and match `*` against files."""
        fields: list[str] = [""]
        patterns: list[str] = [""]
        exists = False  # whether there is a field at all: an unset variable alone is none
        for piece in word:
            text = self._value(piece.kind, piece.text)
            parts = [text] if piece.quoted or piece.kind == "text" else text.split()
            exists = exists or bool(parts)
            if parts and not piece.quoted and piece.kind != "text" and text[0].isspace() and fields[-1]:
                parts.insert(0, "")
            for index, part in enumerate(parts):
                if index:
                    fields.append("")
                    patterns.append("")
                fields[-1] += part
                patterns[-1] += _literal(part) if piece.quoted else part
        found = [self._match_files(field, pattern) for field, pattern in zip(fields, patterns, strict=True)]
        return [name for names in found for name in names] if exists else []

    def _value(self, kind: str, text: str) -> str:
        if kind == "text":
            return text
        if kind == "variable":
            return str(self.status) if text == "?" else self._variables.get(text, "")
        output: list[bytes] = []
        inner = Shell(self.phone, lambda fd, data: output.append(data) if fd == STDOUT else self._write(fd, data))
        inner.folder, inner._variables = self.folder, dict(self._variables)
        self.status = inner.run(text)
        return b"".join(output).decode("utf-8", "replace").rstrip("\n")

    def _match_files(self, field: str, pattern: str) -> list[str]:
        """Give the paths that `pattern` stands for, or the field as it is; only the last part may hold wildcards."""
        folder, name = posixpath.split(pattern)
        if not any(sign in name for sign in "*?[") or field == pattern.replace("[*]", "*") != pattern:
            return [field]
        place = normalize(folder, self.folder)
        if not self.phone.files.is_folder(place):
            return [field]
        names = [entry.name for entry in self.phone.files.list(place) if not entry.name.startswith(".")]
        return [posixpath.join(folder, found) for found in fnmatch.filter(names, name)] or [field]

    def _complain(self, message: str) -> None:
        self._write(STDERR, f"{NAME}: {message}\n".encode())


def run(script: str, phone: VirtualPhone, stdin: bytes = b"") -> tuple[bytes, bytes, int]:
    """Run `script` in a shell of its own; gives standard output, standard error and the exit code."""
    written: dict[int, list[bytes]] = {STDOUT: [], STDERR: []}
    shell = Shell(phone, lambda fd, data: written[fd].append(data), _reader(stdin))
    code = shell.run(script)
    return b"".join(written[STDOUT]), b"".join(written[STDERR]), code


def _reader(data: bytes) -> Callable[[int | None], bytes]:
    return lambda count: data if count is None else data[:count]


def _literal(text: str) -> str:
    return "".join(f"[{character}]" if character in "*?[" else character for character in text)
