"""What a world is made of: scenarios, organisations, levers, the state, and the plan of a run."""
