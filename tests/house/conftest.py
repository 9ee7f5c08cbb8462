"""The display and the form of the desktop's tests, for the README's desktop example."""

from tests.desktop.conftest import display as display
from tests.desktop.conftest import form as form
