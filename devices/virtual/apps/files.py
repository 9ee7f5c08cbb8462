"""Files: the folders of /sdcard; what is done here is done to `phone.files`, where adb sees it too."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO

from PIL import Image, UnidentifiedImageError

from handsight.devices.virtual.apps.files_words import SEED, TEXTS, painted
from handsight.devices.virtual.apps.signs import Sign, nothing, when
from handsight.devices.virtual.files import SHARED, Entry
from handsight.devices.virtual.kit import (
    App,
    Card,
    Dialog,
    Field,
    Group,
    IconButton,
    Page,
    Picture,
    Row,
    Sheet,
    Space,
    Text,
    Widget,
    radios,
)

PLACES = {"Download": "download", "Documents": "file", "Pictures": "image", "Music": "music", "DCIM": "camera"}
KINDS = {".txt": "note", ".md": "note", ".csv": "chart", ".png": "image", ".jpg": "image", ".mp3": "music"}
SORTS = {"name": "Name", "newest": "Newest first", "largest": "Largest first"}
LONGEST_TEXT = 5000


class Files(App):
    package = "org.handsight.files"
    labels = {"en": "Files", "zh": "文件", "de": "Dateien", "ja": "ファイル"}
    icon, color = "folder", "#00796B"
    texts = TEXTS
    sort = "name"
    typed = ""  # the name in the dialog
    problem = ""  # what is wrong with it

    def start(self) -> None:
        now = self.phone.now().replace(second=0, microsecond=0)
        for i, (path, content) in enumerate(SEED.get(self.phone.language, SEED["en"]).items()):
            full, old = f"{SHARED}/{path}", int((now - timedelta(hours=17 * i + 1)).timestamp())
            self.phone.files.mkdir(posixpath.dirname(full), parents=True)
            data = painted(i) if path.endswith(".png") else content.encode()
            self.phone.files.write(full, data, mtime=old)

    def main(self) -> Page:
        t, files = self.t, self.phone.files
        places = []
        for name, icon in PLACES.items():
            path = f"{SHARED}/{name}"
            if files.is_folder(path):
                count = t("{} items").format(len(files.list(path)))
                places.append(
                    Row(t(name), count, icon=icon, tint=self.color, on_tap=partial(self.open, self.folder, path))
                )
        storage = Row(t("Internal storage"), SHARED, icon="storage", on_tap=partial(self.open, self.folder, SHARED))
        return Page(self.label(), [Group(places, t("Folders")), Group([storage], t("Storage"))])

    def folder(self, path: str) -> Page:
        t, name = self.t, posixpath.basename(path)
        title = t("Internal storage") if path == SHARED else t(name)
        if not self.phone.files.is_folder(path):
            return Page(title, nothing("folder", t("This folder is gone")))
        keys: dict[str, Callable[[Entry], tuple[bool, int | str]]] = {
            "name": lambda entry: (not entry.is_folder, entry.name.casefold()),
            "newest": lambda entry: (not entry.is_folder, -entry.mtime),
            "largest": lambda entry: (not entry.is_folder, -entry.size),
        }
        rows = [self._row(path, entry) for entry in sorted(self.phone.files.list(path), key=keys[self.sort])]
        return Page(
            title,
            [Group(rows)] if rows else nothing("folder", t("Nothing here")),
            actions=[IconButton("sort", partial(self.show, self.sorting), t("Sort"))],
            fab=("add", partial(self.ask_folder, path), t("New folder")),
        )

    def file(self, path: str) -> Page:
        t, name = self.t, posixpath.basename(path)
        if not self.phone.files.exists(path):
            return Page(name, nothing("file", t("This file is gone")))
        return Page(
            name,
            self._content(path),
            actions=[IconButton("more", partial(self.show, self.choices, path, True), t("More options"))],
        )

    def choices(self, path: str, opened: bool = False) -> Sheet:
        """Build the sheet with what can be done to a file or folder."""
        t = self.t
        rows = [
            Row(t("Rename"), icon="edit", on_tap=partial(self.ask_name, path, opened)),
            Row(t("Delete"), icon="delete", on_tap=partial(self.ask_delete, path, opened)),
            Row(t("Details"), icon="info", on_tap=partial(self._instead, self.details, path)),
        ]
        return Sheet(posixpath.basename(path), rows)

    def details(self, path: str) -> Dialog:
        entry = self.phone.files.stat(path) if self.phone.files.exists(path) else None
        text = f"{path}\n{_size(entry.size)}\n{datetime.fromtimestamp(entry.mtime):%Y-%m-%d %H:%M}" if entry else path
        return Dialog(self.t("Details"), text, buttons=[(self.phone.word("OK"), None)])

    def sorting(self) -> Dialog:
        options = {key: self.t(label) for key, label in SORTS.items()}
        return Dialog(self.t("Sort by"), body=radios(options, self.sort, self._sort_by))

    # What can be done

    def ask_name(self, path: str, opened: bool = False) -> None:
        folder, name = posixpath.split(path)
        self._ask("Rename", name, lambda new: self._rename(path, f"{folder}/{new}", opened))

    def ask_folder(self, folder: str) -> None:
        self._ask("New folder", "", lambda name: self.phone.files.mkdir(f"{folder}/{name}"))

    def ask_delete(self, path: str, opened: bool = False) -> None:
        self.dismiss()
        text = self.t("“{}” will be deleted for good.").format(posixpath.basename(path))
        self.confirm(self.t("Delete?"), text, self.t("Delete"), partial(self._delete, path, opened))

    def _ask(self, title: str, name: str, act: Callable[[str], object]) -> None:
        """Ask for a name; the dialog stays until the name is one that can be given."""
        self.dismiss()
        self.typed, self.problem = name, ""

        def do() -> None:
            new = self.typed.strip()
            self.problem = "Enter a name" if not new else "A name has no slash" if "/" in new else ""
            try:
                if not self.problem:
                    act(new)
                    return
            except FileExistsError:
                self.problem = "There is already something of that name"
            except OSError as error:
                self.problem = error.strerror or str(error)
            self.show(build)

        def build() -> Dialog:
            field = Field(self.t("Name"), self.typed, self.set("typed"), error=self.t(self.problem))
            buttons = [(self.phone.word("Cancel"), None), (self.phone.word("OK"), do)]
            return Dialog(self.t(title), body=[field], buttons=buttons)

        self.show(build)

    def _rename(self, path: str, new: str, opened: bool) -> None:
        if new != path and self.phone.files.exists(new):
            raise FileExistsError(new)
        if new != path:
            self.phone.files.move(path, new)
        if opened:
            self.back()
            self.open(self.file, new)

    def _delete(self, path: str, opened: bool) -> None:
        if self.phone.files.exists(path):
            self.phone.files.remove(path, recursive=True)
        if opened:
            self.back()
        self.toast(self.t("Deleted"))

    def _sort_by(self, key: str) -> None:
        self.sort = key
        self.dismiss()

    def _instead(self, dialog: Callable[[str], Dialog], path: str) -> None:
        self.dismiss()
        self.show(dialog, path)

    # What is shown

    def _row(self, folder: str, entry: Entry) -> Row:
        path, t = f"{folder}/{entry.name}", self.t
        more = IconButton("more", partial(self.show, self.choices, path), t("Options of {}").format(entry.name))
        day = when(datetime.fromtimestamp(entry.mtime), self.phone.now(), self.phone.language)
        if entry.is_folder:
            count = t("{} items").format(len(self.phone.files.list(path)))
            return Row(
                entry.name,
                count,
                icon="folder",
                tint=self.color,
                trailing=more,
                on_tap=partial(self.open, self.folder, path),
            )
        return Row(entry.name, f"{_size(entry.size)} · {day}", icon=_icon(path), tint="#78909C", trailing=more,
                   on_tap=partial(self.open, self.file, path), on_long_press=more.on_tap)  # fmt: skip

    def _content(self, path: str) -> list[Widget]:
        data = self.phone.files.read(path)
        if _icon(path) == "image":
            try:
                return [Space(24), Picture(Image.open(BytesIO(data)).convert("RGB"), height=480)]
            except (UnidentifiedImageError, OSError):
                return nothing("image", self.t("This picture is broken"))
        try:
            text = data.decode()
        except UnicodeDecodeError:
            text = "\0"
        if "\0" in text:  # no text
            size, why = (
                Text(_size(len(data)), align="center"),
                Text(self.t("No app can open this file"), align="center"),
            )
            return [Space(64), Sign(_icon(path)), size, why]
        return [Card([Text(text[:LONGEST_TEXT] or self.t("This file is empty"))])]


def _size(count: int) -> str:
    if count < 1000:
        return f"{count} B"
    return f"{count / 1000:.1f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


def _icon(path: str) -> str:
    return KINDS.get(posixpath.splitext(path)[1].lower(), "file")
