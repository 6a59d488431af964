"""The time as the server's users have it."""

import datetime


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.timezone.utc)


def from_now(**duration) -> datetime.datetime:
    """The time in so many `days`, `hours` or `seconds`, in whole seconds, as the API keeps it."""
    return (now() + datetime.timedelta(**duration)).replace(microsecond=0)
