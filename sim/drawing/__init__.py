"""What pictures share: look, layout, words in two languages, and what commands draw.

Figures of the catalogue are files of their own in ``figures``, read by ``catalogue``.
"""
