"""How rules are compiled and run over columns; no mechanism needs to know anything of it.

``compiled`` turns a rule into machine code, ``rows`` holds the state in columns, ``row_types``
lets compiled rules read a row, ``draws`` gives random numbers, ``loop`` runs the months.
"""
