"""An app with something to press that costs money, and something that does not."""

from handsight.devices.virtual.kit import App, Button, Field, Page, Text


class Till(App):
    package = "org.example.till"
    labels = {"en": "Till"}
    count = 0
    paid = 0
    words = ""

    def main(self) -> Page:
        return Page(
            "Till",
            [
                Text(f"{self.count} items, {self.paid} paid"),
                Button("Add one", self.add, big=True),
                Button("Pay now", self.pay, big=True),
                Field("Words", self.words, self.write),
            ],
        )

    def add(self) -> None:
        self.count += 1

    def pay(self) -> None:
        self.paid += 1

    def write(self, words: str) -> None:
        self.words = words
