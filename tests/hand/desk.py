"""An app with all that is hard to name: twins, rows of twins, fields, switches, and what comes late."""

from __future__ import annotations

from functools import partial

from handsight.devices.virtual.kit import App, Button, Column, Field, Line, Page, Row, Switch, Text

GOODS = ("Milk", "Eggs", "Bread")


class Desk(App):
    package = "org.example.desk"
    labels = {"en": "Desk"}
    name = ""
    on = False

    def start(self) -> None:
        self.done: list[str] = []
        self.late: list[str] = []

    def main(self) -> Page:
        goods = [
            Line([Text(what), Button("Delete", partial(self.did, f"delete {what}"), style="text")]) for what in GOODS
        ]
        return Page(
            "Desk",
            [
                Field("Your name", self.name, self.set("name")),
                Switch("Wi-Fi", self.on, self.set("on")),
                Column(goods),
                Row("Total", value="12.50"),
                Button("Send later", self.send),
                *[Text(word) for word in self.late],
                *[Row(f"Row {number}", on_tap=partial(self.did, f"row {number}")) for number in range(24)],
                Row("The very last", on_tap=partial(self.did, "last")),
            ],
        )

    def did(self, what: str) -> None:
        self.done.append(what)

    def send(self) -> None:
        self.did("send")
        self.after(1.0, partial(self.late.append, "It was sent"))
        self.after(2.5, self.late.clear)
