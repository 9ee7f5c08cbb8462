"""An app as a user would write it: the tests take it from here by name."""

from handsight.devices.virtual.kit import App, Button, Page, Text


class Counter(App):
    package = "org.example.counter"
    labels = {"en": "Counter", "zh": "计数器"}
    icon, color = "add", "#00897B"
    texts = {"zh": {"Add one": "加一"}}
    count = 0

    def main(self) -> Page:
        return Page(self.label(), [Text(str(self.count), style="display"), Button(self.t("Add one"), self.add)])

    def add(self) -> None:
        self.count += 1
