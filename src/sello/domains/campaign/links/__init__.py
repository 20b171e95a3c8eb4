"""Short links of messages: where a message leads, and whether a person went there.

Counts clicks in short_links and, the first time, in campaign_sends; planning makes the links.
"""
