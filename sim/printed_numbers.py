"""Numbers as tables, figures and the page print them, with the minus sign of typography."""

MINUS = "−"


def plain(value: float, digits: int) -> str:
    """A number with so many decimals; one that rounds to zero has no sign."""
    text = f"{abs(value):.{digits}f}"
    return MINUS + text if value < 0 and float(text) != 0.0 else text


def signed(value: float, digits: int) -> str:
    """A number with its sign, also where it is positive; one that rounds to zero has none."""
    text = plain(value, digits)
    return f"+{text}" if value > 0 and float(text) != 0.0 else text
