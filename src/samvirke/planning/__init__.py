"""What could be better: beds, rosters, risk, cost, travel, partners and regions, weighed before a council decides."""
