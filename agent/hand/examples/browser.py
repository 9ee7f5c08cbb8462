"""Fill in a form in Chromium and download a file; its server is on loopback. Needs: apt install chromium."""

import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs

from handsight import open_hand

PAGE = """<!doctype html><meta charset="utf-8"><title>Order</title><body style="font: 18px sans-serif">
<h1>Order</h1><form method="post"><p><label>Name <input name="name"></label>
<p><label>City <input name="city"></label><p><label><input type="checkbox" name="gift"> As a gift</label>
<p><button>Send the order</button></form>"""
THANKS = '<!doctype html><title>Thanks</title><h1>Thank you</h1><a href="receipt.txt" download>Download the receipt</a>'
CHROMIUM = "--no-first-run --disable-sync --disable-gpu --disable-background-networking --disable-component-update"


class Shop(BaseHTTPRequestHandler):
    """Takes one order and gives a receipt for it."""

    order: dict[str, list[str]] = {}

    def do_GET(self) -> None:
        if self.path == "/receipt.txt":
            self.answer(str(self.order), "text/plain")
        else:
            self.answer(PAGE)

    def do_POST(self) -> None:
        Shop.order = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.answer(THANKS)

    def answer(self, text: str, kind: str = "text/html") -> None:
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


def downloaded(home: Path, name: str, timeout_s: float = 20) -> str:
    """What a file holds once it is there."""
    until = time.monotonic() + timeout_s
    while not (found := [*home.rglob(name)]):
        assert time.monotonic() < until, f"no {name} was downloaded"
        time.sleep(0.1)
    return found[0].read_text("utf-8")


def main() -> tuple[dict[str, list[str]], str]:
    """The order as it came in, and what was downloaded."""
    with TemporaryDirectory() as home, ThreadingHTTPServer(("127.0.0.1", 0), Shop) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        sandbox = "--no-sandbox" if os.geteuid() == 0 else ""  # Chromium has none for root
        url = f"http://127.0.0.1:{server.server_port}"
        with open_hand(
            f"private:1280x800,env HOME={home} chromium {sandbox} {CHROMIUM} --app={url}", timeout_s=30
        ) as hand:
            hand.type("Ada Lovelace", into="Name")
            hand.type("Zürich", into="City")
            hand.tap("As a gift")
            hand.tap("Send the order")
            hand.tap("Download the receipt")
            receipt = downloaded(Path(home), "receipt.txt")
        server.shutdown()
        return Shop.order, receipt


if __name__ == "__main__":
    print(*main(), sep="\n")
