"""Everything sello holds about one person: handed out whole, erased everywhere.

No domain can reach all of it, so each domain that keeps something about people offers a `Part`, which says of every
table and column what becomes of it; entry puts the parts together. A table or column that is in no part, and not among
those that entry says are about nobody, fails the suite.

Owns nothing but the list of erasures, which a restored backup is made to follow again.
"""
