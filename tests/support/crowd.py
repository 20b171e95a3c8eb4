"""Many customers of a shop at once, for lists that have to hold them."""

from tests.support.shop import Shop

_CUSTOMERS = """
INSERT INTO customers (business_id, id, phone, name, name_folded, source, enrolled_at, confirmed_at)
SELECT %(shop)s, new_id(), '+519' || lpad(n::text, 8, '0'), 'Cliente ' || lpad(n::text, 5, '0'),
  'cliente ' || lpad(n::text, 5, '0'), 'till', app_now() - interval '40 days' - n * interval '1 minute',
  app_now() - interval '40 days'
FROM generate_series(1, %(many)s) n
"""
_CARDS = """
INSERT INTO cards (business_id, id, customer_id, scan_code, link, issued_at, confirmed_at)
SELECT u.business_id, new_id(), u.id, upper(substr(md5(u.id::text), 1, 20)), upper(substr(md5(u.id::text), 1, 22)),
  u.enrolled_at, u.confirmed_at
FROM customers u LEFT JOIN cards k ON k.business_id = u.business_id AND k.customer_id = u.id
WHERE u.business_id = %(shop)s AND k.id IS NULL
"""


def add_crowd(shop: Shop, many: int) -> None:
    """Add so many confirmed customers named `Cliente 00001` on, each with an empty card."""
    values = {"shop": shop.business_id, "many": many}
    with shop.connect() as connection, connection.transaction():
        connection.execute(_CUSTOMERS.encode(), values)
        connection.execute(_CARDS.encode(), values)
    with shop.connect() as connection:
        connection.execute("ANALYZE customers, cards")
