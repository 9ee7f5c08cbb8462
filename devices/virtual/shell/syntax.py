"""The grammar of the virtual phone's shell: lists, pipelines, redirections, quotes and substitutions; no control flow.

list      pipeline joined by ; && || & or a new line          `a && b; c`
pipeline  simple commands joined by |                         `dumpsys window | grep Focus`
simple    VAR=word ... word ... with redirections             `echo hi >> /sdcard/a 2>&1`
word      pieces of text, $variables and $(commands)          `"$HOME"/a\\ b`
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, NoReturn

_OPERATOR = re.compile(r"&&|\|\||[012]?>&[12]|[12]?>>|[12]?>|0?<|[;&|\n()]")
_BLANK = re.compile(r"(?:[ \t\r]|\\\n|#[^\n]*)+")
_PLAIN = re.compile(r"[^ \t\r\n'\"\\$`;&|<>()]+")
_CONTINUED = re.compile(r"\\\n")
_ESCAPED = re.compile(r"\\.", re.S)
_SINGLE = re.compile(r"'[^']*'")
_PLAIN_IN_DOUBLE = re.compile(r'[^"\\$`]+|\\')
_ESCAPED_IN_DOUBLE = re.compile(r'\\["\\$`]')
_VARIABLE = re.compile(r"\$(?:[A-Za-z_]\w*|\{(?:[A-Za-z_]\w*|[?#@*$0-9])\}|[?#@*$0-9])")
_NAME = re.compile(r"[A-Za-z_]\w*")
_RESERVED = frozenset({"if", "then", "else", "fi", "for", "while", "until", "do", "done", "case", "esac", "{", "}"})


class SyntaxProblem(Exception):
    """The script is not one; the text is what the phone's shell would say."""


@dataclass(frozen=True)
class Piece:
    """A part of a word: text as it is, the name of a variable, or the script of a command substitution."""

    kind: Literal["text", "variable", "command"]
    text: str
    quoted: bool = False


Word = tuple[Piece, ...]


@dataclass(frozen=True)
class Redirect:
    """Where descriptor `fd` goes, or comes from: a file, or the descriptor numbered in `target`."""

    fd: int
    target: Word | int
    append: bool = False


@dataclass
class Simple:
    """One command with its words and redirections."""

    assignments: list[tuple[str, Word]] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    redirects: list[Redirect] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.assignments or self.words or self.redirects)


@dataclass
class Pipeline:
    """Commands that feed one another; `after` says on what outcome of the one before it runs."""

    after: Literal[";", "&&", "||"]
    commands: list[Simple]


def parse(script: str) -> list[Pipeline]:
    """Read a script. Raises SyntaxProblem."""
    return _Parser(script).parse()


class _Parser:
    def __init__(self, script: str) -> None:
        self.tokens = _Scanner(script).tokens()
        self.position = 0
        self.after: Literal[";", "&&", "||"] = ";"
        self.pipelines: list[Pipeline] = []
        self.commands = [Simple()]

    def parse(self) -> list[Pipeline]:
        while self.position < len(self.tokens):
            token = self.tokens[self.position]
            self.position += 1
            if isinstance(token, tuple):
                self._add_word(token)
            elif "<" in token or ">" in token:
                self._add_redirect(token)
            else:
                self._end_command(token)
        if not self.commands[-1].is_empty:
            self._end_command("\n")
        if len(self.commands) > 1 or self.after != ";":
            raise SyntaxProblem("syntax error: unexpected end of file")
        return self.pipelines

    def _add_word(self, word: Word) -> None:
        command, first = self.commands[-1], word[0]
        if not command.words and first.kind == "text" and not first.quoted:
            name, equals, rest = first.text.partition("=")
            if equals and _NAME.fullmatch(name):
                command.assignments.append((name, (Piece("text", rest), *word[1:])))
                return
            if len(word) == 1 and first.text in _RESERVED:
                raise SyntaxProblem(f"syntax error: unexpected '{first.text}': this shell has no control flow")
        command.words.append(word)

    def _add_redirect(self, operator: str) -> None:
        fd = int(operator[0]) if operator[0].isdigit() else int(">" in operator)
        if "&" in operator:
            self.commands[-1].redirects.append(Redirect(fd, int(operator[-1])))
            return
        target = self.tokens[self.position] if self.position < len(self.tokens) else "newline"
        if isinstance(target, str):
            self._refuse(target)
        self.position += 1
        self.commands[-1].redirects.append(Redirect(fd, target, append=">>" in operator))

    def _end_command(self, operator: str) -> None:
        if operator in "()" or (self.commands[-1].is_empty and operator != "\n"):
            self._refuse(operator)
        if self.commands[-1].is_empty:  # an empty line, or a line that ended after an operator
            return
        if operator != "|":
            self.pipelines.append(Pipeline(self.after, self.commands))
            self.after = "&&" if operator == "&&" else "||" if operator == "||" else ";"
            self.commands = []
        self.commands.append(Simple())

    def _refuse(self, token: str) -> NoReturn:
        raise SyntaxProblem(f"syntax error: unexpected '{'newline' if token == chr(10) else token}'")


class _Scanner:
    """Cuts a script into operators, which are strings, and words, which are tuples of pieces."""

    def __init__(self, script: str) -> None:
        self.script = script
        self.position = 0

    def tokens(self) -> list[str | Word]:
        tokens: list[str | Word] = []
        while self.position < len(self.script):
            if self._match(_BLANK) is not None:
                continue
            operator = self._match(_OPERATOR)
            tokens.append(self._word() if operator is None else operator)
        return tokens

    def _match(self, pattern: re.Pattern[str]) -> str | None:
        found = pattern.match(self.script, self.position)
        if found is None:
            return None
        self.position = found.end()
        return found[0]

    def _word(self) -> Word:
        pieces: list[Piece] = []
        while self.position < len(self.script):
            if (text := self._match(_PLAIN)) is not None:
                pieces.append(Piece("text", text))
            elif self._match(_CONTINUED) is not None:
                continue
            elif (text := self._match(_ESCAPED)) is not None:
                pieces.append(Piece("text", text[1:], quoted=True))
            elif (text := self._match(_SINGLE)) is not None:
                pieces.append(Piece("text", text[1:-1], quoted=True))
            elif self.script[self.position] == '"':
                pieces += self._double_quoted()
            elif self.script[self.position] in "$`":
                pieces.append(self._substitution(quoted=False))
            elif self.script[self.position] in "'\\":
                raise SyntaxProblem("syntax error: no closing quote")
            else:
                break
        return tuple(pieces) or (Piece("text", ""),)

    def _double_quoted(self) -> list[Piece]:
        pieces = [Piece("text", "", quoted=True)]  # "" is a word too
        self.position += 1
        while (end := self.script[self.position : self.position + 1]) != '"':
            if not end:
                raise SyntaxProblem("syntax error: no closing quote")
            if end in "$`":
                pieces.append(self._substitution(quoted=True))
            elif self._match(_CONTINUED) is not None:
                continue
            elif (text := self._match(_ESCAPED_IN_DOUBLE)) is not None:
                pieces.append(Piece("text", text[1:], quoted=True))
            else:
                pieces.append(Piece("text", self._match(_PLAIN_IN_DOUBLE) or "", quoted=True))
        self.position += 1
        return pieces

    def _substitution(self, *, quoted: bool) -> Piece:
        """Read $NAME, ${NAME}, $?, $(script) or `script`; a lone $ is itself."""
        if (name := self._match(_VARIABLE)) is not None:
            return Piece("variable", name.strip("${}"), quoted)
        if self.script[self.position] == "`":
            end = self.script.find("`", self.position + 1)
            if end < 0:
                raise SyntaxProblem("syntax error: no closing quote")
            inner = self.script[self.position + 1 : end]
            self.position = end + 1
            return Piece("command", inner, quoted)
        if self.script.startswith("$(", self.position):
            self.position += 2
            return Piece("command", self._until_closing_paren(), quoted)
        self.position += 1
        return Piece("text", "$", quoted)

    def _until_closing_paren(self) -> str:
        start, depth = self.position, 1
        while self.position < len(self.script):
            if self._match(_SINGLE) is None and self._match(_ESCAPED) is None:
                character = self.script[self.position]
                depth += (character == "(") - (character == ")")
                self.position += 1
                if not depth:
                    return self.script[start : self.position - 1]
        raise SyntaxProblem("syntax error: unexpected end of file")
