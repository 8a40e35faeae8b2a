"""What a student's phone shows, as HTML in parts that are replaced one by one when they change."""

from html import escape

from sim.app import worlds
from sim.app.class_parts import hit, leaderboard, price, rule, votes, world
from sim.app.contest import BEFORE, MOST_GROUPS, OVER, Trial
from sim.app.experiments import LESSONS, run
from sim.app.lesson_result import debrief, verdict
from sim.app.refusals import one_line
from sim.app.rooms import CONTEST, LOBBY, LONGEST_REASON, Prediction, Room, Seat
from sim.app.state import ANSWERS
from sim.app.texts import classroom, lessons
from sim.app.words import ENGLISH, Words

# Steps of a slider, in per cent.
_STEP = 5


class Phone:
    """The parts of the page of one student in one language."""

    def __init__(self, room: Room, seat: Seat, lang: str, root: str) -> None:
        self._room, self._seat, self._root = room, seat, root
        self._words = Words(lang, classroom.TEXTS)
        self._lesson_words = Words(lang, lessons.TEXTS)

    async def parts(self) -> dict[str, str]:
        """HTML by the name of its place: who one is, what is to do, and what has come of it."""
        room, words = self._room, self._words
        head = escape(words("seat", room=room.number, number=self._seat.number))
        if room.activity == LOBBY:
            main, news = self._plain("lobby"), ""
        elif room.activity == CONTEST:
            main, news = self._contest(), self._contest_news()
        else:
            main, news = await self._lesson(room.activity)
        return {"head": head, "main": main, "news": news}

    def _plain(self, key: str, **facts: object) -> str:
        return f"<p>{escape(self._words(key, **facts))}</p>"

    async def _lesson(self, name: str) -> tuple[str, str]:
        said = self._lesson_words
        head = (
            f"<h1>{escape(said(f'{name}_title'))}</h1>"
            f'<p class="question">{escape(said(f"{name}_question"))}</p>'
        )
        made = self._room.of(self._seat, name)
        if name in self._room.revealed:
            return head, await self._result(name, made)
        if made is None:
            return head + self._form(name), ""
        return head, self._kept(name, made) + self._plain("waits_reveal")

    def _form(self, name: str) -> str:
        said, words = self._lesson_words, self._words
        answers = "".join(
            f'<label><input type="radio" name="answer" value="{answer}" required> '
            f"{escape(said(f'{name}_{answer}'))}</label>"
            for answer in range(ANSWERS)
        )
        why = escape(words("why", most=LONGEST_REASON))
        return (
            f'<form class="predict" data-key="{name}" data-act="predict">'
            f'<input type="hidden" name="lesson" value="{name}">'
            f"<fieldset><legend>{escape(said(f'{name}_ask'))}</legend>{answers}</fieldset>"
            f'<label class="reason" for="reason">{why}</label>'
            f'<textarea id="reason" name="reason" rows="3" maxlength="{LONGEST_REASON}"></textarea>'
            f'<button class="button main">{escape(words("predict_now"))}</button></form>'
        )

    def _kept(self, name: str, made: Prediction) -> str:
        answer = self._lesson_words(f"{name}_{made.answer}")
        kept = self._plain("you_said", answer=answer)
        if made.reason:
            kept += self._plain("you_gave", reason=made.reason)
        return kept + (self._plain("reason_hidden") if made.hidden else "")

    async def _result(self, name: str, made: Prediction | None) -> str:
        words, said, lesson = self._words, self._lesson_words, LESSONS[name]
        found = await run(lesson)
        truth = lesson.judge(found)
        if made is None:
            shown = words("shown", truth=said(f"{name}_{truth}"))
            top = self._plain("not_predicted") + f"<p>{escape(shown)}</p>"
        else:
            predicted, came_true, result = verdict(said, lesson, found, made.answer)
            top = f'<p>{escape(predicted)}</p><p class="verdict {result}">{escape(came_true)}</p>'
        lang = "" if words.lang == ENGLISH else f"&lang={words.lang}"
        given = "" if made is None else f"&a={made.answer}"
        sheet = escape(f"{self._root}/worksheet/{name}?ran=1{given}{lang}")
        return (
            f"{top}<h2>{escape(words('class_predicted'))}</h2>"
            f"{votes(words, said, self._room, lesson, truth)}"
            f"<p>{escape(hit(words, self._room, lesson, truth))}</p>"
            f"<h2>{escape(said('step_debrief'))}</h2><p>{escape(debrief(said, lesson, found))}</p>"
            f'<p><a class="button" href="{sheet}">{escape(words("worksheet"))}</a></p>'
        )

    def _contest(self) -> str:
        words, contest = self._words, self._room.contest
        head = f"<h1>{escape(words('contest_name'))}</h1>"
        if contest.stage == BEFORE:
            return head + self._plain("contest_before") + self._groups()
        if contest.stage == OVER:
            return head + self._plain("contest_over")
        head += (
            f"{world(words, contest)}<details><summary>{escape(words('rules'))}</summary>"
            f"<p>{escape(rule(words))}</p></details>"
        )
        return head + (self._groups() if self._seat.group is None else self._levers())

    def _groups(self) -> str:
        words, seat = self._words, self._seat
        buttons = "".join(
            f'<button class="button{" main" if seat.group == number else ""}" name="group" '
            f'value="{number}"{" aria-pressed=true" if seat.group == number else ""}>'
            f"{escape(words('group', number=number))}</button>"
            for number in range(1, MOST_GROUPS + 1)
        )
        return (
            f'<form data-act="group"><fieldset class="groups">'
            f"<legend>{escape(words('pick_group'))}</legend>{buttons}</fieldset></form>"
        )

    def _levers(self) -> str:
        words, contest = self._words, self._room.contest
        scenario = worlds.scenario(contest.world)
        rows = "".join(
            f'<div class="lever"><div class="lever-top"><label for="{name}">'
            f'{escape(words.lever(scenario, name))}</label><output for="{name}"></output></div>'
            f'<input type="range" id="{name}" name="lever:{name}" min="0" max="100" '
            f'step="{_STEP}" value="0"><p class="dim">{escape(words.lever_story(scenario, name))}'
            "</p></div>"
            for name in scenario.levers
        )
        group = escape(words("group", number=self._seat.group))
        return (
            f'<form data-act="group"><p><b>{group}</b> <button class="button" name="group" '
            f'value="0">{escape(words("other_group"))}</button></p></form>'
            f'<form data-key="contest" data-act="submit"><input type="hidden" name="stage" '
            f'value="{contest.stage}"><fieldset><legend>{escape(words("strength"))}</legend>'
            f'{rows}</fieldset><div class="buttons"><button class="button" name="act" '
            f'value="price">{escape(words("try_price"))}</button><button class="button main" '
            f'name="act" value="submit">{escape(words("submit"))}</button></div>'
            f'<p class="dim">{escape(words("resubmit"))}</p></form>'
        )

    def _contest_news(self) -> str:
        words, seat, contest = self._words, self._seat, self._room.contest
        if contest.stage == BEFORE:
            return ""
        news = ""
        if seat.group is not None and contest.open:
            tried = seat.tried
            if tried is not None and tried.stage == contest.stage:
                news += self._tried(tried, False)
            latest = contest.trials.get((contest.stage, seat.group))
            if latest is not None:
                news += f"<h3>{escape(words('group', number=seat.group))}</h3>"
                news += self._tried(latest, True)
        return news + leaderboard(words, contest, seat.group)

    def _tried(self, trial: Trial, submitted: bool) -> str:
        words = self._words
        if trial.refused is not None:
            return f"<p>{escape(one_line(trial.refused, words.lang))}</p>"
        if trial.score is None:
            return self._plain("computing")
        told = [price(words, trial.score)]
        if submitted and trial.score.within:
            told.append(words("accepted", points=f"{trial.score.points:.1f}"))
        if trial.carried:
            told.append(words("carried"))
        kind = "within" if trial.score.within else "over"
        return f'<p class="price {kind}">{escape(words.joined(told))}</p>'
