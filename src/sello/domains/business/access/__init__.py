"""Who a request is from, and whether they may: the authenticator that entry puts on the application.

Owns no table: it asks sessions, devices and keys.
"""
