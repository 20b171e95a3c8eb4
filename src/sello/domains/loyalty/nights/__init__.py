"""What begins with a shop's own midnight: stamps and rewards expire, the end of others is announced, birthdays come.

Writes the table nights: the last day whose beginning was worked off. A day that was missed is made up for.
"""
