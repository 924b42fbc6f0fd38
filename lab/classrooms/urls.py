from django.urls import path

from lab.classrooms.views import book, exams, live, moments, replay, rooms, work

CLASS = "classes/<uuid:classroom_id>/"
CELL = CLASS + "grades/<int:person_id>/<int:assignment_id>/"
EXAM = "attempts/<uuid:attempt_id>/exam/"
WORK = CLASS + "assignments/<int:assignment_id>/"

app_name = "classrooms"
urlpatterns = [
    path("classes/", rooms.index, name="index"),
    path("classes/new/", rooms.create, name="create"),
    path("classes/find/", rooms.find, name="find"),
    path("join/<slug:code>/", rooms.join, name="join"),
    path("teach/<str:token>/", rooms.invitation, name="invitation"),
    path(CLASS, rooms.room, name="room"),
    path(CLASS + "rename/", rooms.rename, name="rename"),
    path(CLASS + "archive/", rooms.archive, name="archive"),
    path(CLASS + "door/", rooms.door, name="door"),
    path(CLASS + "leave/", rooms.leave, name="leave"),
    path(CLASS + "people/", rooms.people, name="people"),
    path(CLASS + "people/<int:person_id>/remove/", rooms.remove, name="remove"),
    path(CLASS + "invite/", rooms.invite, name="invite"),
    path(CLASS + "invite/<int:invitation_id>/remove/", rooms.uninvite, name="uninvite"),
    path(CLASS + "assignments/new/", work.new, name="new-assignment"),
    path(WORK, work.assignment, name="assignment"),
    path(WORK + "edit/", work.edit, name="edit-assignment"),
    path(WORK + "delete/", work.delete, name="delete-assignment"),
    path(WORK + "begin/", work.begin, name="begin"),
    path("attempts/<uuid:attempt_id>/", work.attempt, name="attempt"),
    path("attempts/<uuid:attempt_id>/quiz/", work.quiz, name="quiz"),
    path("attempts/<uuid:attempt_id>/quiz/<slug:key>/", work.answer, name="answer"),
    path(EXAM, exams.exam, name="exam"),
    path(EXAM + "hand-in/", exams.hand_in, name="hand-in"),
    path(EXAM + "<int:number>/", exams.part, name="part"),
    path(EXAM + "<int:number>/flag/", exams.flag, name="flag"),
    path(CLASS + "grades/", book.book, name="book"),
    path(CLASS + "grades/export/", book.export, name="export"),
    path(CLASS + "grades/import/", book.take_in, name="import"),
    path(CELL, book.cell, name="cell"),
    path(CELL + "override/", book.override, name="override"),
    path(CELL + "extend/", book.extend, name="extend"),
    path(CELL + "lengthen/", book.lengthen, name="lengthen"),
    path(WORK + "regrade/", book.regrade, name="regrade"),
    path(WORK + "lower/", book.settle_less, name="lower"),
    path(CLASS + "evidence/<int:judgement_id>/", book.open_evidence, name="evidence"),
    path(CLASS + "live/", live.live, name="live"),
    path(CLASS + "announce/", live.announce, name="announce"),
    path(CLASS + "word/", live.word, name="word"),
    path(CLASS + "moments/", moments.share, name="share-moment"),
    path(CLASS + "moments/<int:notice_id>/take/", moments.take, name="take-moment"),
    path(CLASS + "moments/<int:notice_id>/end/", moments.end, name="end-moment"),
    path(CLASS + "hand/", live.hand, name="hand"),
    path(CLASS + "hand/<int:person_id>/down/", live.hand_down, name="hand-down"),
    path("attempts/<uuid:attempt_id>/seat/", live.seat, name="seat"),
    path("attempts/<uuid:attempt_id>/replay/", replay.replay, name="replay"),
    path("attempts/<uuid:attempt_id>/replay/open/", replay.open_step, name="open-step"),
    path("attempts/<uuid:attempt_id>/copy/", live.help_on_copy, name="help"),
    path("copies/<uuid:sandbox_id>/", live.copy, name="copy"),
]
