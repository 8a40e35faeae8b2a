"""When a reform fails, and what is worth finding out first: from the stored runs of a study."""
