"""Drawing of figures: style, layout, texts in two languages, and the figures of commands.

Each figure of the catalogue is a file in ``figures``; ``catalogue`` loads them.
"""

from sim.drawing.font_cache import choose_folder

choose_folder()
