"""Partner data as text that can be shown: without control characters, and without markup of our own."""


def plain(text: str) -> str:
    """Every character that does not print becomes a question mark: no escape sequence reaches the terminal."""
    return "".join(character if character.isprintable() else "?" for character in text)


def in_markup(text: str) -> str:
    """The same, for a text that is printed with markup."""
    return plain(text).replace("[", "\\[")
