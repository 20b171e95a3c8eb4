"""What an owner has to know of a campaign, once a day: it was paused, its phones are wrong, people leave.

Writes campaign_alerts. Too many opt-outs pause a campaign by themselves.
"""
