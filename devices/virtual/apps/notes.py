"""Notes: write, find, change and delete short texts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from handsight.devices.virtual.apps.signs import nothing, search_field, when
from handsight.devices.virtual.kit import App, Button, Card, Dialog, Field, IconButton, Page, Space, Text

SEED = {
    "en": (
        ("Shopping list", "Milk, eggs, bread, tomatoes, olive oil, coffee"),
        ("Meeting with Anna", "Friday 10:00, room 3. Bring the budget and two ideas for the summer campaign."),
        ("Books to read", "The Left Hand of Darkness\nMiddlemarch\nThe Periodic Table"),
        ("Wi-Fi at the cabin", "Network: pinewood\nPassword: ask Leo"),
        ("Gift ideas", "Mum: a plant for the balcony\nTom: running socks\nPriya: tickets for the museum"),
        ("Packing for Lisbon", "Passport, charger, sunscreen, the small backpack"),
        ("Pancakes", "250 g flour, 2 eggs, 500 ml milk, a pinch of salt. Rest for 20 minutes."),
        ("Measurements", "Living room window: 184 x 126 cm"),
    ),
    "zh": (
        ("购物清单", "牛奶、鸡蛋、面包、西红柿、橄榄油、咖啡"),
        ("和李娜开会", "周五 10:00，三号会议室。带上预算和夏季活动的两个方案。"),
        ("想读的书", "《围城》\n《平凡的世界》\n《三体》"),
        ("山间小屋无线网络", "网络：pinewood\n密码：问刘洋"),
        ("礼物", "妈妈：阳台上的花\n张伟：跑步袜\n孙悦：博物馆门票"),
        ("成都行李", "身份证、充电器、防晒霜、小背包"),
        ("煎饼", "面粉 250 克，鸡蛋 2 个，牛奶 500 毫升，盐少许。静置 20 分钟。"),
        ("尺寸", "客厅窗户：184 × 126 厘米"),
    ),
}


@dataclass
class Note:
    title: str
    text: str
    edited: datetime


class Notes(App):
    package = "org.handsight.notes"
    labels = {"en": "Notes", "zh": "便签"}
    icon, color = "note", "#F9A825"
    texts = {
        "zh": {
            "Delete": "删除", "Delete note?": "要删除便签吗？", "Discard": "舍弃", "Discard changes?": "要舍弃更改吗？",
            "Edit note": "编辑便签", "Keep editing": "继续编辑", "New note": "新建便签", "No notes found": "未找到便签",
            "No notes yet": "还没有便签", "Note": "内容", "Note deleted": "已删除便签", "Note saved": "已保存便签",
            "Save": "保存", "Search notes": "搜索便签", "Title": "标题", "Untitled": "无标题",
            "What you have written will be lost.": "您写的内容将会丢失。", "Write something first": "请先写点内容",
            "“{}” will be gone for good.": "“{}”将被永久删除。",
        }
    }  # fmt: skip
    notes: list[Note] = []
    search = ""
    draft: Note | None = None  # what is being written: saved, it becomes a new note, or the content of `opened`
    opened: Note | None = None

    def start(self) -> None:
        now = self.phone.now().replace(second=0, microsecond=0)
        seed = SEED["zh" if self.phone.language == "zh" else "en"]
        self.notes = [
            Note(title, text, now - timedelta(hours=31 * i + 2))
            for i, (title, text) in reversed(list(enumerate(seed)))
        ]  # fmt: skip

    def main(self) -> Page:
        t, wanted = self.t, self.search.casefold()
        found = [note for note in self.notes if wanted in f"{note.title}\n{note.text}".casefold()]
        cards = [self._card(note) for note in sorted(found, key=lambda note: note.edited, reverse=True)]
        field = search_field(t("Search notes"), self.search, self.set("search"))
        return Page(
            self.label(),
            cards or nothing("note", t("No notes found" if self.notes else "No notes yet")),
            top=[field, Space(4)],
            fab=("add", partial(self.write, None), t("New note")),
        )

    def form(self) -> Page:
        t, draft = self.t, self.draft
        assert draft is not None
        title = Field(t("Title"), draft.title, partial(setattr, draft, "title"), style="subtitle")
        text = Field(t("Note"), draft.text, partial(setattr, draft, "text"), lines=8)
        delete = [IconButton("delete", self.ask_delete, t("Delete"))] if self.opened else []
        return Page(t("Edit note") if self.opened else t("New note"), [Space(4), title, text],
                    actions=[*delete, Button(t("Save"), self.save, style="text")])  # fmt: skip

    # What can be done

    def write(self, note: Note | None) -> None:
        """Open the form for a new note, or for a copy of one: only saving changes it."""
        self.opened, self.draft = note, replace(note) if note else Note("", "", self.phone.now())
        self.open(self.form)

    def save(self) -> None:
        draft = self.draft
        assert draft is not None
        if not (draft.title.strip() or draft.text.strip()):
            self.toast(self.t("Write something first"))
            return
        if self.opened:
            self.notes.remove(self.opened)
        self.notes.append(replace(draft, title=draft.title.strip(), edited=self.phone.now()))
        self._close()
        self.toast(self.t("Note saved"))

    def ask_delete(self) -> None:
        assert self.opened is not None
        text = self.t("“{}” will be gone for good.").format(self.opened.title or self.t("Untitled"))
        self.confirm(self.t("Delete note?"), text, self.t("Delete"), self._delete)

    def on_back(self) -> bool:
        before = (self.opened.title, self.opened.text) if self.opened else ("", "")
        if self.depth == 1 or self.draft is None or (self.draft.title, self.draft.text) == before:
            self.draft = self.opened = None
            return False
        t = self.t
        self.show(Dialog(t("Discard changes?"), t("What you have written will be lost."),
                         buttons=[(t("Keep editing"), None), (t("Discard"), self._close)]))  # fmt: skip
        return True

    def _card(self, note: Note) -> Card:
        lines = [
            Text(note.title or self.t("Untitled"), style="subtitle", lines=1),
            Text(note.text, style="small", faint=True, lines=3),
            Text(when(note.edited, self.phone.now(), self.phone.language), style="caption", faint=True),
        ]
        return Card(lines if note.text else lines[::2], on_tap=partial(self.write, note))

    def _delete(self) -> None:
        if self.opened:
            self.notes.remove(self.opened)
        self._close()
        self.toast(self.t("Note deleted"))

    def _close(self) -> None:
        self.draft = self.opened = None
        self.back()
