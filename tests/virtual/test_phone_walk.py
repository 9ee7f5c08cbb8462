"""Hundreds of random touches: nothing breaks, and what the tree names is where it says."""

from __future__ import annotations

import random

import pytest

from handsight.devices.virtual.phone import Phone
from handsight.devices.virtual.timing import StillClock

KEYS = (4, 4, 3, 19, 20, 21, 22, 24, 25, 61, 62, 66, 67, 82, 111, 112, 122, 123, 187)


def step(phone, dice, clock):
    """Do one random thing, mostly a tap on something that can be tapped."""
    width, height = phone.size
    nodes = [node for node in phone.tree().walk() if node.clickable and node.enabled]
    act = dice.random()
    if act < 0.6 and nodes:
        left, top, right, bottom = dice.choice(nodes).bounds
        phone.tap((left + right) / 2, (top + bottom) / 2)
    elif act < 0.75:
        x, y = dice.randrange(width), dice.randrange(height)
        phone.swipe(x, y, dice.randrange(width), dice.randrange(height), dice.choice((0.05, 0.2, 0.6)))
    elif act < 0.82:
        phone.tap(dice.randrange(width), dice.randrange(height))
    elif act < 0.9:
        phone.text(dice.choice(("Hello", "你好", "1.5", "a b", "?")))
    elif act < 0.92:
        phone.rotation = dice.randrange(4)
    else:
        phone.key(dice.choice(KEYS))
    clock.sleep(dice.choice((0.0, 0.05, 0.5)))


def check(phone):
    width, height = phone.size
    assert phone.frame().size == (width, height)

    def inside(node, bounds):
        left, top, right, bottom = node.bounds
        assert bounds[0] <= left < right <= bounds[2]
        assert bounds[1] <= top < bottom <= bounds[3]
        for child in node.children:
            inside(child, (0, 0, width, height))

    inside(phone.tree(), (0, 0, width, height))


@pytest.mark.parametrize("seed", range(3))
def test_a_random_walk_through_all_apps_breaks_nothing(seed):
    dice, clock = random.Random(seed), StillClock()
    phone = Phone(size=(432, 960), language=dice.choice(("en", "zh")), dark=bool(seed % 2), clock=clock,
                  sleep=clock.sleep, now=clock.now)  # fmt: skip
    packages = [app.package for app in phone.apps.values()]
    for number in range(220):
        if number % 40 == 0:
            phone.locked = False
            phone.launch(packages[(number // 40 + seed) % len(packages)])
        step(phone, dice, clock)
        if number % 4 == 0:
            check(phone)
    assert phone.state()["foreground"][0] in packages


@pytest.mark.parametrize("size", [(320, 480), (480, 320), (720, 1280), (1080, 2400), (1440, 3120), (2560, 1600)])
@pytest.mark.parametrize("density", [None, 420])
def test_every_first_page_draws_at_any_size(size, density):
    clock = StillClock()
    phone = Phone(size=size, density=density, clock=clock, sleep=clock.sleep, now=clock.now)
    for package in phone.apps:
        phone.launch(package)
        clock.sleep(1)
        check(phone)
