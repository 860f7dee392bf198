"""Findings on agreements: what came in, what they cite, and how they settle disputes."""
