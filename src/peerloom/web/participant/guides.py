"""What a program gives its peers: guides, reminder cards, trainings, resources to search."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from peerloom.core.numbers import whole
from peerloom.participants.actions import answer_situation
from peerloom.participants.models import Participant
from peerloom.participants.queries import TO_READ, guides_of
from peerloom.programs.models import Material
from peerloom.programs.queries import TrainingError, read_training
from peerloom.web.access import for_self, person_of

CARDS = {"mentor_hat": "mentor", "mentee_hat": "mentee"}


@require_safe
@for_self
def index(request: HttpRequest, place: Participant) -> HttpResponse:
    """All of it, or what fits a search."""
    asked = request.GET.get("q", "").strip()[:80]
    language, found = get_language() or "", guides_of(place, asked)
    words = {
        "place": place,
        "asked": asked,
        "trainings": [(t, t.said(language), progress) for t, progress in found.trainings],
        "reading": [(m, m.said(language)) for m in found.reading],
    }
    return render(request, "participant/guides.html", words)


@require_safe
@for_self
def guide(request: HttpRequest, place: Participant, material_id: int) -> HttpResponse:
    """One thing to read; of a hat, a card for one screen."""
    materials = place.program.materials.filter(kind__in=TO_READ)
    material = get_object_or_404(materials, pk=material_id)
    said = material.said(get_language() or "")
    words = {"place": place, "said": said, "hat": CARDS.get(material.key, "")}
    return render(request, "participant/guide.html", words)


@require_http_methods(["GET", "HEAD", "POST"])
@for_self
def training(request: HttpRequest, place: Participant, material_id: int) -> HttpResponse:
    """A training, a situation at a time; progress is kept."""
    trainings = place.program.materials.filter(kind=Material.Kind.TRAINING)
    material = get_object_or_404(trainings, pk=material_id)
    said = material.said(get_language() or "")
    try:
        situations = read_training(said.body)
    except TrainingError:
        # Written before it was checked: there is nothing to go through.
        raise Http404 from None
    if request.method == "POST":
        at, choice = (whole(request.POST.get(n, ""), -1) for n in ("situation", "choice"))
        if min(at, choice) < 0:
            return redirect("training", place.pk, material.pk)
        answer_situation(place, material, at, choice, by=person_of(request))
        return redirect(f"{request.path}?at={at}")
    progress = place.trainings.filter(key=material.key).first()
    chosen = {int(k): v for k, v in progress.choices.items()} if progress else {}
    fresh = next((k for k in range(len(situations)) if k not in chosen), len(situations))
    at = whole(request.GET.get("at", ""), fresh)
    at = at if at <= len(situations) else fresh
    now = situations[at] if at < len(situations) else None
    picked = chosen.get(at)
    words = {
        "place": place,
        "said": said,
        "material": material,
        "situation": now,
        "at": at,
        "number": at + 1,
        "total": len(situations),
        "picked": picked,
        "answer": now.choices[picked]
        if now and picked is not None and picked < len(now.choices)
        else None,
        "progress": progress,
    }
    return render(request, "participant/training.html", words)
