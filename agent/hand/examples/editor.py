"""Write a letter in any script, save it, and open it again. Needs: apt install l3afpad."""

from pathlib import Path
from tempfile import TemporaryDirectory

from handsight import open_hand

LETTER = "Zürich, 你好, שלום <3 👍🏽\nSecond line: 100%sure"


def main() -> str:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "letter.txt"
        with open_hand(f"private:l3afpad {file}") as hand:
            hand.find("Search")
            hand.type(LETTER)
            hand.press("ctrl+s")
            hand.check("letter.txt")  # its title, once it is saved
        with open_hand(f"private:l3afpad {file}") as hand:
            hand.check("Second line: 100%sure")
        return file.read_text("utf-8")


if __name__ == "__main__":
    print(main())
