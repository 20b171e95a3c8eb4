"""Twilio and the phones behind it, for development and tests: a process of its own with a ledger of its own.

It speaks the part of Twilio's API that sello uses, so the official SDK talks to it unchanged; signs its callbacks;
fails as it is told, by phone number (`faults`) or by switch; and shows every phone as a chat in which a person answers.
It shares no code with the client but the signature, which the tests compare with the SDK's.
"""
