"""The map: every page."""

from __future__ import annotations

from django.urls import path

from peerloom.web.admin import roles
from peerloom.web.manager import (
    design,
    imports,
    people,
    policy,
    programs,
    rounds,
    sharing,
    skills,
)
from peerloom.web.participant import find, home, me, partnership, place, time, voices
from peerloom.web.public import health, pages, start
from peerloom.web.sponsor import results

_MATCHING = "manage/<int:program_id>/matching/"
_ROUND = f"{_MATCHING}<int:round_id>/"
_IMPORT = "manage/<int:program_id>/import/"
_PERSON = "manage/<int:program_id>/people/<int:participant_id>/"
_DESIGN = "manage/<int:program_id>/design/"
_SHARING = "manage/<int:program_id>/organisations/"

urlpatterns = [
    path("", pages.landing, name="landing"),
    path("health/", health.health, name="health"),
    path("start/", start.first_start, name="first_start"),
    path("demo/<slug:role>/", start.look_around, name="look_around"),
    path("privacy/", pages.privacy, name="privacy"),
    path("p/<slug:slug>/", pages.program, name="program"),
    path("p/<slug:slug>/poster.<slug:form>", pages.poster, name="poster"),
    path("p/<slug:slug>/join/", pages.join, name="join"),
    # participant
    path("home/", home.home, name="home"),
    path("places/<int:place_id>/", place.answers, name="place"),
    path("places/<int:place_id>/people/", voices.show, name="voices"),
    path("places/<int:place_id>/find/", find.find, name="find"),
    path("places/<int:place_id>/calendar/", time.calendar, name="place_calendar"),
    path("places/<int:place_id>/away/<int:away_id>/", time.back, name="away_back"),
    path("places/<int:place_id>/<slug:step>/", place.step, name="step"),
    path("partnerships/<int:partnership_id>/", partnership.show, name="partnership"),
    path("me/", me.me, name="me"),
    path("me/data.json", me.my_data, name="my_data"),
    path("me/sign-out-everywhere/", me.sign_out_everywhere, name="sign_out_everywhere"),
    # manager
    path("manage/", programs.index, name="manage"),
    path("manage/new/", programs.new, name="new_program"),
    path("manage/new/blank/", programs.blank, name="blank_program"),
    path("manage/<int:program_id>/", programs.overview, name="overview"),
    path("manage/<int:program_id>/setup/<slug:step>/", programs.setup, name="setup"),
    path(f"{_DESIGN}brings/", design.purpose_brings, name="consequences"),
    path(f"{_DESIGN}kpis/", design.kpis, name="kpis"),
    path(f"{_DESIGN}form/", design.form, name="form"),
    path(f"{_DESIGN}form/preview/", design.preview, name="form_preview"),
    path(f"{_DESIGN}form/new/", design.question, name="new_question"),
    path(f"{_DESIGN}form/<int:question_id>/", design.question, name="question"),
    path(f"{_DESIGN}form/<int:question_id>/<slug:verb>/", design.question_do, name="question_do"),
    path(f"{_DESIGN}materials/", design.materials, name="materials"),
    path(f"{_DESIGN}materials/new/", design.material, name="new_material"),
    path(f"{_DESIGN}materials/<int:material_id>/", design.material, name="material"),
    path(f"{_DESIGN}template/", design.save_template, name="save_template"),
    path("manage/<int:program_id>/people/", people.index, name="people"),
    path("manage/<int:program_id>/people/invite/", people.invite_all, name="invite"),
    path("manage/<int:program_id>/people/add/", people.add, name="add_person"),
    path(_PERSON, people.show, name="participant"),
    path("manage/<int:program_id>/people/remind/", people.remind_all, name="remind"),
    path("manage/<int:program_id>/people/places/", people.places, name="places"),
    path(f"{_PERSON}decline/", people.decline_person, name="decline"),
    path(f"{_PERSON}observe/", people.observe_person, name="observe"),
    path(f"{_PERSON}observe/<int:observation_id>/", people.unobserve, name="unobserve"),
    path("manage/<int:program_id>/skills/", skills.index, name="skills"),
    path("manage/<int:program_id>/skills/<int:skill_id>/", skills.apart, name="skill_apart"),
    path("manage/<int:program_id>/reach/", people.reached, name="reach"),
    path("manage/<int:program_id>/partnerships/", people.partnerships, name="partnerships"),
    path(_IMPORT, imports.upload_file, name="import"),
    path(f"{_IMPORT}<int:file_id>/", imports.show, name="import_file"),
    path(f"{_IMPORT}<int:file_id>/apply/", imports.apply, name="import_apply"),
    path(f"{_IMPORT}<int:file_id>/progress/", imports.progress, name="import_progress"),
    path("manage/<int:program_id>/policy/", policy.show, name="policy"),
    path("manage/<int:program_id>/policy/add/", policy.add, name="policy_add"),
    path("manage/<int:program_id>/policy/effect/", policy.effect, name="policy_effect"),
    path(_MATCHING, rounds.index, name="rounds"),
    path(f"{_MATCHING}ask/", rounds.ask, name="ask"),
    path(f"{_MATCHING}asking/", rounds.asking, name="asking"),
    path(f"{_MATCHING}compare/", rounds.compare, name="rounds_compare"),
    path(_ROUND, rounds.show, name="round"),
    path(f"{_ROUND}progress/", rounds.progress, name="round_progress"),
    path(f"{_ROUND}cancel/", rounds.cancel, name="round_cancel"),
    path(f"{_ROUND}again/", rounds.again, name="round_again"),
    path(f"{_ROUND}rule/", rounds.rule, name="round_rule"),
    path(f"{_ROUND}swap/<int:participant_id>/", rounds.swap_person, name="round_swap"),
    path(f"{_ROUND}publish/", rounds.publish, name="round_publish"),
    path(f"{_ROUND}check/", rounds.check, name="round_check"),
    path(f"{_ROUND}round.json", rounds.download, name="round_json"),
    path("manage/shared/<int:part_id>/", sharing.answer, name="share_answer"),
    path(_SHARING, sharing.index, name="sharing"),
    path(f"{_SHARING}invite/", sharing.invite, name="share_invite"),
    path(f"{_SHARING}ask-people/", sharing.ask_people, name="share_ask_people"),
    path(f"{_SHARING}<int:part_id>/terms/", sharing.terms, name="share_terms"),
    path(f"{_SHARING}<int:part_id>/take-back/", sharing.take_back, name="share_take_back"),
    path(f"{_SHARING}<int:part_id>/leave/", sharing.leave, name="share_leave"),
    # admin, sponsor
    path("organisation/<slug:slug>/roles/", roles.index, name="roles"),
    path("results/", results.index, name="results"),
]
