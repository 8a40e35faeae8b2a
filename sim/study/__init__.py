"""Studies of many runs: design, execution on common random draws, storage, and estimates."""
