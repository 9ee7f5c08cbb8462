"""What lies on the virtual phone at first, and the words of the Files app in Chinese, German and Japanese."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw

from handsight.devices.virtual.kit.languages import by_language

_SOUND = "ID3 " + "\0" * 4096

SEED = {
    "en": {
        "Documents/Travel plan.txt": (
            "Lisbon, 24 to 28 March\n\nTuesday: arrive 14:05, tram to the hotel\n"
            "Wednesday: Belem, the tower at 10:00\nThursday: Sintra, first train\nFriday: free"
        ),
        "Download/invoice_2026_03.txt": (
            "Invoice 2026-03\n\n2 x Desk lamp    59.80\n1 x Notebook      6.50\n\nTotal 66.30"
        ),
        "Pictures/Beach.png": "",
        "Documents/Budget.csv": "month,rent,food,travel\nJanuary,820,310,45\nFebruary,820,295,120",
        "Download/ticket.txt": "Train 1142, coach 7, seat 35\nDeparts 08:12, platform 4",
        "Music/Morning.mp3": _SOUND,
        "Documents/Recipe.txt": (
            "Lentil soup\n\n250 g lentils\n1 onion\n2 carrots\nCook for 30 minutes, season with lemon."
        ),
        "Pictures/Mountains.png": "",
        "Download/manual.txt": "Press the button for three seconds. The light turns blue.",
        "Documents/Letter.txt": "Dear neighbours,\n\non Saturday we celebrate. Come along!\n\nJulia and Tom",
        "Pictures/Sunset.png": "",
        "Music/Rain.mp3": _SOUND,
        "Download/todo_old.txt": "call the bank\npaint the fence",
        "Documents/Work/Minutes.txt": "Present: Anna, Ben, Priya\n1. Budget agreed\n2. Next meeting on 20 March",
        "Documents/Work/Ideas.txt": "A map of quiet places\nA library of things",
        "Music/City lights.mp3": _SOUND,
        "Download/readme.txt": "Thank you for downloading.",
        "Documents/Passwords hint.txt": "The usual, with the year.",
        "Documents/Workout.txt": "10 squats\n10 push-ups\n1 minute plank\nRepeat three times",
        "Documents/Books.txt": "Read: 4\nTo read: 11",
        "Documents/Addresses.txt": "Anna: 12 Mill Lane\nLeo: 3 Harbour Street",
        "Documents/Plants.txt": "Water the fern on Mondays,\nthe cactus once a month.",
        "Documents/Birthdays.txt": "Priya 2 April\nTom 19 May\nMum 30 June",
        "Documents/Poem.txt": "",
    },
    "zh": {
        "Documents/旅行计划.txt": (
            "成都，3 月 24 日至 28 日\n\n周二：14:05 到达\n周三：十点看熊猫\n周四：都江堰\n周五：自由活动"
        ),
        "Download/发票_2026_03.txt": "发票 2026-03\n\n台灯 2 个    398.00\n笔记本 1 本   25.00\n\n合计 423.00",
        "Pictures/海滩.png": "",
        "Documents/预算.csv": "月份,房租,伙食,出行\n一月,3200,1500,300\n二月,3200,1450,620",
        "Download/车票.txt": "G1142 次 7 车 35 号\n08:12 开，4 站台",
        "Music/清晨.mp3": _SOUND,
        "Documents/菜谱.txt": "西红柿炒鸡蛋\n\n鸡蛋 3 个\n西红柿 2 个\n盐少许",
        "Pictures/山.png": "",
        "Download/说明书.txt": "按住按钮三秒，灯变蓝。",
        "Pictures/日落.png": "",
        "Music/雨声.mp3": _SOUND,
        "Documents/信.txt": "亲爱的邻居们：\n\n周六我们聚会，欢迎来玩！",
        "Download/旧待办.txt": "给银行打电话\n刷篱笆",
        "Documents/工作/会议记录.txt": "出席：李娜、王磊、孙悦\n1. 预算通过\n2. 下次会议 3 月 20 日",
        "Documents/健身.txt": "深蹲 10 次\n俯卧撑 10 次\n平板支撑 1 分钟",
        "Documents/书单.txt": "已读：4\n想读：11",
        "Documents/地址.txt": "李娜：学院路 12 号\n刘洋：海港街 3 号",
        "Documents/花.txt": "周一浇水。",
        "Documents/生日.txt": "孙悦 4 月 2 日\n张伟 5 月 19 日",
        "Documents/诗.txt": "",
        "Documents/密码提示.txt": "老样子加年份。",
        "Documents/电影.txt": "周末看。",
        "Documents/工作/点子.txt": "安静地图\n共享工具屋",
    },
    "de": {
        "Documents/Reiseplan.txt": (
            "Lissabon, 24. bis 28. März\n\nDienstag: Ankunft 14:05, Tram zum Hotel\n"
            "Mittwoch: Belém, der Turm um 10:00\nDonnerstag: Sintra, erster Zug\nFreitag: frei"
        ),
        "Download/Rechnung_2026_03.txt": (
            "Rechnung 2026-03\n\n2 x Lampe      59,80\n1 x Notizbuch   6,50\n\nSumme 66,30"
        ),
        "Pictures/Strand.png": "",
        "Documents/Haushalt.csv": "Monat,Miete,Essen,Reisen\nJanuar,820,310,45\nFebruar,820,295,120",
        "Download/Fahrkarte.txt": "ICE 1142, Wagen 7, Platz 35\nAbfahrt 08:12, Gleis 4",
        "Music/Morgen.mp3": _SOUND,
        "Documents/Rezept.txt": (
            "Linsensuppe\n\n250 g Linsen\n1 Zwiebel\n2 Möhren\n30 Minuten kochen, mit Zitrone abschmecken."
        ),
        "Pictures/Berge.png": "",
        "Download/Anleitung.txt": "Drei Sekunden auf den Knopf drücken. Das Licht wird blau.",
        "Documents/Brief.txt": "Liebe Nachbarn,\n\nam Samstag feiern wir. Kommt vorbei!\n\nJulia und Tom",
        "Pictures/Sonnenuntergang.png": "",
        "Music/Regen.mp3": _SOUND,
        "Documents/Verein/Protokoll.txt": "Anwesend: Anna, Jörg, Priya\n1. Budget beschlossen\n2. Weiter am 20. März",
        "Documents/Bücher.txt": "Gelesen: 4\nNoch zu lesen: 11",
        "Documents/Geburtstage.txt": "Priya 2. April\nTom 19. Mai\nMama 30. Juni",
        "Documents/Gedicht.txt": "",
        "Documents/Pflanzen.txt": "Farn montags gießen,\nden Kaktus einmal im Monat.",
    },
    "ja": {
        "Documents/旅行計画.txt": (
            "京都、3 月 24 日から 28 日\n\n火曜: 14:05 到着\n水曜: 10:00 清水寺\n木曜: 嵐山、始発\n金曜: 自由"
        ),
        "Download/請求書_2026_03.txt": "請求書 2026-03\n\nランプ 2 個    5,980\nノート 1 冊      650\n\n合計 6,630",
        "Pictures/海辺.png": "",
        "Documents/家計簿.csv": "月,家賃,食費,交通費\n1月,82000,31000,4500\n2月,82000,29500,12000",
        "Download/切符.txt": "のぞみ 42 号 7 号車 35 番\n08:12 発、4 番線",
        "Music/朝.mp3": _SOUND,
        "Documents/レシピ.txt": "レンズ豆のスープ\n\nレンズ豆 250 g\n玉ねぎ 1 個\nにんじん 2 本\n30 分煮る。",
        "Pictures/山.png": "",
        "Download/説明書.txt": "ボタンを 3 秒押すと、ランプが青くなります。",
        "Documents/手紙.txt": "ご近所の皆様\n\n土曜日にパーティーをします。ぜひお越しください。",
        "Pictures/夕日.png": "",
        "Music/雨音.mp3": _SOUND,
        "Documents/仕事/議事録.txt": "出席: 田中、木村、佐藤\n1. 予算を承認\n2. 次回は 3 月 20 日",
        "Documents/読書.txt": "読んだ: 4\n読みたい: 11",
        "Documents/誕生日.txt": "佐藤さん 4 月 2 日\n鈴木さん 5 月 19 日",
        "Documents/詩.txt": "",
        "Documents/植物.txt": "月曜に水をやる。",
    },
}

TEXTS = by_language({
    "A name has no slash": ("名称不能含有斜杠", "Ein Name hat keinen Schrägstrich", "名前にスラッシュは使えません"),
    "DCIM": ("相机", "Kamera", "カメラ"),
    "Delete": ("删除", "Löschen", "削除"),
    "Delete?": ("要删除吗？", "Löschen?", "削除しますか？"),
    "Deleted": ("已删除", "Gelöscht", "削除しました"),
    "Details": ("详细信息", "Details", "詳細"),
    "Documents": ("文档", "Dokumente", "ドキュメント"),
    "Download": ("下载", "Downloads", "ダウンロード"),
    "Enter a name": ("请输入名称", "Namen eingeben", "名前を入力してください"),
    "Folders": ("文件夹", "Ordner", "フォルダ"),
    "Internal storage": ("内部存储", "Interner Speicher", "内部ストレージ"),
    "Largest first": ("最大在前", "Größte zuerst", "サイズの大きい順"),
    "More options": ("更多选项", "Weitere Optionen", "その他のオプション"),
    "Music": ("音乐", "Musik", "音楽"),
    "Name": ("名称", "Name", "名前"),
    "New folder": ("新建文件夹", "Neuer Ordner", "新しいフォルダ"),
    "Newest first": ("最新在前", "Neueste zuerst", "新しい順"),
    "No app can open this file": (
        "没有应用可以打开此文件",
        "Keine App kann diese Datei öffnen",
        "このファイルを開けるアプリがありません",
    ),
    "Nothing here": ("这里是空的", "Hier ist nichts", "何もありません"),
    "Options of {}": ("{}的选项", "Optionen für {}", "{}のオプション"),
    "Pictures": ("图片", "Bilder", "画像"),
    "Rename": ("重命名", "Umbenennen", "名前を変更"),
    "Sort": ("排序", "Sortieren", "並べ替え"),
    "Sort by": ("排序方式", "Sortieren nach", "並べ替え順"),
    "Storage": ("存储", "Speicher", "ストレージ"),
    "There is already something of that name": (
        "该名称已被使用",
        "Diesen Namen gibt es schon",
        "同じ名前の項目があります",
    ),
    "This file is empty": ("此文件为空", "Diese Datei ist leer", "このファイルは空です"),
    "This file is gone": ("此文件已不存在", "Diese Datei gibt es nicht mehr", "このファイルはもうありません"),
    "This folder is gone": ("此文件夹已不存在", "Diesen Ordner gibt es nicht mehr", "このフォルダはもうありません"),
    "This picture is broken": ("图片已损坏", "Dieses Bild ist beschädigt", "この画像は壊れています"),
    "{} items": ("{} 项", "{} Elemente", "{} 項目"),
    "“{}” will be deleted for good.": (
        "“{}”将被永久删除。",
        "„{}“ wird endgültig gelöscht.",
        "「{}」は完全に削除されます。",
    ),
})  # fmt: skip


@lru_cache
def painted(number: int) -> bytes:
    """A landscape as a PNG: a sky, a sun, hills or the sea."""
    skies = (("#FDB99B", "#A770EF"), ("#BFE9FF", "#2E8BC0"), ("#FFD3A5", "#FD6585"))
    below, above = skies[number % 3]
    sky = Image.linear_gradient("L").resize((480, 320))
    image = Image.composite(Image.new("RGB", sky.size, below), Image.new("RGB", sky.size, above), sky)
    draw = ImageDraw.Draw(image)
    x = 90 + 70 * (number % 5)
    draw.ellipse((x, 60, x + 70, 130), fill="#FFF3C4")
    draw.polygon([(0, 320), (0, 230), (120, 150), (230, 250), (340, 170), (480, 260), (480, 320)], fill="#4A6572")
    draw.polygon([(0, 320), (0, 270), (160, 230), (330, 285), (480, 240), (480, 320)], fill="#344955")
    stream = BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()
