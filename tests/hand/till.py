"""An app whose things are told apart by their looks: colours, kinds, sections, twins in a dialog, words that wrap."""

from __future__ import annotations

from functools import partial

from handsight.devices.virtual.kit import App, Button, Dialog, Field, Group, IconButton, Line, Page, Row, Switch, Text

LONG = "Everything that was bought here can be brought back within thirty days of the day of purchase"


class Till(App):
    package = "org.example.till"
    labels = {"en": "Till"}
    on = False
    name = ""

    def start(self) -> None:
        self.done: list[str] = []

    def main(self) -> Page:
        return Page(
            "Till",
            [
                Row("Total", value="3.50"),
                Line(
                    [
                        Button("Pay", partial(self.did, "pay")),
                        Button("Void", partial(self.did, "void"), style="danger"),
                        Button("Split", partial(self.did, "split"), style="outlined"),
                    ]
                ),
                Group([Row("Inbox", on_tap=partial(self.did, "mail in")), Row("Rules", on_tap=self.ask)], "Mail"),
                Group([Row("Inbox", on_tap=partial(self.did, "news in")), Switch("Sounds", self.on, self.set("on"))],
                      "News"),
                Text(LONG),
                Field("Customer", self.name, self.set("name")),
                Line([Text("Receipts"), IconButton("bell", partial(self.did, "bell"), "")]),
                Button("Save", partial(self.did, "save the page")),
            ],
        )  # fmt: skip

    def ask(self) -> None:
        self.show(Dialog("Rules", "Keep them?", buttons=[("Cancel", None), ("Save", partial(self.did, "save rules"))]))

    def did(self, what: str) -> None:
        self.done.append(what)
