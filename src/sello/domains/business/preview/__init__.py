"""The picture that a link to the shop shows in a chat: its promise and its card, drawn when somebody asks for it."""

from sello.domains.business.preview.actions import Previews

__all__ = ["Previews"]
