"""What the timetable calls: handing mails over, and looking through the mailbox for those that came back."""

from .delivery import deliver
from .leases import next_due

__all__ = ["deliver", "next_due"]
