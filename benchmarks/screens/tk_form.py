"""A window of Tk, which has no tree: it tells itself where its labels stand, once they do. Started by `programs`."""

import json
import sys
import tkinter

WORDS = {
    "en": ("Account", "Full name", "Newsletter", "Every week", "Every month", "Country", "Save changes", "Discard"),
    "zh": ("账户", "姓名全称", "订阅邮件", "每周", "每月", "国家或地区", "保存更改", "放弃更改"),
    "de": ("Konto", "Vollständiger Name", "Rundbrief", "Jede Woche", "Jeden Monat", "Land", "Änderungen speichern",
           "Verwerfen"),
    "ja": ("アカウント", "氏名", "メールマガジン", "毎週", "毎月", "国または地域", "変更を保存", "破棄する"),
}  # fmt: skip


def main() -> None:
    language, dark, size = sys.argv[1], sys.argv[2] == "dark", int(sys.argv[3])
    root = tkinter.Tk()
    root.title("Tk")
    ground, ink = ("#202124", "#E8EAED") if dark else ("#F4F4F4", "#202124")
    root.configure(background=ground)
    look = {"bg": ground, "fg": ink, "font": ("Noto Sans CJK SC", -size)}
    words, chosen = WORDS[language], tkinter.IntVar()
    box = {**look, "selectcolor": ground, "activebackground": ground}
    widgets: list[tkinter.Widget] = [
        tkinter.Label(root, text=words[0], **look),  # type: ignore[arg-type]
        tkinter.Label(root, text=words[1], **look),  # type: ignore[arg-type]
        tkinter.Entry(root),
        tkinter.Checkbutton(root, text=words[2], **box),  # type: ignore[arg-type]
        tkinter.Radiobutton(root, text=words[3], value=1, variable=chosen, **box),  # type: ignore[arg-type]
        tkinter.Radiobutton(root, text=words[4], value=2, variable=chosen, **box),  # type: ignore[arg-type]
        tkinter.Label(root, text=words[5], **look),  # type: ignore[arg-type]
        tkinter.Button(root, text=words[6], **look),  # type: ignore[arg-type]
        tkinter.Button(root, text=words[7], **look),  # type: ignore[arg-type]
    ]
    for row, widget in enumerate(widgets):
        widget.grid(row=row // 2, column=row % 2, sticky="w", padx=24, pady=12)
    root.geometry("+60+60")

    def tell() -> None:
        told = [[w.cget("text"), w.winfo_rootx(), w.winfo_rooty(), w.winfo_width(), w.winfo_height()]
                for w in widgets if not isinstance(w, tkinter.Entry)]  # fmt: skip
        print(json.dumps(told), flush=True)

    root.after(400, tell)
    root.mainloop()


if __name__ == "__main__":
    main()
