"""Which texts arrive whole: each script is typed on a virtual phone through the real adb, and compared.

Prints a Markdown table: what was typed, how many characters, by which way, and whether what stands in the field is the
same, code point by code point. Then what a short text costs by each way, turn about, the best of some.

    python benchmarks/unicode_table.py            exits with 1 when a text did not arrive
"""

from __future__ import annotations

import runpy
import string
import subprocess
import sys
import time
from pathlib import Path

from handsight.devices.android import VirtualAndroid, open_virtual
from handsight.devices.virtual import VirtualPhone
from handsight.devices.virtual.kit import App, Field, Page

SAMPLES = runpy.run_path(str(Path(__file__).parents[1] / "tests" / "devices" / "scripts.py"))
ROUNDS = 10
WAYS = {"org.handsight.keyboard/.Keyboard": "keys", "com.android.adbkeyboard/.AdbIME": "keyboard app"}


class Sheet(App):
    package = "org.example.sheet"
    labels = {"en": "Sheet"}
    text = ""

    def main(self) -> Page:
        return Page("Sheet", [Field("Text", self.text, self.set("text"), lines=3)])


class Phone(VirtualPhone):
    """Notes which keyboard was chosen whenever text came."""

    def __init__(self) -> None:
        self.typed_by: set[str] = set()
        super().__init__(apps=[Sheet])
        self.settings["global"]["transition_animation_scale"] = "0"

    def text(self, s: str) -> None:
        self.typed_by.add(WAYS[self.ime])
        super().text(s)

    def offer_field(self) -> Sheet:
        """Show an empty field that is being edited."""
        self.stop(Sheet.package)
        sheet = self.app("Sheet")
        assert isinstance(sheet, Sheet)
        sheet.text = ""
        self.launch(Sheet.package)
        left, top, right, bottom = next(n for n in self.tree().walk() if n.cls.endswith("EditText")).bounds
        self.tap((left + right) // 2, (top + bottom) // 2)
        self.typed_by.clear()
        return sheet


def texts() -> dict[str, str]:
    """What is typed, by its name."""
    printable = "".join(c for c in string.printable if c.isprintable())
    every = "\n".join([*SAMPLES["SCRIPTS"].values(), *SAMPLES["CLUSTERS"].values()])
    return {
        "ASCII, every pair": "".join(a + b for a in printable for b in printable),
        "ASCII, a shell's signs": "'\"$` \\;|&<>(){}*?!#~ $(id) `id` %s 100%sure\n\tx",
        "ASCII, 10,000 characters": ("All work and no play. " * 500)[:10_000],
        **SAMPLES["SCRIPTS"],
        **SAMPLES["CLUSTERS"],
        "all of the above, 10,000 characters": (every * 10)[:10_000].rstrip(),
    }


def arrives(device: VirtualAndroid, phone: Phone, text: str) -> tuple[str, bool]:
    """Type into an empty field: by which ways, and whether it stands there exactly and is known to."""
    sheet = phone.offer_field()
    remark = device.type_text(text)
    return " and ".join(sorted(phone.typed_by)), sheet.text == text and not remark


def cost(device: VirtualAndroid, phone: Phone) -> tuple[float, float]:
    """Milliseconds of a short text by keys and by a keyboard app, the best of several, turn about."""
    best = {"Hello": 1e9, "Grüße": 1e9}
    for _ in range(ROUNDS):
        for text in best:
            phone.offer_field()
            began = time.perf_counter()
            device.type_text(text)
            best[text] = min(best[text], (time.perf_counter() - began) * 1000)
    return best["Hello"], best["Grüße"]


def main() -> int:
    phone, whole = Phone(), True
    device = open_virtual(phone)
    try:
        print("| text | characters | typed by | exact |\n|---|---|---|---|")
        for name, text in texts().items():
            way, exact = arrives(device, phone, text)
            whole = whole and exact
            print(f"| {name} | {len(text):,} | {way} | {'yes' if exact else '**no**'} |")
        keys, app = cost(device, phone)
        print(f"\n5 characters: {keys:.1f} ms by keys, {app:.1f} ms by a keyboard app, {app / keys:.0f} times as long.")
        version = subprocess.run([device.link.server.program, "version"], capture_output=True, text=True, check=True)
        print(f"Typed through adb {version.stdout.splitlines()[1].removeprefix('Version ')}.")
    finally:
        device.close()
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
