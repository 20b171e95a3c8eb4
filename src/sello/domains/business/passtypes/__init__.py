"""Under which of Apple's pass type ids a shop's cards go out: the platform's, or one of its own.

Writes businesses. Cards of one pass type lie on one another in a phone, so a shop with an account at Apple may have its
own. Whoever runs the platform decides, because the certificate of an id is kept there and belongs to one account.
"""
