"""The rule book: one file for each mechanism of the model.

A rule takes records (rows of the state's arrays) and changes them in place, or takes the world and
the index of a department. It never knows which loop calls it.
"""
