"""Campaigns over WhatsApp: the right message, once, and the truth about it.

Owns the tables message_templates, campaigns, campaign_plans, campaign_segments, campaign_members, campaign_sends,
send_windows, discount_codes, code_redemptions, short_links, whatsapp_contacts, webhook_inbox, replies, campaign_alerts,
sender_bucket and sender_phones. Noun packages: `messages` (what one is made of), `codes` (used at the counter),
`triggers` (who is meant), `planning` (who gets
what, when), `audience` (who would be, and why somebody was not), `persons` (what of it is about
somebody). The root files hold campaigns themselves.
Others use the names below and nothing else.
"""

from sello.domains.campaign.actions import Plan, activate, create_campaign
from sello.domains.campaign.codes.actions import Use, redeem_code
from sello.domains.campaign.conversations.queries import messages_page
from sello.domains.campaign.inbox.actions import receive
from sello.domains.campaign.links.actions import follow
from sello.domains.campaign.outcomes.actions import hear, record
from sello.domains.campaign.outcomes.rules import Answered, Heard, Refusal, Took, rank_of
from sello.domains.campaign.persons.actions import PART as CAMPAIGN_PART
from sello.domains.campaign.planning.actions import key_of_draw, plan_campaign, plan_customer, plan_shop
from sello.domains.campaign.planning.rules import arm_of
from sello.domains.campaign.rules import Inactivity, NearReward
from sello.domains.campaign.sending.actions import Claimed, claim_due
from sello.domains.campaign.sending.rules import status_callback
from sello.domains.campaign.starters.rules import STARTERS
from sello.domains.campaign.templates.actions import create_template, submit_template
from sello.domains.campaign.templates.rules import OPT_OUT_PAYLOAD, variables_in

__all__ = [
    "CAMPAIGN_PART",
    "OPT_OUT_PAYLOAD",
    "STARTERS",
    "Answered",
    "Claimed",
    "Heard",
    "Inactivity",
    "NearReward",
    "Plan",
    "Refusal",
    "Took",
    "Use",
    "activate",
    "arm_of",
    "claim_due",
    "create_campaign",
    "create_template",
    "follow",
    "hear",
    "key_of_draw",
    "messages_page",
    "plan_campaign",
    "plan_customer",
    "plan_shop",
    "rank_of",
    "receive",
    "record",
    "redeem_code",
    "status_callback",
    "submit_template",
    "variables_in",
]
