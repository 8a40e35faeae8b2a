"""Rooms of class mode: who is in a class, what they predicted, and what the teacher shows.

All of it is in memory only and ends with the room. Numbers of rooms, seats and characters are
limited, so that a room has a largest size.
"""

import secrets
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sim.app.contest import Contest, Trial
from sim.app.experiments import LESSONS
from sim.app.refusals import Refusal
from sim.app.state import ANSWERS

# Most rooms at once and most students in one; characters of a reason.
MOST_ROOMS, MOST_SEATS, LONGEST_REASON = 20, 120, 200
# Seconds that a room lives from its opening, and seconds without a sign after which a student who
# did nothing may lose the seat in a full room.
ROOM_SECONDS, AWAY_SECONDS = 6 * 3600.0, 60.0
# Wrong room numbers accepted of one address within a minute, and of all addresses. A class may
# share the address of one router.
MOST_GUESSES, MOST_GUESSES_OF_ALL, GUESS_SECONDS = 30, 120, 60.0
# Room numbers have four digits; none begins with a zero.
_FIRST_NUMBER, _NUMBERS = 1000, 9000
# The activities beside lessons.
LOBBY, CONTEST = "", "contest"

Clock = Callable[[], float]


@dataclass
class Prediction:
    """What a student predicted, why, and whether the teacher hides the reason."""

    answer: int
    reason: str
    hidden: bool = False


@dataclass
class Seat:
    """A student, known by a token in the browser and by a number; there is no name."""

    token: str
    number: int
    seen: float
    group: int | None = None
    # The package whose price this student asked for last.
    tried: Trial | None = None
    # Grows with each change that this student alone sees.
    version: int = 0


@dataclass
class Room:
    """One class: its activity, its seats, and its predictions by lesson and seat."""

    number: str
    opened: float
    activity: str = LOBBY
    reasons_shown: bool = False
    seats: dict[str, Seat] = field(default_factory=dict)
    revealed: set[str] = field(default_factory=set)
    predictions: dict[str, dict[str, Prediction]] = field(default_factory=dict)
    contest: Contest = field(default_factory=Contest)
    # Grow with each change that the wall shows, and that all phones show, so that pages can tell
    # whether they are up to date.
    version: int = 0
    scene: int = 0
    _joined: int = 0

    def changed(self, everywhere: bool = False) -> None:
        """Note that what the wall shows has changed; ``everywhere`` means phones too."""
        self.version += 1
        self.scene += everywhere

    def version_for(self, seat: Seat) -> str:
        """The version of what a student's phone shows."""
        return f"{self.scene}.{seat.version}"

    def sit(self, now: float) -> Seat:
        """A new seat. Raises Refusal if the room is full."""
        if len(self.seats) >= MOST_SEATS:
            self._free_one(now)
        self._joined += 1
        seat = Seat(secrets.token_urlsafe(12), self._joined, now)
        self.seats[seat.token] = seat
        self.changed()
        return seat

    def _free_one(self, now: float) -> None:
        """Give up the seat that was left longest by a student who did nothing."""
        idle = [
            seat
            for seat in self.seats.values()
            if now - seat.seen > AWAY_SECONDS
            and seat.group is None
            and not any(seat.token in made for made in self.predictions.values())
        ]
        if not idle:
            raise Refusal("room_full", most=MOST_SEATS)
        del self.seats[min(idle, key=lambda seat: seat.seen).token]

    def open_activity(self, name: str) -> None:
        """Go to a lesson, the contest or the lobby; what was done in others is kept."""
        if name not in (LOBBY, CONTEST, *LESSONS):
            raise Refusal("no_page")
        self.activity = name
        self.reasons_shown = False
        self.changed(everywhere=True)

    def predict(self, seat: Seat, lesson: str, answer: int, reason: str) -> None:
        """Keep a prediction in the open lesson; the first one counts, sent again or not.

        Raises Refusal if the lesson is not open, or its result is shown already.
        """
        if lesson != self.activity or lesson not in LESSONS:
            raise Refusal("lesson_over")
        made = self.predictions.setdefault(lesson, {})
        if seat.token in made:
            return
        if lesson in self.revealed:
            raise Refusal("result_shown")
        made[seat.token] = Prediction(answer, " ".join(reason.split())[:LONGEST_REASON])
        seat.version += 1
        self.changed()

    def of(self, seat: Seat, lesson: str) -> Prediction | None:
        """What a student predicted in a lesson."""
        return self.predictions.get(lesson, {}).get(seat.token)

    def counts(self, lesson: str) -> list[int]:
        """Number of predictions of each answer, (ANSWERS,)."""
        made = [one.answer for one in self.predictions.get(lesson, {}).values()]
        return [made.count(answer) for answer in range(ANSWERS)]

    def reasons(self, lesson: str, hidden: bool = False) -> Iterator[tuple[Seat, Prediction]]:
        """Reasons that were given in a lesson; those that are hidden only if asked for."""
        for token, one in self.predictions.get(lesson, {}).items():
            if one.reason and token in self.seats and (hidden or not one.hidden):
                yield self.seats[token], one

    def hide(self, token: str, lesson: str, hidden: bool) -> None:
        """Hide a reason from the wall, or show it again."""
        made = self.predictions.get(lesson, {}).get(token)
        if made is not None and token in self.seats:
            made.hidden = hidden
            self.seats[token].version += 1
            self.changed()

    def show_reasons(self, shown: bool) -> None:
        """Show reasons on the wall, or take them off."""
        self.reasons_shown = shown
        self.changed()

    def join_group(self, seat: Seat, group: int | None) -> None:
        """Put a student into a group of the contest, or out of all."""
        seat.group = group
        seat.version += 1
        self.changed()

    def reveal(self) -> None:
        """Show the result of the open lesson; predictions end."""
        if self.activity in LESSONS:
            self.revealed.add(self.activity)
            self.changed(everywhere=True)


class Rooms:
    """The rooms that are open, and the limit on guesses of their numbers."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._rooms: dict[str, Room] = {}
        self._guesses: deque[tuple[float, str]] = deque()

    def now(self) -> float:
        """Seconds of the clock by which seats and rooms are kept."""
        return self._clock()

    def __iter__(self) -> Iterator[Room]:
        """The open rooms, oldest first."""
        self.sweep()
        return iter([*self._rooms.values()])

    def open(self) -> Room:
        """A new room. Raises Refusal if there are as many as the server keeps."""
        self.sweep()
        if len(self._rooms) >= MOST_ROOMS:
            raise Refusal("many_rooms", most=MOST_ROOMS)
        while True:
            number = str(_FIRST_NUMBER + secrets.randbelow(_NUMBERS))
            if number not in self._rooms:
                break
        self._rooms[number] = Room(number, self._clock())
        return self._rooms[number]

    def close(self, number: str) -> None:
        """End a room and forget all that was in it."""
        self._rooms.pop(number, None)

    def sweep(self) -> None:
        """End the rooms whose time is over."""
        before = self._clock() - ROOM_SECONDS
        for room in [one for one in self._rooms.values() if one.opened < before]:
            self.close(room.number)

    def get(self, number: str) -> Room | None:
        """A room by its number, for those who may see all; None if there is none."""
        self.sweep()
        return self._rooms.get(number)

    def find(self, number: str, address: str) -> Room:
        """The room with a number that was given from an address.

        Raises Refusal if there is none, and for every number after too many wrong ones.
        """
        self.sweep()
        now = self._clock()
        while self._guesses and self._guesses[0][0] < now - GUESS_SECONDS:
            self._guesses.popleft()
        own = sum(one == address for _, one in self._guesses)
        if own >= MOST_GUESSES or len(self._guesses) >= MOST_GUESSES_OF_ALL:
            raise Refusal("many_guesses")
        if number not in self._rooms:
            self._guesses.append((now, address))
            raise Refusal("no_room", number=number[:_LONGEST_NUMBER])
        return self._rooms[number]

    def seat(self, number: str, token: str) -> tuple[Room, Seat] | None:
        """A room and the seat in it that a token names; None if either is gone.

        A token has too many characters to be guessed, so this is not limited.
        """
        room = self.get(number)
        seat = room.seats.get(token) if room else None
        if room is None or seat is None:
            return None
        seat.seen = self._clock()
        return room, seat


_LONGEST_NUMBER = 8
rooms = Rooms()
