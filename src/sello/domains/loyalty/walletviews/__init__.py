"""What became of the cards in customers' phones, told to the shop: reads what `passes` and its neighbours write."""
