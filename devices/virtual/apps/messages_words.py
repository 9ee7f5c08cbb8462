"""What people wrote before, what they answer, and the words of the Messages app in Chinese, German and Japanese."""

from __future__ import annotations

from handsight.devices.virtual.kit.languages import by_language

SEED = {  # with whom, and what was said: "<" came in, ">" went out
    "en": {
        "Mum": "<Did you land safely?|>Yes, all good!|<Wonderful. Call me on Sunday?",
        "Anna Keller": ">Are we still on for Friday?|<Yes! 7 pm at the Italian place?|>Perfect.|<I will book a table",
        "Ben Carter": "<The parcel is at my place|>Thanks, I will pick it up tonight",
        "Dr. Rivera": "<Reminder: your appointment is on Tuesday, 17 March, at 10:30.",
        "Grace Lee": ">How was the concert?|<Loud. And brilliant!",
        "Leo Fischer": "<Can you send me the slides?|>Sure, this afternoon",
        "Parcel service": "<Your code for the pickup station is 4471.",
        "Priya Nair": "<Happy birthday!!|>Thank you so much!",
        "Tom Becker": "<Running late, 10 minutes|>No problem",
    },
    "zh": {
        "妈妈": "<到家了吗？|>到了，一切都好！|<那就好，周日给我打电话吧",
        "李娜": ">周五还一起吃饭吗？|<去！七点老地方？|>好的|<我订了四个人的位子",
        "王磊": "<你的快递放我这儿了|>谢谢，我晚上去拿",
        "何静": "<提醒：您预约的时间是 3 月 17 日周二 10:30。",
        "林小雨": ">音乐会怎么样？|<太棒了！",
        "刘洋": "<可以把幻灯片发给我吗？|>好，下午发",
        "快递驿站": "<您的取件码是 4471。",
        "孙悦": "<生日快乐！|>谢谢！",
        "张伟": "<路上堵车，晚到十分钟|>没关系",
    },
    "de": {
        "Mama": "<Seid ihr gut angekommen?|>Ja, alles gut!|<Schön. Rufst du am Sonntag an?",
        "Anna Keller": ">Bleibt es bei Freitag?|<Ja! 19 Uhr beim Italiener?|>Perfekt.|<Ich reserviere einen Tisch",
        "Jörg Müller": "<Dein Paket ist bei mir|>Danke, ich hole es heute Abend ab",
        "Dr. Weiß": "<Zur Erinnerung: Ihr Termin ist am Dienstag, 17. März, um 10:30 Uhr.",
        "Greta Lange": ">Wie war das Konzert?|<Laut. Und großartig!",
        "Leo Fischer": "<Schickst du mir die Folien?|>Klar, heute Nachmittag",
        "Paketdienst": "<Ihr Code für die Packstation ist 4471.",
        "Priya Nair": "<Alles Gute zum Geburtstag!|>Vielen Dank!",
        "Tom Becker": "<Komme 10 Minuten später|>Kein Problem",
    },
    "ja": {
        "お母さん": "<無事に着いた？|>うん、大丈夫！|<よかった。日曜に電話してね",
        "田中 美咲": ">金曜の約束、大丈夫？|<はい！7 時にいつもの店で？|>了解です。|<予約しておきます",
        "木村 拓也": "<荷物を預かっています|>ありがとう、今夜取りに行きます",
        "中村クリニック": "<ご予約は 3 月 17 日（火）10:30 です。",
        "小林 さくら": ">コンサートどうだった？|<最高だった！",
        "森 大輔": "<スライドを送ってもらえますか？|>はい、午後に送ります",
        "宅配便": "<受け取り番号は 4471 です。",
        "佐藤 由美": "<お誕生日おめでとう！|>ありがとう！",
        "鈴木 健": "<10 分遅れます|>大丈夫です",
    },
}  # fmt: skip
ANSWERS = {
    "en": ("Sounds good!", "Okay, thanks!", "Great, see you then."),
    "zh": ("好的！", "收到，谢谢！", "没问题，到时见。"),
    "de": ("Klingt gut!", "Okay, danke!", "Super, bis dann."),
    "ja": ("いいですね！", "わかりました。ありがとう！", "では、また後で。"),
}
ANSWERS_TO_QUESTIONS = {
    "en": "Yes, that works for me.",
    "zh": "可以的。",
    "de": "Ja, das passt mir.",
    "ja": "はい、大丈夫です。",
}

TEXTS = by_language({
    "Delete": ("删除", "Löschen", "削除"),
    "Delete conversation": ("删除会话", "Unterhaltung löschen", "会話を削除"),
    "Delete conversation?": ("要删除会话吗？", "Unterhaltung löschen?", "会話を削除しますか？"),
    "Delete message?": ("要删除这条信息吗？", "Nachricht löschen?", "メッセージを削除しますか？"),
    "Message": ("输入信息", "Nachricht", "メッセージを入力"),
    "More options": ("更多选项", "Weitere Optionen", "その他のオプション"),
    "New conversation": ("新建会话", "Neue Unterhaltung", "新しい会話"),
    "No conversations": ("没有会话", "Keine Unterhaltungen", "会話はありません"),
    "Send": ("发送", "Senden", "送信"),
    "Start chat": ("发起聊天", "Chat starten", "チャットを開始"),
    "Name or number": ("姓名或号码", "Name oder Nummer", "名前または電話番号"),
    "This can't be undone.": (
        "此操作无法撤消。",
        "Das lässt sich nicht rückgängig machen.",
        "この操作は取り消せません。",
    ),
    "You: {}": ("我：{}", "Sie: {}", "自分: {}"),
})  # fmt: skip
