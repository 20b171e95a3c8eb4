"""How fast it is: the harness behind `make bench`. `README.md` says what is measured and how to read it."""
