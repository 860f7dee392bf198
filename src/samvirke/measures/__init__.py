"""What an edition shows, one module per question."""
