"""A window with a canvas, a field and a button that says on its standard output, as JSON lines, what reaches it."""

import json
import tkinter as tk


def say(**event: object) -> None:
    print(json.dumps(event), flush=True)


root = tk.Tk()
root.attributes("-fullscreen", True)
canvas = tk.Canvas(root, bg="white", highlightthickness=0)
canvas.place(x=0, y=0, relwidth=1, relheight=0.6)
for kind, event in {"down": "<ButtonPress>", "up": "<ButtonRelease>", "moved": "<B1-Motion>"}.items():
    canvas.bind(event, lambda e, kind=kind: say(kind=kind, x=e.x_root, y=e.y_root, button=e.num, time=e.time))
canvas.bind("<Double-Button-1>", lambda e: say(kind="double", x=e.x_root, y=e.y_root), add="+")
canvas.bind("<Triple-Button-1>", lambda e: say(kind="triple", x=e.x_root, y=e.y_root), add="+")
tk.Label(root, text="Name", font=("DejaVu Sans", 20)).place(relx=0.1, rely=0.65)
field = tk.Text(root, font=("DejaVu Sans", 14))
field.place(relx=0.25, rely=0.65, relwidth=0.5, relheight=0.2)
field.bind("<Key-F5>", lambda e: say(kind="held", down=True))
field.bind("<KeyRelease-F5>", lambda e: say(kind="held", down=False))
done = tk.Label(root, font=("DejaVu Sans", 20))
done.place(relx=0.5, rely=0.9)


def saved() -> None:
    done["text"] = "Saved"
    say(kind="saved", text=field.get("1.0", "end-1c"))


save = tk.Button(root, text="Save", font=("DejaVu Sans", 20), command=saved)
save.place(relx=0.25, rely=0.88)
field.focus_force()
while (root.winfo_width(), root.winfo_height()) != (root.winfo_screenwidth(), root.winfo_screenheight()):
    root.update()
root.update()
say(
    kind="ready",
    field=[field.winfo_rootx() + 20, field.winfo_rooty() + 20],
    save=[save.winfo_rootx() + 20, save.winfo_rooty() + 20],
)
root.mainloop()
