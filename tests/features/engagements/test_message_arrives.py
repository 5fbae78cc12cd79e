"""What one side wrote reaches whoever is on the other side now, whatever happens meanwhile, and nobody else."""

from datetime import timedelta

import pytest

from lotsen.core.access import SYSTEM
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.engagements import service
from lotsen.engagements.rules import BreakOffReason
from lotsen.help_requests import service as help_requests
from lotsen.outbox import service as outbox
from lotsen.outbox.jobs import deliver
from lotsen.outbox.rules import State as MailState
from lotsen.pilots import service as pilots
from lotsen.pilots.rules import EndReason

from .scene import Side, State, case_in, do, find_somebody
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


ENDS = ["broken off", "handed over", "withdrawn", "stops"]
NOT_ANY_MORE = ["suspended", "deceased", "title withdrawn"]


@pytest.mark.parametrize("how", ENDS + NOT_ANY_MORE)
@pytest.mark.parametrize("side", Side)
def test_what_was_written_leaves_though_it_ends_but_not_for_somebody_suspended_or_dead(
    app, time, coordinator, side, how
):
    case = case_in()
    write(case, side, "Eins", at=time.at)
    deliver(time.forward(minutes=1))
    write(case, side, "Zwei", at=time.forward(minutes=5))
    case, at = db.session.merge(case), time.at
    request, pilot = case.help_request, case.pilot
    if how == "broken off":
        do(service.break_off, case, BreakOffReason.DOES_NOT_FIT, Side.MEMBER, at=at)
    elif how == "handed over":
        do(service.hand_over, case, Side.PILOT, by=pilot.user, at=at)
        find_somebody(request, by=coordinator, at=at)
        assert case.state is State.BROKEN_OFF
    elif how == "withdrawn":
        do(help_requests.withdraw, request, by=request.contact, at=at)
    elif how == "suspended":
        do(pilots.suspend, pilot, "Beschwerde", by=coordinator, at=at)
    else:
        reasons = {"deceased": EndReason.DECEASED, "title withdrawn": EndReason.TITLE_WITHDRAWN}
        do(pilots.end, pilot, reasons.get(how, EndReason.WISH), by=coordinator, at=at)
    deliver(time.forward(minutes=70))
    assert letters()[1].state is (MailState.SENT if how in ENDS else MailState.RECALLED)
