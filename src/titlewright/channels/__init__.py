"""Sales channels: their title rules as data, checking a title and repairing it.

The packs are in packs/, the law packs in laws/, the word lists that they share in lists.toml.
"""

from titlewright.channels.checking import check
from titlewright.channels.limits import length, limit
from titlewright.channels.loading import get_channel, load_channels
from titlewright.channels.model import Channel, Law, LengthException, Rule
from titlewright.channels.repairing import Repair, repair

__all__ = [
    "Channel",
    "Law",
    "LengthException",
    "Repair",
    "Rule",
    "check",
    "get_channel",
    "length",
    "limit",
    "load_channels",
    "repair",
]
