"""Every text of the page, a file a view; tests hold that both languages say the same things."""
