"""Signing in and signing up."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from lab.accounts.models import User
from lab.language import say


class SignIn(forms.Form):
    """E-mail and password of an account; `user` is who they belong to."""

    email = forms.EmailField(widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    password = forms.CharField(strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))
    user: User

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if "email" in given and "password" in given:
            user = authenticate(None, username=given["email"], password=given["password"])
            if not isinstance(user, User):
                raise ValidationError(say("accounts.no-match"), code="no-match")
            self.user = user
        return given


class SignUp(forms.Form):
    """What an account needs."""

    name = forms.CharField(max_length=60, widget=forms.TextInput(attrs={"autocomplete": "nickname"}))
    email = forms.EmailField(widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    password = forms.CharField(strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip().lower()
        if User.objects.filter(email=email).exists():
            raise ValidationError(say("accounts.taken"), code="taken")
        return email

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if "password" in given:
            try:
                validate_password(given["password"], User(email=given.get("email"), name=given.get("name", "")))
            except ValidationError as error:
                self.add_error("password", error)
        return given

    def account(self, guest: User | None) -> User:
        """The new account; a guest becomes it, with everything they did."""
        user = guest or User()
        user.name, user.email, user.is_guest = self.cleaned_data["name"], self.cleaned_data["email"], False
        user.set_password(self.cleaned_data["password"])
        user.save()
        return user


class SetPassword(forms.Form):
    """A new password for somebody."""

    new_password1 = forms.CharField(strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))

    def __init__(self, user: User, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.user = user

    def clean_new_password1(self) -> str:
        password: str = self.cleaned_data["new_password1"]
        validate_password(password, self.user)
        return password

    def save(self) -> User:
        self.user.set_password(self.cleaned_data["new_password1"])
        self.user.save()
        return self.user
