"""Templates: the words that WhatsApp approves before a shop may write to anybody first.

Owns the table message_templates. A template's words are fixed from its submission on; a rejected one may be mended.
"""
