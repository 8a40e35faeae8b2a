"""What stands in a picture, and whether it can be read."""

import itertools

from matplotlib.text import Text

from sim.drawing import style


def beyond(axis):
    """Labels of ticks that lie outside the view and are not drawn."""
    low, high = sorted(axis.get_view_interval())
    return [tick.label1 for tick in axis.get_major_ticks() if not low <= tick.get_loc() <= high]


def texts(figure):
    """All text that is drawn."""
    with style.look():
        figure.draw_without_rendering()
    unseen = [
        label for axes in figure.axes for axis in (axes.xaxis, axes.yaxis) for label in beyond(axis)
    ]
    return [
        text
        for text in figure.findobj(Text)
        if text.get_visible() and text.get_text().strip() and text not in unseen
    ]


def written(figure):
    """All that stands in a picture, lines joined."""
    return " ".join(text.get_text().replace("\n", " ") for text in texts(figure))


def boxes(found):
    """Texts with the boxes they are drawn in."""
    with style.look():
        return [(text.get_text(), text.get_window_extent()) for text in found]


def astray(figure):
    """Texts that leave the sheet."""
    sheet = figure.bbox
    return [
        text
        for text, box in boxes(texts(figure))
        if box.x0 < sheet.x0 or box.x1 > sheet.x1 or box.y0 < sheet.y0 or box.y1 > sheet.y1
    ]


def covered(figure):
    """Pairs of texts of which one covers the other."""
    # The box of text that is turned says nothing of where its letters are.
    level = [text for text in texts(figure) if text.get_rotation() % 90 == 0]
    return [
        (one, other)
        for (one, box), (other, beside) in itertools.combinations(boxes(level), 2)
        if box.overlaps(beside)
    ]
