"""What an app's things are called in a UI tree is the same whatever they look like and in whatever language."""

from functools import partial

import pytest

from handsight.devices.virtual.kit.ids import resource_id
from handsight.devices.virtual.phone import Phone

PACKAGE = "org.example.app"


def touched(phone: Phone) -> list[str]:
    return [node.resource_id for node in phone.tree().walk() if node.clickable]


class Form:
    def save(self) -> None: ...

    def open(self, page: object) -> None: ...

    def stored(self, name: str):
        return lambda value: print(name, value)


@pytest.mark.parametrize(
    ("act", "name"),
    [
        (Form().save, "save"),
        (partial(Form().open, Form().save), "save"),
        (partial(setattr, Form(), "street"), "street"),
        (Form().stored("postcode"), "postcode"),
        (partial(Form().stored("kind"), "Home use"), "kind_home_use"),
    ],
)
def test_a_thing_is_called_after_what_touching_it_does(act: object, name: str) -> None:
    assert resource_id(PACKAGE, act) == f"{PACKAGE}:id/{name}"  # type: ignore[arg-type]


def test_what_changes_or_what_a_person_wrote_is_no_part_of_a_name() -> None:
    form = Form()
    assert resource_id(PACKAGE, partial(form.save, True)) == resource_id(PACKAGE, partial(form.save, False))
    assert resource_id(PACKAGE, partial(form.save, 3, "a/b.txt", "牛奶")) == f"{PACKAGE}:id/save"
    assert resource_id(PACKAGE, None) == resource_id(PACKAGE, lambda: None) == ""


@pytest.mark.parametrize("app", ["settings", "shop", "clock", "contacts", "files", "messages", "notes"])
def test_the_ids_of_a_page_hold_in_another_language_and_theme(app: str) -> None:
    seen = []
    for language, dark in (("en", False), ("zh", True)):
        phone = Phone(language=language, dark=dark)
        phone.launch(phone.app(app).package)
        seen.append(set(touched(phone)))
    assert seen[0] == seen[1]
    assert any(name.startswith(f"{phone.app(app).package}:id/") for name in seen[0])


def test_fields_and_buttons_of_a_form_have_ids_of_their_own() -> None:
    phone = Phone()
    notes = phone.app("notes")
    phone.launch(notes.package)
    notes.write(None)  # type: ignore[attr-defined]
    assert {f"{notes.package}:id/{name}" for name in ("title", "text", "save")} <= set(touched(phone))
