"""Many runs: execute them on common draws, store them whole, estimate effects with intervals."""
