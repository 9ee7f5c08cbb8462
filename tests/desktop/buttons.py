"""A window over the whole screen that says on its standard output, as JSON lines, which buttons are pressed on it."""

import json

from Xlib import X, display

server = display.Display()
screen = server.screen()
window = screen.root.create_window(
    0, 0, screen.width_in_pixels, screen.height_in_pixels, 0, screen.root_depth, X.InputOutput,
    override_redirect=True, event_mask=X.ButtonPressMask | X.ExposureMask,
)  # fmt: skip
window.map()
while True:
    event = server.next_event()
    if event.type == X.Expose and event.count == 0:
        window.set_input_focus(X.RevertToPointerRoot, X.CurrentTime)
        server.sync()
        print(json.dumps({"kind": "ready"}), flush=True)
    elif event.type == X.ButtonPress:
        print(json.dumps({"kind": "down", "button": event.detail, "x": event.root_x, "y": event.root_y}), flush=True)
