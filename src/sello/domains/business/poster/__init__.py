"""The sheet of paper that brings customers in: A4, the reward in words, a code that opens the enrolment page.

Owns nothing alone: its rows stand in posters, its files in files. Made in the background whenever what it shows has
changed; every version has an id of its own, which its printed link carries and a consent keeps as its proof.
"""
