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


def move(event: object) -> None:
    root.geometry("+300+250")
    while root.winfo_rooty() < 250:
        root.update()
    say(kind="moved", corner=[root.winfo_rootx(), root.winfo_rooty()])


for field in (line, page):
    field.bind("<F4>", move)
page.bind("<Button-1>", lambda e: say(kind="click", root=[e.x_root, e.y_root]))
root.update()
places = {n: [f.winfo_rootx() + 30, f.winfo_rooty() + 8] for n, f in (("line", line), ("page", page))}
say(kind="ready", corner=[root.winfo_rootx(), root.winfo_rooty()], **places)
root.mainloop()
