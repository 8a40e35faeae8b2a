"""Compilation of rules, storage of the state, random draws, and the loop over months.

``compiled`` turns a rule into machine code, ``rows`` stores the state in columns,
``row_operations`` lets compiled rules read a row, ``draws`` gives random numbers, and ``loop`` runs
the months. Mechanisms do not depend on any of these details.
"""
