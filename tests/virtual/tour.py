"""Every page of every app, and the way to it: what the tests look at page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from handsight.devices.virtual.apps.contacts import Contact
from handsight.devices.virtual.apps.shop import Order
from handsight.devices.virtual.apps.shop_goods import GOODS
from handsight.devices.virtual.kit import App
from handsight.devices.virtual.phone import Phone
from handsight.devices.virtual.timing import StillClock

SIZES = [(1080, 2400), (720, 1280), (2400, 1080), (320, 480)]


def still_phone(**options: object) -> tuple[Phone, StillClock]:
    """A phone without transitions, by a clock that stands still."""
    clock = StillClock()
    phone = Phone(clock=clock, sleep=clock.sleep, now=clock.now, **options)  # type: ignore[arg-type]
    phone.settings["global"]["transition_animation_scale"] = "0"
    return phone, clock


def _order(app) -> Order:
    return Order(1001, {GOODS[0].name: 2, GOODS[7].name: 1}, "Express", replace(app.address), 19_950)


def _in_cart(app) -> None:
    app.cart = {product.name: 2 for product in GOODS[:4]}
    app.address = replace(app.address, name="Ada", street="1 Main Street", postcode="12345", city="London")


def _counting(app) -> None:
    app.tab = 2
    app.start_or_pause()
    app.lap()
    app.lap()


def _timing(app) -> None:
    app.tab, app.digits = 3, "500"
    app.set_timer()


def _empty(name: str, value: object) -> Callable[[App], None]:
    return lambda app: setattr(app, name, value)


TOUR: dict[str, Callable] = {  # "app page" -> how to come there from the app's first page
    "launcher main": lambda app: None,
    "launcher recents": lambda app: app.phone.press_button("recents"),
    "contacts main": lambda app: None,
    "contacts main, favourites": _empty("only_favourites", True),
    "contacts main, nobody": _empty("search", "nobody"),
    "contacts one": lambda app: app.open(app.one, app.contacts[3]),
    "contacts one, only a name": lambda app: app.open(app.one, Contact("Ada")),
    "contacts more": lambda app: (app.open(app.one, app.contacts[3]), app.show(app.more, app.contacts[3])),
    "contacts ask_delete": lambda app: app.ask_delete(app.contacts[3]),
    "contacts form": lambda app: app.write(app.contacts[3]),
    "contacts form, new": lambda app: app.write(None),
    "contacts calling": lambda app: app.call(app.contacts[3]),
    "messages main": lambda app: None,
    "messages main, none": _empty("conversations", []),
    "messages thread": lambda app: app.open(app.thread, app.conversations[1]),
    "messages more": lambda app: app.show(app.more, app.conversations[1]),
    "messages ask_delete": lambda app: app.ask_delete(app.conversations[1]),
    "messages ask_delete_message": lambda app: app.ask_delete_message(
        app.conversations[1], app.conversations[1].messages[0]
    ),
    "messages new": lambda app: app.begin(),
    "notes main": lambda app: None,
    "notes main, none": _empty("notes", []),
    "notes main, none found": _empty("search", "zzz"),
    "notes form": lambda app: app.write(app.notes[1]),
    "notes form, new": lambda app: app.write(None),
    "notes ask_delete": lambda app: (app.write(app.notes[1]), app.ask_delete()),
    "notes on_back": lambda app: (app.write(None), setattr(app.draft, "text", "x"), app.on_back()),
    "clock main": lambda app: None,
    "clock main, no alarms": _empty("alarms", []),
    "clock main, world": _empty("tab", 1),
    "clock main, no cities": lambda app: (_empty("tab", 1)(app), app.cities.clear()),
    "clock main, stopwatch": _empty("tab", 2),
    "clock main, counting": _counting,
    "clock main, timer": _empty("tab", 3),
    "clock main, timing": _timing,
    "clock main, rings": lambda app: (_timing(app), app._ring(app.timer.ends)),
    "clock form": lambda app: app.edit(app.alarms[1]),
    "clock form, new": lambda app: app.edit(None),
    "clock pick": lambda app: (app.edit(None), app.show(app.pick, "hour", 24)),
    "clock pick, minute": lambda app: (app.edit(None), app.show(app.pick, "minute", 60)),
    "clock ask_delete": lambda app: (app.edit(app.alarms[0]), app.ask_delete()),
    "clock add_city": lambda app: app.find_city(),
    "clock add_city, none": lambda app: (app.find_city(), setattr(app, "city_search", "zzz")),
    "files main": lambda app: None,
    "files folder": lambda app: app.open(app.folder, "/sdcard/Pictures"),
    "files folder, empty": lambda app: app.open(app.folder, "/sdcard/Alarms"),
    "files folder, gone": lambda app: app.open(app.folder, "/sdcard/None"),
    "files folder, storage": lambda app: app.open(app.folder, "/sdcard"),
    "files file": lambda app: app.open(app.file, _first_file(app, "Documents")),
    "files file, picture": lambda app: app.open(app.file, _first_file(app, "Pictures")),
    "files file, music": lambda app: app.open(app.file, _first_file(app, "Music")),
    "files file, gone": lambda app: app.open(app.file, "/sdcard/none.txt"),
    "files choices": lambda app: app.show(app.choices, _first_file(app, "Documents")),
    "files details": lambda app: app.show(app.details, _first_file(app, "Documents")),
    "files sorting": lambda app: app.show(app.sorting),
    "files ask_name": lambda app: (app.ask_name(_first_file(app, "Documents")), _empty("problem", "Enter a name")(app)),
    "files ask_folder": lambda app: app.ask_folder("/sdcard"),
    "files ask_delete": lambda app: app.ask_delete(_first_file(app, "Documents")),
    "shop main": lambda app: None,
    "shop main, a category": _empty("category", "Books"),
    "shop main, nothing": _empty("search", "zzz"),
    "shop product": lambda app: app.look_at(GOODS[6]),
    "shop cart_page": lambda app: (_in_cart(app), app.open(app.cart_page)),
    "shop cart_page, empty": lambda app: app.open(app.cart_page),
    "shop address_page": lambda app: (_in_cart(app), app.check_out()),
    "shop address_page, empty": lambda app: app.check_out(),
    "shop review_page": lambda app: (_in_cart(app), app.review()),
    "shop done": lambda app: app.open(app.done, _order(app)),
    "shop all_orders": lambda app: (app.orders.append(_order(app)), app.open(app.all_orders)),
    "shop all_orders, none": lambda app: app.open(app.all_orders),
    "settings main": lambda app: None,
    "settings one_app": lambda app: app.open(app.one_app, app.phone.app("clock")),
    "settings ask_stop": lambda app: app._ask_stop(app.phone.app("clock")),
    "settings ask_timeout": lambda app: app.show(app.ask_timeout),
    "settings one_network": lambda app: app.open(app.one_network, "Office"),
    "settings one_network, connected": lambda app: app.open(app.one_network, "Home"),
    "settings internet, flying": lambda app: (app._fly(True), app.open(app.internet)),
    "settings bluetooth, off": lambda app: (app._put("global", "bluetooth_on", "0"), app.open(app.bluetooth)),
    "settings system, developer": lambda app: (
        app._put("global", "development_settings_enabled", "1"),
        app.open(app.system),
    ),
}
for _page in (
    *("apps", "notifications", "sound", "display", "font_size", "battery", "storage", "security", "location"),
    *("accessibility", "system", "languages", "gestures", "date_time", "developer", "about", "internet", "bluetooth"),
):
    TOUR[f"settings {_page}"] = lambda app, page=_page: app.open(getattr(app, page))


def _first_file(app, folder: str) -> str:
    return f"/sdcard/{folder}/{app.phone.files.list(f'/sdcard/{folder}')[0].name}"


def tour(**options: object) -> Iterator[tuple[str, Phone]]:
    """Go to each page in turn, each on a phone whose apps are as new."""
    for name, go in TOUR.items():
        phone, _ = phone_of(name.partition(" ")[0], **options)
        go(phone.running.front)
        yield name, phone


def phone_of(app: str, **options: object) -> tuple[Phone, StillClock]:
    """A new phone with the app in front."""
    phone, clock = still_phone(**options)
    if app != "launcher":
        phone.launch(phone.app(app).package)
    return phone, clock
