"""The picture that a link to the shop shows in a chat: its promise and its card, drawn when somebody asks for it."""
