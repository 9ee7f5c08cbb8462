"""Enter numbers and a sum into a spreadsheet, and save it. Needs: apt install gnumeric."""

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from handsight import open_hand


def main() -> str:
    with TemporaryDirectory() as folder:
        rows, book, out = (Path(folder) / name for name in ("rows.csv", "book.gnumeric", "out.csv"))
        rows.write_text("Item,Price\nMilk,1.20\n", "utf-8")
        subprocess.run(["ssconvert", rows, book], check=True, capture_output=True)
        with open_hand(f"private:1280x800,gnumeric {book}") as hand:
            hand.find("Milk")
            hand.press("ctrl+down")  # from the first cell to the last of its column
            hand.press("down")
            hand.type("Brötchen\t2.30\n")
            hand.type("Total\t=sum(B2:B3)\n")
            hand.check("3.50")
            hand.press("ctrl+s")
            hand.device.screenshot()  # settled: it is saved
        subprocess.run(["ssconvert", book, out], check=True, capture_output=True)
        return out.read_text("utf-8")


if __name__ == "__main__":
    print(main())
