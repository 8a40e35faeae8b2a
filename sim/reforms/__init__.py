"""Published reforms, and what the model predicts for them."""
