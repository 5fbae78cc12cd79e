"""What one side wrote reaches whoever is on the other side now, whatever happens meanwhile, and nobody else."""

from datetime import timedelta

from lotsen.core.access import SYSTEM
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.outbox import service as outbox
from lotsen.outbox.jobs import deliver
from lotsen.outbox.rules import State as MailState

from .scene import Side, case_in, do
from .test_messages import letters, write


def test_after_a_mail_that_came_back_the_next_goes_to_the_corrected_address(app, time):
    case = case_in()
    write(case, Side.PILOT, "Eins", at=time.at)
    deliver(time.forward(minutes=1))
    do(outbox.record_bounce, letters()[0], by=SYSTEM, at=time.at)
    with transaction():
        db.session.merge(case).help_request.contact.email = "richtig@verein.example"
    write(case, Side.PILOT, "Zwei", at=time.forward(days=10))
    deliver(time.at + timedelta(minutes=1))
    failed, sent = letters()
    assert failed.state is MailState.FAILED and "Zwei" not in failed.text
    assert (sent.state, sent.address) == (MailState.SENT, "richtig@verein.example")
    assert "Zwei" in sent.text
