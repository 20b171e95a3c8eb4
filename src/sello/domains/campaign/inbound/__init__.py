"""What people write to the platform's number, understood: opt-outs, opt-ins, cards, proofs of a phone.

Writes whatsapp_contacts, and replies, which `replies` sends.
"""
