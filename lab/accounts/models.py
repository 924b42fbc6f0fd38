"""People: guests, who are kept for a while, and accounts."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils import timezone


class UserManager(BaseUserManager["User"]):
    """Makes people of every sort."""

    def create_guest(self) -> "User":
        """Somebody new, known only by the cookie of their browser."""
        guest = self.model(is_guest=True)
        guest.set_unusable_password()
        guest.save(using=self._db)
        return guest

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person. A guest has neither e-mail nor password; signing up gives both to the same row."""

    email = models.EmailField(unique=True, null=True, blank=True)
    name = models.CharField(max_length=60, blank=True)
    is_guest = models.BooleanField(default=False)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    """When a link that was sent to the address was followed."""
    joined_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        indexes: ClassVar = [models.Index(fields=["is_guest", "joined_at"])]

    def __str__(self) -> str:
        return self.name or self.email or f"guest {self.pk}"

    @property
    def initial(self) -> str:
        """The one letter that stands for this person in the top bar."""
        return (self.name or self.email or "?")[0].upper()
