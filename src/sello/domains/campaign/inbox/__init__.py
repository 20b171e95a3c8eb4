"""What the provider told us, stored before it is understood: the same words five times are one row.

Writes webhook_inbox. The tenant is found out later, so it is read and written above the tenants.
"""
