"""Whom a new phone knows, under which letter each stands, and the words of the Contacts app in all languages."""

from __future__ import annotations

import unicodedata
from bisect import bisect

from handsight.devices.virtual.kit.languages import by_language

NAMES = {
    "en": "Aisha Khan, Anna Keller, Anna Koenig, Ben Carter, Carla Mendes, Chloe Martin, Daniel Novak, "
    "Dr. Rivera, Ella Wood, Finn Larsen, Grace Lee, Hugo Bauer, Ivy Chen, Jack Murphy, Julia Rossi, "
    "Kenji Tanaka, Laura Stone, Leo Fischer, Maria Santos, Mum, Nina Petrova, Oliver Grant, Priya Nair, "
    "Quinn Foster, Sam Taylor, Tom Becker, Zoe Adams",
    "zh": "爸爸, 白雪, 陈晨, 陈思远, 邓丽, 方明, 高洁, 郭强, 韩梅梅, 何静, 胡军, 李娜, 李伟, 林小雨, 刘洋, 妈妈, 马超, "
    "彭飞, 孙悦, 唐宁, 王芳, 王磊, 吴迪, 许文, 杨帆, 张伟, 赵敏, 周杰",
    "de": "Aisha Khan, Anna Keller, Anna König, Ben Krämer, Carla Mendes, Charlotte Voß, Daniel Nowak, Dr. Weiß, "
    "Ella Wald, Finn Larsen, Greta Lange, Hugo Bauer, Ilse Schäfer, Jan Möller, Jörg Müller, Julia Roth, "
    "Kenji Tanaka, Laura Stein, Leo Fischer, Mama, Maria Santos, Nina Petrova, Oliver Groß, Özlem Kaya, Priya Nair, "
    "Samuel Schneider, Tom Becker, Zoe Adam",
    "ja": "青木 健, 石川 恵, お母さん, 加藤 誠, 木村 拓也, 小林 さくら, 佐藤 由美, 清水 翔, 鈴木 健, 高橋 直樹, "
    "田中 美咲, 中村クリニック, 西村 香, 橋本 亮, 藤田 明, 松本 葵, 村上 学, 森 大輔, 山田 花子, 吉田 徹, 渡辺 真理",
}  # fmt: skip
NUMBERS = {"en": "(415) 555-01{1}", "zh": "138 0000 {0}", "de": "0151 0000 {0}", "ja": "090-0000-{0}"}
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
FIRST_OF_LETTER = (
    "啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝"  # GBK has its characters in the order of their sounds
)
SOUNDS = {  # the family names of the Japanese phone, as they are spoken: a name does not tell it
    "青木": "あおき", "石川": "いしかわ", "加藤": "かとう", "木村": "きむら", "小林": "こばやし", "佐藤": "さとう",
    "清水": "しみず", "鈴木": "すずき", "高橋": "たかはし", "田中": "たなか", "中村": "なかむら", "西村": "にしむら",
    "橋本": "はしもと", "藤田": "ふじた", "松本": "まつもと", "村上": "むらかみ", "森 ": "もり", "山田": "やまだ",
    "吉田": "よしだ", "渡辺": "わたなべ",
}  # fmt: skip
_KANA = "あかさたなはまやらわ"  # the rows of the Japanese syllabary begin with these


def letter(name: str) -> str:
    """The letter under which a name stands: for a Chinese or Japanese name that of its sound."""
    first = _spoken(name)[:1].upper()
    if "ぁ" <= first <= "ん":
        return _KANA[bisect(_KANA, first) - 1] if first >= "あ" else "あ"
    first = unicodedata.normalize("NFD", first)[:1]  # Ö stands under O
    if "A" <= first <= "Z":
        return first
    code = first.encode("gbk", "replace")
    at = bisect([char.encode("gbk") for char in FIRST_OF_LETTER], code) if len(code) == 2 else 0
    return "ABCDEFGHJKLMNOPQRSTWXYZ"[at - 1] if at else "#"


def order(name: str) -> tuple[str, bytes]:
    """What names are sorted by."""
    spoken = unicodedata.normalize("NFD", _spoken(name).casefold())
    bare = "".join(char for char in spoken if not unicodedata.combining(char))
    return letter(name), bare.encode("gbk", "replace")


def _spoken(name: str) -> str:
    return SOUNDS.get(name[:2], "") + name


TEXTS = by_language({
    "Add to favourites": ("收藏", "Zu Favoriten hinzufügen", "お気に入りに追加"),
    "Call": ("呼叫", "Anrufen", "電話"),
    "Calling…": ("正在呼叫…", "Wird angerufen…", "発信中…"),
    "Contact deleted": ("已删除联系人", "Kontakt gelöscht", "連絡先を削除しました"),
    "Contact info": ("联系信息", "Kontaktdaten", "連絡先情報"),
    "Contact saved": ("已保存联系人", "Kontakt gespeichert", "連絡先を保存しました"),
    "Create contact": ("新建联系人", "Kontakt erstellen", "連絡先を作成"),
    "Delete": ("删除", "Löschen", "削除"),
    "Delete contact?": ("要删除联系人吗？", "Kontakt löschen?", "連絡先を削除しますか？"),
    "Edit": ("编辑", "Bearbeiten", "編集"),
    "Edit contact": ("编辑联系人", "Kontakt ändern", "連絡先を編集"),
    "Email": ("邮箱", "E-Mail", "メール"),
    "End call": ("挂断", "Auflegen", "通話を終了"),
    "Enter a name": ("请输入姓名", "Namen eingeben", "名前を入力してください"),
    "Favourites": ("收藏", "Favoriten", "お気に入り"),
    "All": ("全部", "Alle", "すべて"),
    "Message": ("发信息", "Nachricht", "メッセージ"),
    "More options": ("更多选项", "Weitere Optionen", "その他のオプション"),
    "Name": ("姓名", "Name", "名前"),
    "No contacts found": ("未找到联系人", "Keine Kontakte gefunden", "連絡先が見つかりません"),
    "Phone": ("电话", "Telefon", "電話番号"),
    "Remove from favourites": ("取消收藏", "Aus Favoriten entfernen", "お気に入りから削除"),
    "Save": ("保存", "Speichern", "保存"),
    "Search contacts": ("搜索联系人", "Kontakte suchen", "連絡先を検索"),
    "{} will be removed from this phone.": (
        "“{}”将从此手机中删除。",
        "{} wird von diesem Telefon entfernt.",
        "{}はこの端末から削除されます。",
    ),
})  # fmt: skip
