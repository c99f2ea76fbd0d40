"""What can keep the installer from doing what it was asked: one kind of error, whose text says whose fault it is."""


class DeployError(Exception):
    """The text is for the administrator: what is wrong, and what to do about it."""
