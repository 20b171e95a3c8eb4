"""Campaigns over WhatsApp: the right message, once, and the truth about it.

Owns the tables message_templates, campaigns, campaign_plans, campaign_members, campaign_sends, send_windows,
discount_codes, code_redemptions, short_links, whatsapp_contacts, webhook_inbox, replies, campaign_alerts,
sender_bucket and sender_phones. Noun packages: `persons` (what of it is about somebody).
Others use the names below and nothing else.
"""

from sello.domains.campaign.persons.actions import PART as CAMPAIGN_PART

__all__ = ["CAMPAIGN_PART"]
