"""Files and the shop: the files of the phone itself, and a cart that only "Pay now" turns into an order."""

from __future__ import annotations

import pytest

from handsight.devices.virtual.apps.shop_goods import GOODS, photo

from .opened import opened, write


@pytest.fixture
def files(thumb):
    return opened(thumb, "files")


@pytest.fixture
def shop(thumb):
    return opened(thumb, "shop")


def inside(hand, folder):
    return [entry.name for entry in hand.phone.files.list(f"/sdcard/{folder}")]


# Files


def test_folders_say_how_much_is_in_them(files):
    assert {"Download", "Documents", "Pictures", "Music", "5 items"} <= set(files.texts())


def test_a_text_file_is_read(files):
    files.tap("Download")
    files.tap("ticket.txt")
    assert "Train 1142, coach 7, seat 35\nDeparts 08:12, platform 4" in files.texts()


def test_pictures_and_unknown_files_are_shown_as_such(files):
    files.tap("Music")
    files.tap("Rain.mp3")
    assert "No app can open this file" in files.texts()
    files.phone.files.write("/sdcard/Pictures/broken.png", b"no picture")
    files.key(4)
    files.key(4)
    files.tap("Pictures")
    files.tap("Beach.png")
    assert any(node.cls.endswith("ImageView") for node in files.nodes())
    files.key(4)
    files.tap("broken.png")
    assert "This picture is broken" in files.texts()


def test_what_adb_writes_is_there_at_once_and_what_it_removes_is_gone(files):
    files.tap("Download")
    files.phone.files.write("/sdcard/Download/pushed.txt", b"hello")
    files.key(4)
    files.tap("Download")
    files.tap("pushed.txt")
    assert "hello" in files.texts()
    files.phone.files.remove("/sdcard/Download/pushed.txt")
    files.phone.changed()
    assert "This file is gone" in files.texts()
    files.phone.files.remove("/sdcard/Download", recursive=True)
    files.key(4)
    assert "This folder is gone" in files.texts()


def test_a_file_is_renamed(files):
    files.tap("Download")
    files.tap("Options of ticket.txt")
    files.tap("Rename")
    files.tap("ticket.txt")
    files.key(122)
    files.phone.text("my_")
    files.tap("OK")
    assert "my_ticket.txt" in inside(files, "Download")
    assert "my_ticket.txt" in files.texts()


def test_an_opened_file_is_renamed_in_place(files):
    files.tap("Download")
    files.tap("ticket.txt")
    files.tap("More options")
    files.tap("Rename")
    files.phone.app("files").typed = "seat.txt"
    files.tap("OK")
    assert files.texts()[0] == "seat.txt"
    files.key(4)
    assert "seat.txt" in files.texts()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "Enter a name"),
        ("a/b", "A name has no slash"),
        ("manual.txt", "There is already something of that name"),
        ("..", "There is already something of that name"),
    ],
)
def test_a_name_that_cannot_be_given_is_asked_for_again(files, name, why):
    before = inside(files, "Download")
    files.tap("Download")
    files.tap("Options of ticket.txt")
    files.tap("Rename")
    files.phone.app("files").typed = name
    files.tap("OK")
    assert files.texts()[0] == "Rename", "the dialog stays"
    assert files.phone.app("files").problem == why
    files.tap("Cancel")
    assert inside(files, "Download") == before


def test_a_file_is_deleted_only_when_confirmed(files):
    files.tap("Download")
    files.tap("Options of ticket.txt")
    files.tap("Delete")
    files.tap("Cancel")
    assert "ticket.txt" in inside(files, "Download")
    files.tap("Options of ticket.txt")
    files.tap("Delete")
    files.tap("Delete")
    assert "ticket.txt" not in inside(files, "Download")
    assert "ticket.txt" not in files.texts()


def test_a_sheet_goes_away_without_doing_anything(files):
    files.tap("Download")
    before = inside(files, "Download")
    files.tap("Options of ticket.txt")
    files.phone.tap(135, 125)
    files.settle()
    assert "Rename" not in files.texts()
    assert inside(files, "Download") == before


def test_a_new_folder_is_made_where_one_is(files):
    files.tap("Documents")
    files.tap("Work")
    files.tap("New folder")
    write(files, "Name", "2026")
    files.tap("OK")
    assert files.phone.files.is_folder("/sdcard/Documents/Work/2026")
    files.tap("2026")
    assert "Nothing here" in files.texts()


def test_files_are_sorted_as_chosen(files):
    files.tap("Download")
    assert files.texts()[1:3] == ["invoice_2026_03.txt", "75 B · 13 Mar"]
    files.tap("Sort")
    files.tap("Newest first")
    names = [text for text in files.texts() if text.endswith(".txt")]
    assert names == ["invoice_2026_03.txt", "ticket.txt", "manual.txt", "todo_old.txt", "readme.txt"]
    files.tap("Sort")
    files.tap("Largest first")
    names = [text for text in files.texts() if text.endswith(".txt")]
    assert names[0] == "invoice_2026_03.txt"
    assert names[-1] == "readme.txt"


def test_details_tell_path_and_size(files):
    files.tap("Download")
    files.tap("Options of ticket.txt")
    files.tap("Details")
    assert any("/sdcard/Download/ticket.txt\n54 B\n2026-03-11" in text for text in files.texts())
    files.tap("OK")
    assert "Sort" in [node.description for node in files.nodes()]


def test_files_in_chinese(thumb):
    hand = opened(thumb, "files", language="zh")
    hand.tap("下载")
    hand.tap("车票.txt")
    assert "G1142 次 7 车 35 号\n08:12 开，4 站台" in hand.texts()


# The shop


def fill_in(hand, words=("Name", "Street", "Postcode", "City")):
    for word, text in zip(words, ("Ada Byron", "12 Mill Lane", "1000", "London"), strict=True):
        write(hand, word, text)


def buy(hand, name, more=0):
    hand.tap(name)
    for _ in range(more):
        hand.tap("One more")
    hand.tap("Add to cart")
    hand.key(4)


def test_every_product_has_a_picture_of_its_own():
    pictures = {photo(product).tobytes() for product in GOODS}
    assert len(pictures) == len(GOODS) == len({product.name for product in GOODS})


def test_only_pay_now_pays_and_the_total_is_right(shop):
    app = shop.phone.app("shop")
    buy(shop, "Coffee mug", more=2)
    buy(shop, "Desk lamp")
    assert (app.cart, app.orders) == ({"Coffee mug": 3, "Desk lamp": 1}, [])
    shop.tap("Cart")
    assert "$67.40" in shop.texts()
    shop.tap("Check out")
    fill_in(shop)
    shop.tap("Express")
    shop.tap("Continue")
    assert "$77.30" in shop.texts()
    assert app.orders == []
    shop.tap("Pay now")
    (order,) = app.orders
    assert (order.items, order.total, order.delivery) == ({"Coffee mug": 3, "Desk lamp": 1}, 7730, "Express")
    assert (order.address.name, order.address.city) == ("Ada Byron", "London")
    assert app.cart == {}
    assert {"Order placed", "Order 1001", "$77.30"} <= set(shop.texts())


def test_after_paying_there_is_no_way_back_to_paying(shop):
    buy(shop, "Coffee mug")
    shop.tap("Cart")
    shop.tap("Check out")
    fill_in(shop)
    shop.tap("Continue")
    shop.tap("Pay now")
    shop.key(4)
    assert "Search products" in shop.texts()
    shop.tap("Orders")
    assert {"Order 1001", "1 × Coffee mug", "$12.50"} <= set(shop.texts())
    assert len(shop.phone.app("shop").orders) == 1


def test_leaving_before_paying_orders_nothing_and_keeps_the_cart(shop):
    app = shop.phone.app("shop")
    buy(shop, "Coffee mug")
    shop.tap("Cart")
    shop.tap("Check out")
    fill_in(shop)
    shop.tap("Continue")
    for _ in range(4):
        shop.key(4)
    assert (app.cart, app.orders) == ({"Coffee mug": 1}, [])


def test_an_address_must_be_whole(shop):
    buy(shop, "Coffee mug")
    shop.tap("Cart")
    shop.tap("Check out")
    write(shop, "Name", "Ada Byron")
    shop.tap("Continue")
    assert shop.texts()[0] == "Delivery address"


def test_the_cart_can_be_changed(shop):
    app = shop.phone.app("shop")
    buy(shop, "Coffee mug")
    shop.tap("Cart")
    shop.tap("One more")
    assert app.cart == {"Coffee mug": 2}
    shop.tap("One fewer")
    shop.tap("One fewer")
    assert app.cart == {}
    assert "Your cart is empty" in shop.texts()
    assert "Check out" not in shop.texts()


def test_there_is_no_less_than_one_of_a_product(shop):
    shop.tap("Coffee mug")
    shop.tap("One fewer")
    shop.tap("Add to cart")
    assert shop.phone.app("shop").cart == {"Coffee mug": 1}


def test_a_number_chosen_for_one_product_is_not_the_next_ones(shop):
    shop.tap("Coffee mug")
    shop.tap("One more")
    shop.key(4)
    buy(shop, "Desk lamp")
    assert shop.phone.app("shop").cart == {"Desk lamp": 1}


def test_products_are_found_by_category_and_by_word(shop):
    shop.tap("Sports")
    assert "Football" in shop.texts()
    assert "Desk lamp" not in shop.texts()
    shop.tap("All")
    write(shop, "Search products", "train")
    assert "Night train" in shop.texts()
    assert "Desk lamp" not in shop.texts()
    write(shop, "train", "zz")
    assert "Nothing found" in shop.texts()


def test_the_list_of_products_goes_on_below(shop):
    assert "Night train" not in shop.texts()
    shop.scroll_to("Night train")


def test_the_shop_in_chinese_counts_in_its_own_coins(thumb):
    hand = opened(thumb, "shop", language="zh")
    hand.tap("咖啡杯")
    hand.tap("加入购物车")
    hand.tap("购物车")
    hand.tap("去结算")
    fill_in(hand, ("姓名", "街道地址", "邮编", "城市"))
    hand.tap("继续")
    hand.tap("立即付款")
    (order,) = hand.phone.app("shop").orders
    assert (order.items, order.total) == ({"Coffee mug": 1}, 4900)
    assert "¥49.00" in hand.texts()
    hand.phone.settings["system"]["system_locales"] = "en-US"
    assert "¥49.00" in hand.texts(), "what was paid stays what it was"
