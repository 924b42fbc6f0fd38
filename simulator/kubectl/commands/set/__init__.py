"""kubectl set: single features of objects that are there. Upstream: kubectl/pkg/cmd/set"""

from simulator.kubectl.command import Command
from simulator.kubectl.commands.set.environment import env
from simulator.kubectl.commands.set.image import image
from simulator.kubectl.commands.set.resources import resources
from simulator.kubectl.commands.set.selector import selector
from simulator.kubectl.commands.set.serviceaccount import serviceaccount
from simulator.kubectl.commands.set.subject import subject

set_ = Command(
    usage="set SUBCOMMAND",
    summary="Set specific features on objects",
    description="Configure application resources.\n\n Each subcommand changes one thing about objects that are there.",
    commands=(env, image, resources, selector, serviceaccount, subject),
)
