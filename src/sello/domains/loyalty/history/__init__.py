"""What happened before the shop came here: visits and paper cards, written to many ledgers at once.

Visits are history: they count as visits and give nothing, unless the shop wants them counted as stamps.
"""
