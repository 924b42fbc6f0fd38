"""A job's strip, which asks again until the job is over; its file; pausing it and putting its last word away."""

from collections.abc import Callable
from functools import wraps
from mimetypes import guess_type
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from lab.jobs.models import PAUSED, RUNNING, WAITING, Job
from lab.jobs.tasks import work


def for_its_people(view: Callable[[HttpRequest, Job], HttpResponse]) -> Callable[..., HttpResponse]:
    """For whoever may see a job; the view gets it for its id, strangers a 404."""

    @wraps(view)
    @login_required
    def guarded(request: HttpRequest, job_id: UUID) -> HttpResponse:
        return view(request, get_object_or_404(Job.objects.seen_by(request.user), pk=job_id))

    return guarded


@require_safe
@for_its_people
def strip(request: HttpRequest, job: Job) -> HttpResponse:
    """How far a job is."""
    answer = render(request, "jobs/strip.html", {"job": job})
    if job.is_over:
        answer["HX-Trigger"] = "bookchanged"
    return answer


@require_safe
@for_its_people
def result(request: HttpRequest, job: Job) -> HttpResponse:
    """The file that came of a job."""
    if job.result is None:
        raise Http404(f"job {job.pk} has no file")
    answer = HttpResponse(bytes(job.result), content_type=f"{guess_type(job.result_name)[0]}; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(True, job.result_name) or "attachment"
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@for_its_people
def pause(request: HttpRequest, job: Job) -> HttpResponse:
    """Have a job stop after its present step, or go on."""
    now = timezone.now()
    same = Job.objects.filter(pk=job.pk)
    if job.state == PAUSED:
        if same.filter(state=PAUSED).update(state=WAITING, changed_at=now):
            work.delay(str(job.pk))
    else:
        same.filter(state__in=(WAITING, RUNNING)).update(state=PAUSED, changed_at=now)
    job.refresh_from_db()
    return answer(request, job)


@require_POST
@for_its_people
def put_away(request: HttpRequest, job: Job) -> HttpResponse:
    """What a job had to say has been read; nobody needs its file any more."""
    if job.is_over:
        Job.objects.filter(pk=job.pk).update(read_at=timezone.now(), result=None, result_name="")
    return HttpResponse() if request.htmx else answer(request, job)


def answer(request: HttpRequest, job: Job) -> HttpResponse:
    """The strip for htmx, the page it stood on for a browser without scripts."""
    if request.htmx:
        return render(request, "jobs/strip.html", {"job": job})
    back = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if safe else "home")
