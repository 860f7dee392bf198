"""What was collected and how it bears on what a text says: replies, cases, and printed numbers held against the data."""
