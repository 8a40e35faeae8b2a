"""Planning: which reforms, how strongly and when, on a budget; and how sure that is."""
