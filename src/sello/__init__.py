"""sello: digital stamp cards for small shops, trustworthy to the last stamp."""
