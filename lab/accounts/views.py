"""Starting as a guest, signing up, in and out."""

from asgiref.sync import sync_to_async
from django.contrib.auth import alogout, login, logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from lab.accounts.belongings import forget, have_exported, last_export
from lab.accounts.forms import SetPassword, SignIn, SignUp
from lab.accounts.guests import BACKEND, guest_of, move_work, somebody
from lab.accounts.limits import HOUR, QUARTER, too_many
from lab.accounts.mails import send_new_password
from lab.accounts.models import User
from lab.accounts.social import offered
from lab.accounts.verifying import confirm, send_link
from lab.language import say


def place_to_go(request: HttpRequest) -> str:
    """Where a person wanted to be before they were asked who they are; never another site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return reverse("catalogue:course")


def refused(request: HttpRequest, seconds: int = HOUR) -> HttpResponse:
    said = {"title": say("accounts.slow-down"), "text": say("accounts.wait", minutes=seconds // 60)}
    answer = render(request, "trouble.html", said, status=429)
    answer["Retry-After"] = str(seconds)
    return answer


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Begin at once: whoever has no account becomes a guest."""
    return refused(request) if somebody(request) is None else redirect(place_to_go(request))


@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    form = SignIn(request.POST or None)
    if request.method == "POST":
        if too_many(request, "sign-in", limit=10, seconds=QUARTER, whom=request.POST.get("email", "")):
            return refused(request, QUARTER)
        if form.is_valid():
            guest = guest_of(request)
            login(request, form.user, backend=BACKEND)
            if guest is not None:
                move_work(guest, form.user)
            return redirect(place_to_go(request))
    return render(request, "accounts/sign-in.html", {"form": form, "next": place_to_go(request), "social": offered()})


@sensitive_post_parameters("password")
def sign_up(request: HttpRequest) -> HttpResponse:
    form = SignUp(request.POST or None)
    if request.method == "POST":
        if too_many(request, "sign-up", limit=50, seconds=HOUR):
            return refused(request)
        if form.is_valid():
            account = form.account(guest_of(request))
            login(request, account, backend=BACKEND)
            send_link(request, account)
            return redirect(place_to_go(request))
    return render(request, "accounts/sign-up.html", {"form": form, "next": place_to_go(request), "social": offered()})


def ask_for_new_password(request: HttpRequest) -> HttpResponse:
    """Send a link to set a new password; the page says the same whether or not there is such an account."""
    form = PasswordResetForm(request.POST or None)
    sent = False
    if request.method == "POST":
        if too_many(request, "new-password", limit=5, seconds=HOUR, whom=request.POST.get("email", "")):
            return refused(request)
        if form.is_valid():
            send_new_password(request, form.cleaned_data["email"])
            sent = True
    return render(request, "accounts/new-password.html", {"form": form, "sent": sent})


class NewPassword(PasswordResetConfirmView):
    """Where the link in the mail leads: works once, for an hour."""

    template_name = "accounts/set-password.html"
    form_class = SetPassword
    post_reset_login = True
    post_reset_login_backend = BACKEND
    success_url = reverse_lazy("catalogue:course")

    def form_valid(self, form: SetPassword) -> HttpResponse:
        User.objects.filter(pk=form.user.pk, verified_at=None).update(verified_at=timezone.now())
        return super().form_valid(form)


def verify(request: HttpRequest, token: str) -> HttpResponse:
    """Where the link leads that shows whose an address is, in whichever browser it is opened."""
    user = confirm(token)
    if user is None:
        return render(request, "trouble.html", {"title": say("accounts.link-used"), "text": ""}, status=410)
    said = {"title": say("accounts.verified-title"), "text": say("accounts.verified-text", email=user.email)}
    return render(request, "trouble.html", said)


@require_POST
@login_required
def verify_again(request: HttpRequest) -> HttpResponse:
    """Send the link once more."""
    user = request.user
    assert isinstance(user, User)
    if user.email is None or user.verified_at is not None:
        return redirect("accounts:account")
    if too_many(request, "verify", limit=5, seconds=HOUR, whom=str(user.pk)):
        return refused(request)
    sent = send_link(request, user)
    return page_of_account(request, say("accounts.verify-sent" if sent else "accounts.verify-failed", email=user.email))


@require_POST
@login_required
def rename(request: HttpRequest) -> HttpResponse:
    """Another name, which instructors see too."""
    user, name = request.user, request.POST.get("name", "").strip()[:60]
    assert isinstance(user, User)
    if not name or user.is_guest:
        return redirect("accounts:account")
    user.name = name
    user.save(update_fields=["name"])
    return page_of_account(request, say("accounts.renamed"))


def social_trouble(request: HttpRequest) -> HttpResponse:
    """The other site did not say who somebody is."""
    facts = {"title": say("accounts.social-trouble"), "text": say("accounts.social-again"), "sign_in": True}
    return render(request, "trouble.html", facts, status=401)


def taken(request: HttpRequest) -> HttpResponse:
    """The other site's e-mail address has an account here: only its password shows that it is the same person."""
    facts = {"title": say("accounts.taken"), "text": say("accounts.taken-social"), "sign_in": True}
    return render(request, "trouble.html", facts, status=409)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("home")


@login_required
def account(request: HttpRequest) -> HttpResponse:
    """What we keep of a person, to take along or to delete."""
    return page_of_account(request)


def page_of_account(request: HttpRequest, note: str = "", *, wrong: bool = False) -> HttpResponse:
    user = request.user
    assert isinstance(user, User)
    facts = {"note": note, "wrong": wrong, "job": last_export(user)}
    return render(request, "accounts/account.html", facts, status=403 if wrong else 200)


@require_POST
@login_required
def export(request: HttpRequest) -> HttpResponse:
    """Have everything we keep of a person written into one file; their page shows how far that is."""
    user = request.user
    assert isinstance(user, User)
    if too_many(request, "export", limit=10, seconds=HOUR, whom=str(user.pk)):
        return refused(request)
    have_exported(user)
    return redirect(f"{reverse('accounts:account')}#take")


@require_POST
@sensitive_post_parameters("password")
async def delete(request: HttpRequest) -> HttpResponse:
    """Delete a person with everything of theirs; who has a password is asked for it."""
    user = await request.auser()
    if not user.is_authenticated:
        return redirect("accounts:sign-in")
    if user.has_usable_password() and await sync_to_async(too_many)(
        request, "delete", limit=10, seconds=QUARTER, whom=str(user.pk)
    ):
        return await sync_to_async(refused)(request, QUARTER)
    if user.has_usable_password() and not await user.acheck_password(request.POST.get("password", "")):
        return await sync_to_async(page_of_account)(request, wrong=True)
    await alogout(request)
    await forget(user.pk)
    return redirect("home")
