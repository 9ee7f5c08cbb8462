"""The notes of a new phone, and the words of the Notes app in Chinese, German and Japanese."""

from __future__ import annotations

from handsight.devices.virtual.kit.languages import by_language

SEED = {
    "en": (
        ("Shopping list", "Milk, eggs, bread, tomatoes, olive oil, coffee"),
        ("Meeting with Anna", "Friday 10:00, room 3. Bring the budget and two ideas for the summer campaign."),
        ("Books to read", "The Left Hand of Darkness\nMiddlemarch\nThe Periodic Table"),
        ("Wi-Fi at the cabin", "Network: pinewood\nPassword: ask Leo"),
        ("Gift ideas", "Mum: a plant for the balcony\nTom: running socks\nPriya: tickets for the museum"),
        ("Packing for Lisbon", "Passport, charger, sunscreen, the small backpack"),
        ("Pancakes", "250 g flour, 2 eggs, 500 ml milk, a pinch of salt. Rest for 20 minutes."),
        ("Measurements", "Living room window: 184 x 126 cm"),
    ),
    "zh": (
        ("购物清单", "牛奶、鸡蛋、面包、西红柿、橄榄油、咖啡"),
        ("和李娜开会", "周五 10:00，三号会议室。带上预算和夏季活动的两个方案。"),
        ("想读的书", "《围城》\n《平凡的世界》\n《三体》"),
        ("山间小屋无线网络", "网络：pinewood\n密码：问刘洋"),
        ("礼物", "妈妈：阳台上的花\n张伟：跑步袜\n孙悦：博物馆门票"),
        ("成都行李", "身份证、充电器、防晒霜、小背包"),
        ("煎饼", "面粉 250 克，鸡蛋 2 个，牛奶 500 毫升，盐少许。静置 20 分钟。"),
        ("尺寸", "客厅窗户：184 × 126 厘米"),
    ),
    "de": (
        ("Einkaufsliste", "Milch, Eier, Brot, Tomaten, Olivenöl, Kaffee"),
        ("Termin mit Anna", "Freitag 10:00, Raum 3. Budget und zwei Ideen für die Sommerkampagne mitbringen."),
        ("Bücher", "Der Zauberberg\nDie Wand\nDas Parfum"),
        ("WLAN in der Hütte", "Netzwerk: pinewood\nPasswort: Leo fragen"),
        ("Geschenkideen", "Mama: eine Pflanze für den Balkon\nTom: Laufsocken\nPriya: Karten fürs Museum"),
        ("Packen für Lissabon", "Reisepass, Ladegerät, Sonnencreme, der kleine Rucksack"),
        ("Pfannkuchen", "250 g Mehl, 2 Eier, 500 ml Milch, eine Prise Salz. 20 Minuten ruhen lassen."),
        ("Maße", "Fenster im Wohnzimmer: 184 x 126 cm"),
    ),
    "ja": (
        ("買い物リスト", "牛乳、卵、パン、トマト、オリーブオイル、コーヒー"),
        ("田中さんと打ち合わせ", "金曜 10:00、会議室 3。予算と夏のキャンペーン案を 2 つ持参。"),
        ("読みたい本", "『こころ』\n『雪国』\n『銀河鉄道の夜』"),
        ("山小屋の Wi-Fi", "ネットワーク: pinewood\nパスワード: 森さんに聞く"),
        ("プレゼント", "母: ベランダの花\n鈴木さん: ランニングソックス\n佐藤さん: 美術館のチケット"),
        ("京都の荷物", "充電器、日焼け止め、小さいリュック"),
        ("ホットケーキ", "小麦粉 250 g、卵 2 個、牛乳 500 ml、塩少々。20 分休ませる。"),
        ("寸法", "居間の窓: 184 x 126 cm"),
    ),
}

TEXTS = by_language({
    "Delete": ("删除", "Löschen", "削除"),
    "Delete note?": ("要删除便签吗？", "Notiz löschen?", "メモを削除しますか？"),
    "Discard": ("舍弃", "Verwerfen", "破棄"),
    "Discard changes?": ("要舍弃更改吗？", "Änderungen verwerfen?", "変更を破棄しますか？"),
    "Edit note": ("编辑便签", "Notiz bearbeiten", "メモを編集"),
    "Keep editing": ("继续编辑", "Weiter bearbeiten", "編集を続ける"),
    "New note": ("新建便签", "Neue Notiz", "新しいメモ"),
    "No notes found": ("未找到便签", "Keine Notizen gefunden", "メモが見つかりません"),
    "No notes yet": ("还没有便签", "Noch keine Notizen", "メモはまだありません"),
    "Note": ("内容", "Notiz", "内容"),
    "Note deleted": ("已删除便签", "Notiz gelöscht", "メモを削除しました"),
    "Note saved": ("已保存便签", "Notiz gespeichert", "メモを保存しました"),
    "Save": ("保存", "Speichern", "保存"),
    "Search notes": ("搜索便签", "Notizen suchen", "メモを検索"),
    "Title": ("标题", "Titel", "タイトル"),
    "Untitled": ("无标题", "Ohne Titel", "無題"),
    "What you have written will be lost.": (
        "您写的内容将会丢失。",
        "Was Sie geschrieben haben, geht verloren.",
        "書いた内容は失われます。",
    ),
    "Write something first": ("请先写点内容", "Schreiben Sie zuerst etwas", "先に何か書いてください"),
    "“{}” will be gone for good.": (
        "“{}”将被永久删除。",
        "„{}“ wird endgültig gelöscht.",
        "「{}」は完全に削除されます。",
    ),
})  # fmt: skip
