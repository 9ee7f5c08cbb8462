"""What may be done without asking, and what no text on a screen can talk the policy out of."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from handsight.errors import NeedsHuman, UsageError
from handsight.policy import RISKS, Policy, Rule
from handsight.types import Box, Element, Point, Screen, ToolCall

BLANK = Image.new("RGB", (100, 200))
EMPTY = Screen(BLANK)
TAP = ToolCall("tap", {"at": [50, 50]})


def labelled(text: str, description: str = "") -> Screen:
    return Screen(BLANK, elements=(Element(text, Box(0, 0, 100, 100), "button", description),))


def yes(question: str) -> bool:
    return True


def no(question: str) -> bool:
    return False


class Person:
    """Somebody to ask, who says yes and remembers the questions."""

    def __init__(self) -> None:
        self.questions: list[str] = []

    def __call__(self, question: str) -> bool:
        self.questions.append(question)
        return True


def test_what_carries_no_known_risk_is_allowed_unasked() -> None:
    for call in (
        TAP,
        ToolCall("swipe", {"start": [1, 1], "end": [1, 9]}),
        ToolCall("type_text", {"text": "send"}),
        ToolCall("press", {"key": "back"}),
        ToolCall("open_app", {"name": "Google Pay"}),
        ToolCall("my_own_tool", {}),
    ):
        verdict = Policy()(call, EMPTY)
        assert (verdict.decision, verdict.asked, verdict.risk) == ("allow", False, "")


@pytest.mark.parametrize(
    ("label", "risk"),
    [
        ("Pay", "pay"),
        ("PLACE ORDER", "pay"),
        ("Buy now for $3", "pay"),
        ("check out", "pay"),
        ("确认支付", "pay"),
        ("立即购买", "pay"),
        ("提交订单", "pay"),
        ("Send", "send"),
        ("Submit form", "send"),
        ("发送", "send"),
        ("Delete", "delete"),
        ("Factory reset", "delete"),
        ("删除联系人", "delete"),
        ("恢复出厂设置", "delete"),
        ("Install", "install"),
        ("安装", "install"),
        ("Allow", "grant"),
        ("While using the app", "grant"),
        ("Authorise", "grant"),
        ("允许", "grant"),
        ("仅在使用中允许", "grant"),
        ("Ｐａｙ", "pay"),
        ("P\u200bay", "pay"),
        ("Place\n the  order", "pay"),
    ],
)
def test_a_word_of_risk_on_the_label_is_asked_about(label: str, risk: str) -> None:
    verdict = Policy(ask=yes)(TAP, labelled(label))
    assert (verdict.decision, verdict.risk, verdict.asked) == ("allow", risk, True)
    assert not Policy(ask=no)(TAP, labelled(label)).allowed


@pytest.mark.parametrize("label", ["Paypal", "Sender", "Installed", "Posts", "Formatted", "Trustee", "OK", "付"])
def test_a_word_that_only_begins_like_a_risk_is_none(label: str) -> None:
    assert Policy()(TAP, labelled(label)).risk == ""


def test_every_touch_is_looked_at() -> None:
    for call in (
        TAP,
        ToolCall("long_press", {"at": [50, 50]}),
        ToolCall("swipe", {"start": [50, 50], "end": [99, 50]}),
    ):
        assert Policy(ask=yes)(call, labelled("Slide to pay")).risk == "pay"


def test_the_smallest_element_at_the_place_is_what_is_touched() -> None:
    page = Element("Delete account", Box(0, 0, 100, 200))
    row = Element("Wi-Fi", Box(0, 40, 100, 60))
    elsewhere = Element("Pay", Box(0, 100, 10, 110))
    unnamed = Element("", Box(45, 45, 55, 55))
    screen = Screen(BLANK, elements=(page, row, elsewhere, unnamed))
    assert Policy()(TAP, screen).risk == ""
    assert Policy(ask=yes)(ToolCall("tap", {"at": [50, 150]}), screen).risk == "delete"


def test_an_elements_description_warns_as_its_text_does() -> None:
    assert Policy(ask=yes)(TAP, labelled("", "Send")).risk == "send"
    assert Policy(ask=yes)(TAP, labelled("¥99", "支付 ¥99")).risk == "pay"


def test_an_app_that_is_forbidden_is_forbidden_under_all_its_names() -> None:
    rules = [Rule("deny", "open_app", "Bank"), Rule("deny", "tap", "Shop")]
    policy = Policy(rules, same_app=lambda one, other: {one, other} <= {"Bank", "org.bank", "银行"})
    for name in ("Bank", "bank", "org.bank", "银行"):
        assert "a rule forbids open_app" in policy(ToolCall("open_app", {"name": name}), EMPTY).reason
    assert policy(ToolCall("open_app", {"name": "Shop"}), EMPTY).allowed
    assert policy(ToolCall("type_text", {"text": "银行"}), EMPTY).allowed


def test_the_name_of_something_large_does_not_outweigh_what_is_read_in_it() -> None:
    game = Screen(BLANK, elements=(Element("Game", Box(0, 0, 100, 200), clickable=True),))
    policy = Policy([Rule("allow", "tap", "Pay now"), Rule("deny", "tap", "Game")], ask=yes, read=lambda *_: "Pay now")
    assert not policy(TAP, game).allowed
    policy.rules = [Rule("allow", "tap", "Pay now")]
    assert policy(TAP, game).asked  # what is only read in it is a risk, and not the label that a rule names


def test_where_the_tree_names_nothing_the_label_is_read() -> None:
    places: list[Point] = []

    def read(screen: Screen, at: Point) -> str:
        places.append(at)
        return "立即支付"

    assert Policy(ask=yes, read=read)(TAP, EMPTY).risk == "pay"
    assert places == [Point(50, 50)]
    small = Screen(BLANK, elements=(Element("OK", Box(40, 40, 60, 60), "button"),))
    assert Policy(ask=yes, read=read)(TAP, small).risk == ""
    assert Policy(ask=yes, read=read)(ToolCall("type_text", {"text": "x"}), EMPTY).risk == ""
    assert len(places) == 1


@pytest.mark.parametrize(
    ("thought", "risk"),
    [
        ("I will tap the Send button.", "send"),
        ("Now click on the big blue button to pay.", "pay"),
        ("The form is filled in. Submit it.", "send"),
        ("This is the button 'Delete'", "delete"),
        ("点击发送按钮", "send"),
        ("按下“删除”", "delete"),
        ("To delete the alarm, I first need to open Clock", ""),
        ("The user wants to send a message, so I look for Messages", ""),
        ("I tap Clock. Later I have to delete the alarm", ""),
        ("", ""),
    ],
)
def test_a_thought_warns_where_it_names_the_act_itself(thought: str, risk: str) -> None:
    for screen in (EMPTY, labelled("OK")):
        assert Policy(ask=yes)(ToolCall("tap", {"at": [50, 50]}, thought), screen).risk == risk
    assert Policy(ask=yes)(ToolCall("press", {"key": "enter"}, thought), EMPTY).risk == risk
    assert Policy()(ToolCall("type_text", {"text": "hi"}, thought), EMPTY).risk == ""


def test_with_nobody_to_ask_a_risk_ends_the_run_for_a_human() -> None:
    with pytest.raises(NeedsHuman, match=r"nobody is here to allow this: tap 'Pay now' \(pay\)") as stop:
        Policy()(TAP, labelled("Pay now"))
    assert stop.value.outcome.kind == "needs_human"


def test_the_users_no_is_a_denial_in_words() -> None:
    verdict = Policy(ask=no)(TAP, labelled("Pay now"))
    assert (verdict.decision, verdict.asked) == ("deny", True)
    assert verdict.reason == "the user said no to tap 'Pay now' (pay)"


def test_a_tool_marked_risky_always_asks() -> None:
    person = Person()
    policy = Policy(risky=frozenset({"pay_bill"}), ask=person)
    assert policy(ToolCall("pay_bill", {"amount": 3}), EMPTY).asked
    assert person.questions == ["pay_bill {'amount': 3} (pay_bill is marked as risky)"]
    assert not policy(ToolCall("pay_bill_later"), EMPTY).asked


def test_a_rule_matches_its_tool_exactly() -> None:
    policy = Policy([Rule("allow", "tap"), Rule("deny", "tap")], risky=frozenset({"tap_and_pay"}), ask=no)
    verdict = policy(ToolCall("tap_and_pay"), EMPTY)
    assert (verdict.decision, verdict.asked) == ("deny", True)
    allowed = Policy([Rule("allow", "tap_and_pay")], risky=frozenset({"tap_and_pay"}))
    assert allowed(ToolCall("tap_and_pay"), EMPTY).reason == "a rule allows exactly this"


def test_a_rule_matches_its_label_exactly() -> None:
    policy = Policy([Rule("allow", "tap", "Pay now")], ask=no)
    assert policy(TAP, labelled("Pay now")).allowed
    assert policy(TAP, labelled("PAY  NOW")).allowed
    assert policy(TAP, labelled("Pay\nnow")).allowed
    for other in ("Pay", "Pay now or later", "Do not Pay now", "Pay-now"):
        assert not policy(TAP, labelled(other)).allowed
    assert not policy(ToolCall("long_press", {"at": [50, 50]}), labelled("Pay now")).allowed


def test_a_rule_for_a_whole_tool_does_not_cover_what_one_act_risks() -> None:
    for risky in (frozenset[str](), frozenset({"tap"})):
        policy = Policy([Rule("allow", "tap")], risky=risky, ask=no)
        assert policy(TAP, labelled("OK")).allowed
        assert not policy(TAP, labelled("Pay")).allowed


def test_what_is_forbidden_stays_forbidden() -> None:
    rules = [Rule("allow", "tap", "Pay"), Rule("deny", "tap", "Pay"), Rule("deny", "open_app", "Bank")]
    verdict = Policy(rules, ask=yes)(TAP, labelled("Pay"))
    assert (verdict.decision, verdict.asked, verdict.reason) == ("deny", False, "a rule forbids tap 'Pay'")
    assert not Policy(rules, ask=yes)(ToolCall("open_app", {"name": "bank"}), EMPTY).allowed
    assert Policy(rules)(ToolCall("open_app", {"name": "Clock"}), EMPTY).allowed
    assert not Policy([Rule("deny", "press", "enter")])(ToolCall("press", {"key": "enter"}), EMPTY).allowed
    assert not Policy([Rule("deny", "swipe")])(ToolCall("swipe", {"start": [1, 1], "end": [2, 2]}), EMPTY).allowed


def test_rules_are_read_as_they_stand_on_a_command_line() -> None:
    assert Rule.parse("allow", "tap:Pay now") == Rule("allow", "tap", "Pay now")
    assert Rule.parse("deny", " install_app ") == Rule("deny", "install_app")
    assert Rule.parse("allow", "tap: Total: 3 ") == Rule("allow", "tap", "Total: 3")
    assert Rule.parse("deny", "open_app:Bank") == Rule("deny", "open_app", "Bank")
    for text in ("", ":Pay", "  ", "tap:", "tap: "):
        with pytest.raises(UsageError, match="a rule is 'tool' or 'tool:label'"):
            Rule.parse("allow", text)


def test_a_rule_that_could_never_match_is_refused() -> None:
    with pytest.raises(UsageError, match="type_text touches nothing that has a label; write 'type_text'"):
        Rule.parse("deny", "type_text:password")


def test_an_act_in_doubt_is_asked_again_even_where_a_rule_allows_it() -> None:
    person = Person()
    policy = Policy([Rule("allow", "tap", "Pay")], ask=person, doubt=ToolCall("tap", {"at": [55, 45]}, "other words"))
    assert policy(TAP, labelled("Pay")).asked
    assert "may already have been done before the run was interrupted" in person.questions[0]
    assert not policy(ToolCall("tap", {"at": [50, 99]}), labelled("Pay")).asked
    assert not policy(ToolCall("tap", {"at": [50, 50]}), labelled("OK")).asked


def test_an_act_in_doubt_is_the_same_tool_with_the_same_arguments() -> None:
    doubt = ToolCall("pay_bill", {"to": "Ann", "amount": 3})
    policy = Policy([Rule("allow", "pay_bill")], risky=frozenset({"pay_bill", "pay"}), ask=no, doubt=doubt)
    assert not policy(doubt, EMPTY).allowed
    assert policy(ToolCall("pay_bill", {"to": "Bob", "amount": 3}), EMPTY).allowed
    assert policy(ToolCall("pay_bill", {"to": "Ann"}), EMPTY).allowed


def test_a_secret_is_not_passed_on_unasked_and_never_named() -> None:
    person = Person()
    policy = Policy(secrets=["", "hunter2'\n"], ask=person)
    for call in (
        ToolCall("type_text", {"text": "x hunter2'\n"}),
        ToolCall("type_text", {"text": "\"hunter2'\n"}),
        ToolCall("post", {"form": {"fields": ["a", "hunter2'\n"]}}),
    ):
        assert policy(call, EMPTY).risk == "passes on a secret"
    assert len(person.questions) == 3
    assert not any("hunter2" in question for question in person.questions)
    assert not policy(ToolCall("type_text", {"text": "hunter"}), EMPTY).asked


def test_typing_a_secret_can_be_allowed_and_passing_it_elsewhere_cannot() -> None:
    policy = Policy([Rule("allow", "type_text"), Rule("allow", "post")], secrets=["hunter2"], ask=no)
    assert policy(ToolCall("type_text", {"text": "hunter2"}), EMPTY).allowed
    assert not policy(ToolCall("post", {"text": "hunter2"}), EMPTY).allowed


def test_a_label_cannot_pass_for_words_of_ours() -> None:
    person = Person()
    Policy(ask=person)(TAP, labelled("Send\x1b[2J\n(no risk) " + "x" * 500))
    assert "\x1b" not in person.questions[0]
    assert "\n" not in person.questions[0]
    assert len(person.questions[0]) < 200


patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
RISKY = st.sampled_from(
    ["Pay now", "Send", "Delete", "Install", "Allow", "支付", "发送", "删除", "安装", "允许", *RISKS]
)
TOUCHES = st.sampled_from(["tap", "long_press"])


@patient
@given(RISKY, WORDS, WORDS, WORDS, TOUCHES)
def test_no_text_on_a_label_and_no_thought_takes_a_risk_away(
    risk: str, before: str, after: str, thought: str, name: str
) -> None:
    """Whatever else stands on the label, and whatever the model makes of it, a risk is asked about."""
    policy = Policy([Rule("allow", "tap", "OK"), Rule("deny", "tap", "Never")], ask=no)
    call = ToolCall(name, {"at": [50, 50]}, thought)
    assert not policy(call, labelled(risk)).allowed
    assert not policy(call, labelled(f"{before} {risk} {after}")).allowed
    assert not policy(call, labelled("OK?", f"{before} {risk} {after}")).allowed


@patient
@given(RISKY, WORDS, WORDS, WORDS)
def test_no_label_takes_away_the_risk_that_a_thought_names(risk: str, before: str, after: str, label: str) -> None:
    call = ToolCall("tap", {"at": [50, 50]}, f"{before}. I tap {risk} {after}")
    assert not Policy(ask=no)(call, EMPTY).allowed
    assert not Policy(ask=no)(call, labelled(label)).allowed


@patient
@given(WORDS, WORDS, st.booleans())
def test_without_a_rule_text_only_ever_adds_questions(label: str, thought: str, said: bool) -> None:
    """Whatever text comes, a marked tool is asked, and the answer is the verdict."""
    policy = Policy(risky=frozenset({"tap"}), ask=lambda question: said)
    verdict = policy(ToolCall("tap", {"at": [50, 50]}, thought), labelled(label))
    assert (verdict.allowed, verdict.asked) == (said, True)


@pytest.mark.parametrize("name", ["click", "drag"])
def test_a_mouse_is_held_to_the_same_labels(name: str) -> None:
    arguments = {"at": [50, 50]} if name == "click" else {"start": [50, 50], "end": [50, 150]}
    call = ToolCall(name, arguments)
    assert Policy(ask=no)(call, labelled("Buy now")).decision == "deny"
    assert Policy(ask=no)(call, labelled("Settings")).decision == "allow"
    assert Policy([Rule.parse("deny", f"{name}:Settings")])(call, labelled("Settings")).decision == "deny"
    assert Policy([Rule.parse("allow", f"{name}:Buy now")], ask=no)(call, labelled("Buy now")).decision == "allow"


def test_a_drag_is_judged_by_where_it_begins_and_by_where_it_ends() -> None:
    onto = Screen(
        BLANK,
        elements=(
            Element("report.txt", Box(0, 0, 100, 100), "icon", ""),
            Element("Delete for ever", Box(0, 100, 100, 200), "icon", ""),
        ),
    )
    person = Person()
    assert Policy(ask=person)(ToolCall("drag", {"start": [50, 50], "end": [50, 150]}), onto).allowed
    assert person.questions == ["drag 'report.txt' (delete)"]
    assert Policy(ask=person)(ToolCall("drag", {"end": [50, 150]}), onto).allowed
    assert person.questions[1] == "drag 'Delete for ever' (delete)"


def test_a_wheel_and_a_pointer_that_only_moves_carry_no_risk() -> None:
    for call in (ToolCall("scroll", {"direction": "down", "at": [50, 50]}), ToolCall("move_to", {"at": [50, 50]})):
        assert Policy(ask=no)(call, labelled("Buy now")).decision == "allow"


@pytest.mark.parametrize(
    ("label", "named"),
    [
        ("Pay now", {"pay"}),
        ("发送并删除", {"send", "delete"}),
        ("Sending a formula", set()),
        ("ＤＥＬＥＴＥ", {"delete"}),
        ("", set()),
    ],
)
def test_the_risks_that_a_label_names_are_told(label: str, named: set[str]) -> None:
    from handsight.policy import risks

    assert risks(label) == named
