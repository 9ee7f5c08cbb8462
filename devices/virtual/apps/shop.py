"""Shop: find something, put it into the cart, say where it goes, and pay. Only "Pay now" buys anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from handsight.devices.virtual.apps.shop_goods import CURRENCIES, EXPRESS, GOODS, Product, photo, written
from handsight.devices.virtual.apps.shop_words import TEXTS
from handsight.devices.virtual.apps.signs import Sign, nothing, search_field
from handsight.devices.virtual.kit import (
    App,
    Button,
    Card,
    Chip,
    Column,
    Field,
    Grid,
    Group,
    IconButton,
    Line,
    Page,
    Picture,
    Radio,
    Row,
    Space,
    Text,
    Widget,
    Wrap,
)

CATEGORIES = ("All", "Home", "Electronics", "Sports", "Clothing", "Books")
DELIVERIES = {"Standard": "In 3 to 5 days", "Express": "Tomorrow"}


@dataclass
class Address:
    name: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""


@dataclass
class Order:
    """What was paid for; prices and `total` are in the smallest coin (cents, fen, yen)."""

    number: int
    items: dict[str, int]  # English name -> how many
    delivery: str
    address: Address
    total: int


class Shop(App):
    package = "org.handsight.shop"
    labels = {"en": "Shop", "zh": "商店", "de": "Laden", "ja": "ショップ"}
    icon, color = "bag", "#D81B60"
    texts = TEXTS
    search = ""
    category = "All"
    cart: dict[str, int] = {}  # English name -> how many
    quantity = 1  # chosen on a product's page
    delivery = "Standard"
    address: Address = Address()
    orders: list[Order] = []
    currency = "$"  # fixed at the start: what was paid stays what it was when the language changes

    def start(self) -> None:
        self.currency = CURRENCIES.get(self.phone.language, "$")

    def main(self) -> Page:
        t, wanted = self.t, self.search.casefold()
        found = [
            product
            for product in GOODS
            if self.category in ("All", product.category)
            and wanted in f"{product.name} {t(product.name)} {t(product.category)}".casefold()
        ]
        chips = [Chip(t(name), partial(self.set("category"), name), on=name == self.category) for name in CATEGORIES]
        field = search_field(t("Search products"), self.search, self.set("search"))
        cards = Grid([self._card(product) for product in found], 2)
        return Page(
            self.label(),
            [Wrap(chips), Space(0), cards] if found else [Wrap(chips), *nothing("search", t("Nothing found"))],
            top=[field, Space(0)],
            actions=[IconButton("truck", partial(self.open, self.all_orders), t("Orders")), self._cart_button()],
        )

    def product(self, product: Product) -> Page:
        t = self.t
        add = Button(t("Add to cart"), partial(self.add, product), icon="cart", big=True)
        body: list[Widget] = [
            Picture(photo(product), height=300, description=self._name(product)),
            Text(self._name(product), style="headline"),
            Text(self.price(self._cost(product)), style="title"),
            Text(f"★ {product.stars}", faint=True),
            Text(t(product.text)),
            Row(t("Quantity"), trailing=self._stepper(self.quantity, self._choose)),
        ]
        return Page("", body, bottom=[add], actions=[self._cart_button()])

    def cart_page(self) -> Page:
        t = self.t
        if not self.cart:
            return Page(t("Cart"), nothing("cart", t("Your cart is empty")))
        rows = [self._cart_row(product, count) for product, count in self._in_cart()]
        foot = [self._sum(t("Subtotal"), self.subtotal()), Button(t("Check out"), self.check_out, big=True)]
        return Page(t("Cart"), rows, bottom=[Column(foot)])

    def address_page(self) -> Page:
        t = self.t
        fields = [
            Field(t(name.capitalize()), getattr(self.address, name), partial(setattr, self.address, name))
            for name in vars(self.address)
        ]
        ways = [
            Radio(t(name), name == self.delivery, partial(self.set("delivery"), name), f"{t(days)} · {self._fee(name)}")
            for name, days in DELIVERIES.items()
        ]
        go_on = Button(t("Continue"), self.review, big=True)
        body = [Space(4), Column(fields, gap=16), Group(ways, t("Delivery"))]
        return Page(t("Delivery address"), body, bottom=[go_on])

    def review_page(self) -> Page:
        t, to = self.t, self.address
        items = [Row(f"{count} × {self._name(product)}", value=self.price(count * self._cost(product)))
                 for product, count in self._in_cart()]  # fmt: skip
        where = Row(to.name, f"{to.street}, {to.postcode} {to.city}", icon="location")
        how = Row(t(self.delivery), t(DELIVERIES[self.delivery]), icon="truck", value=self._fee(self.delivery))
        card = Row(t("Card •••• 4242"), icon="money")
        foot = Column([self._sum(t("Total"), self.total()), Button(t("Pay now"), self.pay, big=True)])
        return Page(t("Review order"), [Group(items, t("Everything")), Group([where, how], t("Delivery")),
                                        Group([card], t("Payment"))], bottom=[foot] if self.cart else ())  # fmt: skip

    def done(self, order: Order) -> Page:
        t = self.t
        body: list[Widget] = [
            Space(64),
            Sign("check", "#2E7D32"),
            Text(t("Order placed"), style="headline", align="center"),
            Text(t("Order {}").format(order.number), align="center"),
            Text(self.price(order.total), style="title", align="center"),
            Text(t("Thank you! We are packing already."), align="center", faint=True),
            Space(24),
            Button(t("Continue shopping"), self.back),
        ]
        return Page("", body)

    def all_orders(self) -> Page:
        t = self.t
        cards = []
        for order in reversed(self.orders):
            names = ", ".join(f"{n} × {self._name(_product(name))}" for name, n in order.items.items())
            head = Row(t("Order {}").format(order.number), names, value=self.price(order.total), lines=6)
            cards.append(Card([head, Text(t("Paid with card •••• 4242"), style="small", faint=True)]))
        return Page(t("Orders"), cards or nothing("truck", t("No orders yet")))

    # What can be done

    def look_at(self, product: Product) -> None:
        self.quantity = 1
        self.open(self.product, product)

    def add(self, product: Product) -> None:
        self.cart[product.name] = self.cart.get(product.name, 0) + self.quantity
        self.quantity = 1
        self.toast(self.t("Added to cart"))

    def change(self, product: Product, count: int) -> None:
        self.cart[product.name] = count
        if count == 0:
            del self.cart[product.name]

    def check_out(self) -> None:
        self.open(self.address_page)

    def review(self) -> None:
        if not all(text.strip() for text in vars(self.address).values()):
            self.toast(self.t("Please fill in the whole address"))
            return
        self.open(self.review_page)

    def pay(self) -> None:
        if not self.cart:
            return
        order = Order(1001 + len(self.orders), dict(self.cart), self.delivery, replace(self.address), self.total())
        self.orders.append(order)
        self.cart = {}
        while self.depth > 1:
            self.back()
        self.open(self.done, order)

    def subtotal(self) -> int:
        return sum(count * self._cost(product) for product, count in self._in_cart())

    def total(self) -> int:
        return self.subtotal() + (EXPRESS[self.currency] if self.delivery == "Express" else 0)

    def price(self, coins: int) -> str:
        """An amount as it is written."""
        return written(self.currency, coins)

    def _cost(self, product: Product) -> int:
        return product.cost(self.currency)

    def _fee(self, delivery: str) -> str:
        return self.price(EXPRESS[self.currency]) if delivery == "Express" else self.t("Free")

    def _name(self, product: Product) -> str:
        return self.t(product.name)

    def _choose(self, count: int) -> None:
        self.quantity = max(1, count)

    def _in_cart(self) -> list[tuple[Product, int]]:
        return [(_product(name), count) for name, count in self.cart.items()]

    def _card(self, product: Product) -> Card:
        name, price = Text(self._name(product), lines=1), Text(self.price(self._cost(product)), style="subtitle")
        picture = Picture(photo(product), height=132, description=self._name(product))
        return Card([picture, name, price], on_tap=partial(self.look_at, product))

    def _cart_row(self, product: Product, count: int) -> Card:
        price = Text(self.price(count * self._cost(product)), style="subtitle")
        side = Column([Text(self._name(product)), price, self._stepper(count, partial(self.change, product))])
        return Card([Line([Picture(photo(product), height=112), side])])

    def _stepper(self, count: int, change: Callable[[int], None]) -> Line:
        less, more = self.t("One fewer"), self.t("One more")
        return Line([IconButton("minus", partial(change, count - 1), less, style="raised"), Text(str(count)),
                     IconButton("add", partial(change, count + 1), more, style="raised")])  # fmt: skip

    def _cart_button(self) -> Button:
        count = sum(self.cart.values())
        return Button(str(count or ""), partial(self.open, self.cart_page), icon="cart", style="text",
                      description=self.t("Cart"))  # fmt: skip

    def _sum(self, name: str, coins: int) -> Row:
        return Row(name, bold=True, trailing=Text(self.price(coins), style="title"))


def _product(name: str) -> Product:
    return next(product for product in GOODS if product.name == name)
