"""Everything that the phone and its apps say is there in all of its languages."""

from __future__ import annotations

import inspect
import re

import pytest

from handsight.devices.virtual import body
from handsight.devices.virtual.apps import contacts_words, default_apps, files_words, messages_words, notes_words
from handsight.devices.virtual.apps import settings as settings_app
from handsight.devices.virtual.apps.shop_goods import GOODS
from handsight.devices.virtual.kit import App
from handsight.devices.virtual.kit.fonts import system_fonts
from handsight.devices.virtual.kit.languages import LANGUAGES, by_language

from .tour import phone_of

OTHERS = [language for language in LANGUAGES if language != "en"]
# Words that a German phone has as they are, and what Japanese writes in Latin letters.
GERMAN_TOO = {
    "Apps", "Auckland", "Berlin", "Bluetooth", "Buenos Aires", "Chicago", "Denver", "Details", "Display", "Dubai",
    "Express", "Honolulu", "Istanbul", "Lagos", "London", "Los Angeles", "Minute", "Mumbai", "Nairobi", "Name",
    "New York", "Pause", "Paris", "Seoul", "Smartwatch", "Standard", "Start", "Sydney", "System", "Timer", "Vancouver",
    "Version", "Videos", "Yoga",
}  # fmt: skip
LATIN_IN_JAPANESE = {"Bluetooth", "ON", "OFF", "Wi-Fi"}


@pytest.mark.parametrize("app", default_apps(), ids=lambda app: app.__name__.lower())
def test_every_text_of_an_app_has_all_languages(app: type[App]) -> None:
    assert set(app.labels) == set(LANGUAGES)
    assert set(app.texts) == set(OTHERS)
    used = set(re.findall(r'\bt\(\s*"([^"]+)"', inspect.getsource(app)))
    for language in OTHERS:
        words = app.texts[language]
        assert used - set(words) == set(), language
        assert set(words) == set(app.texts["zh"])
        for english, translated in words.items():
            assert english.count("{}") == translated.count("{}"), translated
            assert translated.strip() == translated != "", english


@pytest.mark.parametrize("app", default_apps(), ids=lambda app: app.__name__.lower())
def test_each_language_is_written_in_its_own_words(app: type[App]) -> None:
    same = {english for english, german in app.texts["de"].items() if german == english}
    assert same - GERMAN_TOO == set()
    latin = {japanese for japanese in app.texts["ja"].values() if not re.search(r"[ぁ-ヿ一-鿿]", japanese)}
    assert latin - LATIN_IN_JAPANESE == set()


def test_goods_words_of_the_system_and_first_contents_are_there_in_all_languages() -> None:
    shop = next(app for app in default_apps() if app.__name__ == "Shop")
    for language in OTHERS:
        for product in GOODS:
            assert {product.name, product.text} <= set(shop.texts[language])
        assert set(body.WORDS[language]) == set(body.WORDS["zh"])
    for table in (contacts_words.NAMES, contacts_words.NUMBERS, files_words.SEED, messages_words.SEED,
                  messages_words.ANSWERS, messages_words.ANSWERS_TO_QUESTIONS, notes_words.SEED):  # fmt: skip
        assert set(table) == set(LANGUAGES)
    assert {len(notes) for notes in notes_words.SEED.values()} == {8}
    assert {len(talks) for talks in messages_words.SEED.values()} == {9}


def test_a_row_is_turned_into_a_table_for_each_language() -> None:
    assert by_language({"Yes": ("是", "Ja", "はい")}) == {
        "zh": {"Yes": "是"},
        "de": {"Yes": "Ja"},
        "ja": {"Yes": "はい"},
    }


def test_the_settings_list_all_languages_and_switch_to_each() -> None:
    assert set(settings_app.LANGUAGES) == set(LANGUAGES.values())
    phone, _ = phone_of("settings")
    for language, locale in LANGUAGES.items():
        phone.settings["system"]["system_locales"] = locale
        assert phone.language == language
        assert phone.app("settings").label() in said(phone)
        assert phone.word("Cancel") == body.WORDS.get(language, {}).get("Cancel", "Cancel")


@pytest.mark.parametrize(
    ("language", "date", "price", "letters"),
    [("de", "Samstag, 14. März", "29,90 €", "ABC"), ("ja", "3月14日 土曜日", "4,480円", "あかさ")],
)
def test_dates_prices_and_letters_are_those_of_the_language(language, date, price, letters) -> None:
    phone, _ = phone_of("launcher", language=language)
    assert date in said(phone)
    phone.launch("org.handsight.shop")
    assert price in said(phone)
    phone.launch("org.handsight.contacts")
    assert [text for text in said(phone) if len(text) == 1 and text in letters][:3] == sorted(letters)


def test_umlauts_stand_under_their_letter_and_a_japanese_name_under_its_sound() -> None:
    german = sorted(contacts_words.NAMES["de"].split(", "), key=contacts_words.order)
    assert german.index("Oliver Groß") < german.index("Özlem Kaya") < german.index("Priya Nair")
    assert contacts_words.letter("Özlem Kaya") == "O"
    assert [contacts_words.letter(name) for name in ("田中 美咲", "森 大輔", "お母さん", "ヌ", "白雪")] == list(
        "たまあ#B"
    )


def test_a_japanese_phone_writes_han_characters_the_japanese_way() -> None:
    chinese, japanese = system_fonts(), system_fonts("JP")
    if "built in" in japanese.in_use.values() or not japanese.in_use["cjk"].endswith(".ttc"):
        pytest.skip(f"needs the fonts that `make system` brings; in use: {japanese.in_use}")
    phone, _ = phone_of("settings", language="ja")
    assert phone.fonts is japanese
    phone.settings["system"]["system_locales"] = "zh-CN"
    assert phone.fonts is chinese
    assert chinese.mask("直", 40).tobytes() != japanese.mask("直", 40).tobytes()


def said(phone) -> list[str]:
    return [node.text for node in phone.tree().walk() if node.text]
