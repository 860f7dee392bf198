"""The parts of the made-up country that `make_constructed.py` writes: land, people, cooperations, agreements, and what is told of them."""
