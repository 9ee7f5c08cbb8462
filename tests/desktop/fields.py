"""Two fields, of one line and of many, that say on standard output what stands in them when they are told F2."""

import json
import tkinter as tk


def say(**event: object) -> None:
    print(json.dumps(event), flush=True)


root = tk.Tk()
root.title("Fields of a test")
root.geometry("600x300+100+80")
line, page = tk.Entry(root, width=60), tk.Text(root, width=60, height=8)
line.pack()
page.pack()
line.bind("<F2>", lambda e: say(kind="text", text=line.get()))
page.bind("<F2>", lambda e: say(kind="text", text=page.get("1.0", "end-1c")))
for field, erase in ((line, lambda: line.delete(0, "end")), (page, lambda: page.delete("1.0", "end"))):
    field.bind("<F3>", lambda e, erase=erase: (erase(), say(kind="erased")))
line.bind("<FocusIn>", lambda e: say(kind="focus", of="line"))
page.bind("<FocusIn>", lambda e: say(kind="focus", of="page"))
root.update()
places = {n: [f.winfo_rootx() + 30, f.winfo_rooty() + 8] for n, f in (("line", line), ("page", page))}
say(kind="ready", **places)
root.mainloop()
