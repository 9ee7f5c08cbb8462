"""Contacts and messages: who is found, called, added, changed, deleted, written to; and what stays as it is."""

from __future__ import annotations

import pytest

SMALL = {"size": (270, 600)}


@pytest.fixture
def contacts(thumb):
    hand = thumb(**SMALL)
    hand.phone.launch("org.handsight.contacts")
    hand.settle()
    return hand


@pytest.fixture
def messages(thumb):
    hand = thumb(**SMALL)
    hand.phone.launch("org.handsight.messages")
    hand.settle()
    return hand


def names(hand):
    return [contact.name for contact in hand.phone.app("contacts").contacts]


def write(hand, field, text):
    hand.tap(field)
    hand.phone.text(text)
    hand.key(111)


def talk(hand, name):
    return next(talk for talk in hand.phone.app("messages").conversations if talk.name == name)


# Contacts


def test_contacts_stand_under_their_letters_and_reach_beyond_the_screen(contacts):
    assert contacts.texts()[:6] == ["Contacts", "Search contacts", "All", "Favourites", "A", "Aisha Khan"]
    assert "Zoe Adams" not in contacts.texts()
    contacts.scroll_to("Zoe Adams")
    assert "Z" in contacts.texts()


def test_chinese_contacts_stand_under_the_letters_of_their_sounds(thumb):
    hand = thumb(language="zh", **SMALL)
    hand.phone.launch("org.handsight.contacts")
    hand.settle()
    texts = hand.texts()
    assert texts[0] == "通讯录"
    assert texts[4:8] == ["B", "爸爸", "白雪", "C"]
    hand.scroll_to("周杰")
    assert hand.texts().index("Z") < hand.texts().index("张伟") < hand.texts().index("周杰")


def test_a_search_looks_at_names_numbers_and_addresses(contacts):
    write(contacts, "Search contacts", "kel")
    assert "Anna Keller" in contacts.texts()
    assert "Anna Koenig" not in contacts.texts()
    contacts.phone.app("contacts").search = "555-0119"
    contacts.phone.changed()
    assert "Ben Carter" in contacts.texts()
    assert "Anna Keller" not in contacts.texts()


def test_a_search_for_nobody_says_so(contacts):
    write(contacts, "Search contacts", "nobody")
    assert "No contacts found" in contacts.texts()


def test_a_new_contact_is_saved_with_what_was_typed(contacts):
    contacts.tap("Create contact")
    write(contacts, "Name", "Ada Byron")
    write(contacts, "Phone", "555 12x34")
    write(contacts, "Email", "ada@example.com")
    contacts.tap("Save")
    saved = contacts.phone.app("contacts").contacts[-1]
    assert (saved.name, saved.phone, saved.email) == ("Ada Byron", "555 1234", "ada@example.com")
    assert "Ada Byron" in contacts.texts()


def test_a_contact_without_a_name_is_not_saved(contacts):
    before = names(contacts)
    contacts.tap("Create contact")
    write(contacts, "Phone", "12345")
    contacts.tap("Save")
    assert names(contacts) == before
    assert "Create contact" in contacts.texts()


def test_leaving_the_form_changes_nothing(contacts):
    contacts.tap("Anna Keller")
    contacts.tap("Edit")
    write(contacts, "Anna Keller", "X")
    contacts.tap("Navigate up")
    assert "Anna Keller" in contacts.texts()
    assert "Anna Keller" in names(contacts)


def test_an_edited_contact_is_the_same_one_changed(contacts):
    contacts.tap("Anna Keller")
    before = len(names(contacts))
    contacts.tap("Edit")
    contacts.tap("(415) 555-0113")
    contacts.key(123)
    for _ in range(4):
        contacts.phone.key(67)
    contacts.phone.text("9999")
    contacts.tap("Save")
    assert "(415) 555-9999" in contacts.texts()
    assert len(names(contacts)) == before


def test_only_the_answer_delete_deletes(contacts):
    contacts.tap("Anna Keller")
    contacts.tap("More options")
    contacts.tap("Delete")
    contacts.tap("Cancel")
    assert "Anna Keller" in names(contacts)
    contacts.tap("More options")
    contacts.tap("Delete")
    assert "Edit" not in [node.description for node in contacts.nodes()], "the page behind a dialog is out of reach"
    contacts.tap("Delete")
    assert "Anna Keller" not in names(contacts)
    assert "Contacts" in contacts.texts()


def test_nothing_behind_a_dialog_is_touched(contacts):
    contacts.tap("Anna Keller")
    star = contacts.at("Remove from favourites")
    contacts.tap("More options")
    contacts.tap("Delete")
    contacts.phone.tap(*star)
    contacts.settle()
    keller = next(c for c in contacts.phone.app("contacts").contacts if c.name == "Anna Keller")
    assert keller.favourite
    assert "Remove from favourites" in [node.description for node in contacts.nodes()], "the dialog is closed"


def test_favourites_are_a_list_of_their_own(contacts):
    contacts.tap("Ben Carter")
    contacts.tap("Add to favourites")
    contacts.tap("Navigate up")
    contacts.tap("Favourites")
    assert "Ben Carter" in contacts.texts()
    assert "Anna Koenig" not in contacts.texts()
    contacts.tap("All")
    assert "Anna Koenig" in contacts.texts()


@pytest.mark.parametrize("hang_up", [lambda hand: hand.tap("End call"), lambda hand: hand.key(4)])
def test_a_call_lasts_until_it_is_ended(contacts, hang_up):
    app = contacts.phone.app("contacts")
    contacts.tap("Ben Carter")
    contacts.tap("Call")
    assert "Calling…" in contacts.texts()
    assert app.talking_to == "Ben Carter"
    hang_up(contacts)
    assert (app.talking_to, app.calls) == ("", ["Ben Carter"])
    assert "Contact info" in contacts.texts()


def test_a_call_can_be_ended_on_a_phone_that_lies_on_its_side(contacts):
    contacts.tap("Aisha Khan")
    contacts.tap("Call")
    contacts.phone.rotation = 1
    contacts.tap("End call")
    assert contacts.phone.app("contacts").talking_to == ""


def test_a_contact_is_written_to_in_messages(contacts):
    contacts.tap("Aisha Khan")
    contacts.tap("Message")
    assert contacts.phone.foreground[0] == "org.handsight.messages"
    write(contacts, "Message", "Hello!")
    contacts.tap("Send")
    assert [message.text for message in talk(contacts, "Aisha Khan").messages][0] == "Hello!"


def test_contacts_alone_on_a_phone_cannot_write(thumb):
    hand = thumb(apps=["handsight.devices.virtual.apps.contacts"], **SMALL)
    hand.phone.launch("org.handsight.contacts")
    hand.settle()
    hand.tap("Aisha Khan")
    assert not hand.see("Message").enabled


# Messages


def test_conversations_stand_with_the_newest_first(messages):
    texts = messages.texts()
    assert texts.index("Mum") < texts.index("Anna Keller") < texts.index("Ben Carter")


def test_what_is_looked_at_is_read(messages):
    assert talk(messages, "Mum").unread == 1
    messages.tap("Mum")
    assert talk(messages, "Mum").unread == 0


def test_a_message_is_sent_and_answered_after_a_moment(messages):
    messages.tap("Ben Carter")
    write(messages, "Message", "On my way")
    left, top, right, bottom = messages.see("Send").bounds
    messages.phone.tap((left + right) / 2, (top + bottom) / 2)
    thread = talk(messages, "Ben Carter")
    assert (thread.messages[-1].text, thread.messages[-1].mine, thread.draft) == ("On my way", True, "")
    messages.settle()
    assert not thread.messages[-1].mine
    assert thread.messages[-1].text in messages.texts(), "the end of the conversation is in view"
    assert thread.unread == 0


def test_the_enter_key_sends(messages):
    messages.tap("Ben Carter")
    messages.tap("Message")
    messages.phone.text("See you")
    messages.phone.key(66)
    assert talk(messages, "Ben Carter").messages[-1].text == "See you"


def test_a_question_is_answered_as_a_question(messages):
    messages.tap("Ben Carter")
    write(messages, "Message", "Is 8 fine?")
    messages.tap("Send")
    assert talk(messages, "Ben Carter").messages[-1].text == "Yes, that works for me."


def test_an_answer_to_someone_else_is_unread(messages):
    messages.tap("Ben Carter")
    messages.tap("Message")
    messages.phone.text("Hi")
    messages.phone.key(66)
    messages.phone.key(3)
    messages.settle()
    assert talk(messages, "Ben Carter").unread == 1


def test_an_empty_message_is_not_sent(messages):
    messages.tap("Ben Carter")
    before = len(talk(messages, "Ben Carter").messages)
    write(messages, "Message", "   ")
    messages.tap("Send")
    assert len(talk(messages, "Ben Carter").messages) == before


def test_a_chat_can_be_begun_with_a_contact_or_with_any_number(messages):
    app = messages.phone.app("messages")
    messages.tap("Start chat")
    write(messages, "Name or number", "zoe")
    messages.tap("Zoe Adams")
    assert "Zoe Adams" in messages.texts()
    messages.key(4)
    assert "Zoe Adams" not in [talk.name for talk in app.conversations], "nothing was written, so there is none"
    messages.tap("Start chat")
    messages.tap("Name or number")
    messages.phone.text("555 0000")
    messages.key(66)
    write(messages, "Message", "Who is there?")
    messages.tap("Send")
    assert app.conversations[-1].name == "555 0000"


def test_a_conversation_is_deleted_only_when_confirmed(messages):
    messages.tap("Grace Lee")
    for answer, left in (("Cancel", True), ("Delete", False)):
        messages.tap("More options")
        messages.tap("Delete conversation")
        messages.tap(answer)
        assert ("Grace Lee" in [talk.name for talk in messages.phone.app("messages").conversations]) is left


def test_a_message_is_held_to_delete_it(messages):
    messages.tap("Grace Lee")
    messages.hold("Loud. And brilliant!")
    messages.tap("Delete")
    assert [message.text for message in talk(messages, "Grace Lee").messages] == ["How was the concert?"]


def test_no_answer_comes_to_a_deleted_conversation(messages):
    messages.tap("Grace Lee")
    app, thread = messages.phone.app("messages"), talk(messages, "Grace Lee")
    thread.draft = "Bye"
    app.send(thread)
    app._delete(thread)
    messages.settle()
    assert thread.messages[-1].text == "Bye"


def test_chinese_people_answer_in_chinese(thumb):
    hand = thumb(language="zh", **SMALL)
    hand.phone.launch("org.handsight.messages")
    hand.settle()
    hand.tap("王磊")
    write(hand, "输入信息", "今晚可以吗？")
    hand.tap("发送")
    assert talk(hand, "王磊").messages[-1].text == "可以的。"
