"""People whom a shop brings along: added many at a time, confirmed from the start, because the shop knows them."""
