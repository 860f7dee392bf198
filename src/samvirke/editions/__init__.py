"""The built-in editions: data only."""
