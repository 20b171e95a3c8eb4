"""Who gets which message, and when: planned by each shop's day and by what happens at the counter.

Writes campaign_plans, campaign_members, send_windows, and, with a plan, campaign_sends, discount_codes and short_links.
"""
