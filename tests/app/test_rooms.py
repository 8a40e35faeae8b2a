"""Rooms have largest sizes, end, and keep what students did only once."""

import pytest

from sim.app import rooms as module
from sim.app.refusals import Refusal
from sim.app.rooms import (
    GUESS_SECONDS,
    LONGEST_REASON,
    MOST_GUESSES,
    MOST_GUESSES_OF_ALL,
    MOST_ROOMS,
    MOST_SEATS,
    ROOM_SECONDS,
    Rooms,
)


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def rooms(clock):
    return Rooms(clock)


def lesson(rooms, name="campaign"):
    room = rooms.open()
    room.open_activity(name)
    return room


def test_numbers_have_four_digits_and_differ(rooms):
    numbers = {rooms.open().number for _ in range(MOST_ROOMS)}
    assert len(numbers) == MOST_ROOMS
    assert all(len(one) == 4 and one.isdigit() for one in numbers)
    with pytest.raises(Refusal):
        rooms.open()


def test_a_room_ends_with_its_time_and_everything_in_it_is_gone(rooms, clock):
    room = lesson(rooms)
    seat = room.sit(0.0)
    clock.now = ROOM_SECONDS - 1
    assert rooms.seat(room.number, seat.token) == (room, seat)
    clock.now = ROOM_SECONDS + 1
    assert rooms.seat(room.number, seat.token) is None
    assert [*rooms] == []


def test_a_token_leads_back_to_the_seat_and_to_no_other_room(rooms):
    one, other = rooms.open(), rooms.open()
    seat = one.sit(0.0)
    assert rooms.seat(one.number, seat.token) == (one, seat)
    assert rooms.seat(other.number, seat.token) is None
    assert rooms.seat(one.number, "") is None


def test_wrong_numbers_of_one_address_are_limited_and_right_ones_too_then(rooms, clock):
    room = rooms.open()
    wrong = "9999" if room.number != "9999" else "9998"
    for _ in range(MOST_GUESSES):
        with pytest.raises(Refusal, match="no room"):
            rooms.find(wrong, "guesser")
    with pytest.raises(Refusal, match="wait a minute"):
        rooms.find(room.number, "guesser")
    assert rooms.find(room.number, "student") is room
    clock.now = GUESS_SECONDS + 1
    assert rooms.find(room.number, "guesser") is room


def test_wrong_numbers_of_all_addresses_are_limited(rooms):
    rooms.open()
    for number in range(MOST_GUESSES_OF_ALL):
        with pytest.raises(Refusal, match="no room"):
            rooms.find("0000", f"address {number}")
    with pytest.raises(Refusal, match="wait a minute"):
        rooms.find("0000", "another")


def test_a_full_room_gives_up_the_seat_of_who_left_without_doing_anything(rooms):
    room = lesson(rooms)
    seats = [room.sit(0.0) for _ in range(MOST_SEATS)]
    room.predict(seats[0], "campaign", 1, "")
    with pytest.raises(Refusal, match="full"):
        room.sit(1.0)
    seats[1].seen, now = -1.0, module.AWAY_SECONDS + 0.5
    for seat in seats[2:]:
        seat.seen = now
    new = room.sit(now)
    assert new.token in room.seats
    assert seats[0].token in room.seats
    assert seats[1].token not in room.seats
    assert len(room.seats) == MOST_SEATS
    with pytest.raises(Refusal, match="full"):
        room.sit(now)


def test_a_prediction_sent_twice_is_kept_once_and_the_first_counts(rooms):
    room = lesson(rooms)
    seat = room.sit(0.0)
    room.predict(seat, "campaign", 2, "first")
    before = room.version
    room.predict(seat, "campaign", 0, "second")
    assert room.counts("campaign") == [0, 0, 1]
    assert room.of(seat, "campaign").reason == "first"
    assert room.version == before


def test_after_the_result_or_in_another_lesson_nobody_can_predict(rooms):
    room = lesson(rooms)
    early, late = room.sit(0.0), room.sit(0.0)
    room.predict(early, "campaign", 2, "")
    room.reveal()
    with pytest.raises(Refusal, match="already"):
        room.predict(late, "campaign", 2, "")
    # Sent again after a cut, it is accepted as what it was.
    room.predict(early, "campaign", 2, "")
    room.open_activity("budget")
    with pytest.raises(Refusal, match="gone on"):
        room.predict(late, "campaign", 2, "")
    assert room.counts("campaign") == [0, 0, 1]


def test_reasons_are_short_hidden_ones_are_left_out_and_shown_again(rooms):
    room = lesson(rooms)
    seats = [room.sit(0.0) for _ in range(3)]
    for seat, reason in zip(seats, ("long " * 100, "rude", ""), strict=True):
        room.predict(seat, "campaign", 0, reason)
    assert max(len(one.reason) for _, one in room.reasons("campaign")) <= LONGEST_REASON
    room.hide(seats[1].token, "campaign", True)
    assert [seat for seat, _ in room.reasons("campaign")] == [seats[0]]
    assert [seat for seat, _ in room.reasons("campaign", hidden=True)] == seats[:2]
    room.hide(seats[1].token, "campaign", False)
    assert [seat for seat, _ in room.reasons("campaign")] == seats[:2]


def test_a_prediction_does_not_make_other_phones_ask_for_everything_again(rooms):
    room = lesson(rooms)
    one, other = room.sit(0.0), room.sit(0.0)
    before = room.version_for(one), room.version_for(other), room.version
    room.predict(one, "campaign", 1, "")
    assert room.version_for(one) != before[0]
    assert room.version_for(other) == before[1]
    assert room.version != before[2]
    room.reveal()
    assert room.version_for(other) != before[1]


def test_going_on_takes_reasons_off_the_wall_and_keeps_predictions(rooms):
    room = lesson(rooms)
    seat = room.sit(0.0)
    room.predict(seat, "campaign", 1, "why")
    room.show_reasons(True)
    room.open_activity("budget")
    assert not room.reasons_shown
    room.open_activity("campaign")
    assert room.of(seat, "campaign").answer == 1
    with pytest.raises(Refusal):
        room.open_activity("nonsense")
