"""Patronage (庇护关系): connections that are a tie to one patron, and are lost with the patron.

An officer's connections may be a tie to one leader of the department, who is above when the tie
begins, at appointment (Jiang 2018). They help in promotion (Shih, Adolph & Liu 2012) and, which is
assumed, protect from sanctions, while the patron has a say there. When the patron leaves the
department or falls below the client, the tie ends and nothing of it is left. Other connections, to
people elsewhere, last. Whoever has lost a patron may find another.

Two findings are not in the model. Connections and performance are complements in promotion (Jia,
Kudamatsu & Seim 2015); here one makes up for lack of the other. Clients deliver more (Jiang 2018);
here a tie does not make them work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.declare import Section, Unfollowed, count, number, share
from sim.distributions import normal_share
from sim.machine.compiled import rule
from sim.machine.draws import decision, draw
from sim.mechanisms.measuring import Measure, per, yearly

if TYPE_CHECKING:
    from sim.mechanisms.typed import AllSettings, Department, Officer, Officers, Tally

PATRON = decision(24, "whoever enters a post: tied to a patron, which, spare, spare")
NEW_PATRON = decision(25, "an officer without a patron: finds one, which, how close, spare")
# In place of a patron: connections that are no tie, and a tie that has ended.
UNTIED = -1
LOST = -2


class Settings(Section, section="behaviour"):
    """Who has a patron."""

    ties: float = share(
        "entrants below the head whose connections are a tie to one patron above",
        zh="庇护关系",
        meaning_zh="部门首长以下的就任者中，其关系系于一位上级靠山的比例",
        source="Jiang 2018, on how ties begin; assumed value",
        off=0.0,
    )
    new_patron: float = number(
        "officers who have lost a patron and find another",
        0,
        1,
        "share a year",
        zh="另投靠山",
        meaning_zh="失去靠山者每年另投靠山的比例",
        source="assumed",
        off=0.0,
    )


class OfficerFields(Section, row="officer"):
    """The tie of an officer."""

    patron: int = count(
        "index of the patron's post; −1 where connections are no tie, −2 after a tie has ended",
        LOST,
        zh="靠山",
    )


class DepartmentFields(Section, row="department"):
    """Ties in a department."""

    clients: int = count("officers who have a patron", zh="有靠山人数")


class TallySums(Section, row="tally"):
    """Ties that hold, and ties that end."""

    clients: float = number("officers who have a patron", 0, None, "officers", zh="有靠山人数")
    patrons_lost: float = number(
        "officers whose patron lost the say", 0, None, "officers", zh="失去靠山人数"
    )


# What the mean field, whose officers stay, does not follow.
UNFOLLOWED = (
    Unfollowed("ties that end with the patron", "随靠山失势的关系", {"behaviour.ties": 0.0}),
)


@rule
def run_along_ties(settings: AllSettings) -> bool:
    """Whether anybody's connections are a tie to a patron."""
    return settings.ties > 0.0


@rule
def leader_above(officers: Officers, index: int, u: float) -> int:
    """Index of a leader of the department above an officer, each as likely, or ``UNTIED``.

    They are the superior, the superior's superior, and so on to the head.
    """
    department = officers[index].department
    leaders = 0
    above = officers[index].superior
    while above >= 0 and officers[above].department == department:
        leaders += 1
        above = officers[above].superior
    if leaders == 0:
        return UNTIED
    leader = officers[index].superior
    for _ in range(min(int(u * leaders), leaders - 1)):
        leader = officers[leader].superior
    return leader


@rule
def tie(
    officers: Officers, index: int, settings: AllSettings, seed: int, replicate: int, month: int
) -> None:
    """Tie whoever enters a post to a leader above, as often as ``ties`` says."""
    if not run_along_ties(settings):
        return
    officer = officers[index]
    who = officer.number_in_department
    u = draw(seed, replicate, PATRON, month, officer.department, who)
    if u[0] < settings.ties:
        officer.patron = leader_above(officers, index, u[1])


@rule
def follow(officers: Officers, one: int, other: int, settings: AllSettings) -> None:
    """Let ties follow patrons who have moved between posts ``one`` and ``other``."""
    if not run_along_ties(settings):
        return
    department = officers[one].department
    i = one - officers[one].number_in_department
    while i < len(officers) and officers[i].department == department:
        if officers[i].patron == one:
            officers[i].patron = other
        elif officers[i].patron == other:
            officers[i].patron = one
        i += 1


@rule
def has_say(patron: Officer, client: Officer) -> bool:
    """Whether a patron can still do something for a client: leads, and does not stand below."""
    return (patron.vacant == 0) & (patron.subordinates > 0) & (patron.rank <= client.rank)


@rule
def fall_with_patrons(
    officers: Officers, first: int, last: int, settings: AllSettings, tally: Tally
) -> None:
    """End the ties of officers first…last − 1 whose patron has left or has no say any more."""
    if not run_along_ties(settings):
        return
    for i in range(first, last):
        officer = officers[i]
        tied = (officer.vacant == 0) & (officer.patron >= 0)
        # Few lose a patron; whether there is one is hard to guess, so it takes no branch.
        if tied & (not has_say(officers[max(0, officer.patron)], officer)):
            officer.patron = LOST
            officer.connection = 0.0
            tally.patrons_lost += 1.0


@rule
def find_new_patrons(
    officers: Officers,
    first: int,
    last: int,
    settings: AllSettings,
    seed: int,
    replicate: int,
    month: int,
) -> None:
    """Let officers first…last − 1 who have lost a patron find another, as close as it happens."""
    if settings.new_patron == 0.0:
        return
    for i in range(first, last):
        officer = officers[i]
        if officer.patron != LOST or officer.rank == 0:
            continue
        who = officer.number_in_department
        u = draw(seed, replicate, NEW_PATRON, month, officer.department, who)
        if u[0] < settings.new_patron:
            officer.patron = leader_above(officers, i, u[1])
            officer.connection = normal_share(
                u[2], settings.connection_mean, settings.connection_sd
            )


@rule
def count_clients(officers: Officers, first: int, last: int, department: Department) -> None:
    """Count the officers first…last − 1 who have a patron."""
    clients = 0
    for i in range(first, last):
        clients += 1 if officers[i].patron >= 0 else 0
    department.clients = clients


@rule
def observe_ties(department: Department, tally: Tally) -> None:
    """Add a department's officers who have a patron to the sums of the month."""
    tally.clients += float(department.clients)


MEASURES = (
    Measure(
        "clients",
        "Officers with a patron",
        "有靠山者",
        "share",
        "officers whose connections are a tie to a patron who has a say",
        per("clients"),
    ),
    yearly("patrons_lost", "Patrons lost", "失去靠山", "officers whose patron lost the say"),
)
