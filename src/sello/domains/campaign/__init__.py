"""Campaigns over WhatsApp: the right message, once, and the truth about it.

Owns the tables message_templates, campaigns, campaign_plans, campaign_segments, campaign_members, campaign_sends,
send_windows, discount_codes, code_redemptions, short_links, whatsapp_contacts, webhook_inbox, replies, campaign_alerts,
sender_bucket and sender_phones. Noun packages: `messages` (what one is made of), `codes` (used at the counter),
`triggers` (who is meant), `planning` (who gets
what, when), `audience` (who would be, and why somebody was not), `persons` (what of it is about
somebody). The root files hold campaigns themselves.
Others use the names below and nothing else.
"""

from sello.domains.campaign.persons.actions import PART as CAMPAIGN_PART

__all__ = ["CAMPAIGN_PART"]
