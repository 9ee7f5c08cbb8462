"""All that an app is made of: `from handsight.devices.virtual.kit import App, Page, Row, Switch`."""

from handsight.devices.virtual.kit.app import App
from handsight.devices.virtual.kit.arrange import Card, Column, Grid, Group, Line, Wrap
from handsight.devices.virtual.kit.choices import Checkbox, Radio, Slider, Switch, radios
from handsight.devices.virtual.kit.controls import Button, Chip, IconButton, Pager, Tabs
from handsight.devices.virtual.kit.field import Field
from handsight.devices.virtual.kit.pages import Dialog, Menu, Page, Sheet
from handsight.devices.virtual.kit.widgets import Bubble, Divider, Picture, Row, Space, Text, Widget

__all__ = [
    "App",
    "Bubble",
    "Button",
    "Card",
    "Checkbox",
    "Chip",
    "Column",
    "Dialog",
    "Divider",
    "Field",
    "Grid",
    "Group",
    "IconButton",
    "Line",
    "Menu",
    "Page",
    "Pager",
    "Picture",
    "Radio",
    "Row",
    "Sheet",
    "Slider",
    "Space",
    "Switch",
    "Tabs",
    "Text",
    "Widget",
    "Wrap",
    "radios",
]
