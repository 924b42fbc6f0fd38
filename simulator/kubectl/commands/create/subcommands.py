"""Every subcommand of kubectl create, in order of name."""

from simulator.kubectl.commands.create.configmap import configmap
from simulator.kubectl.commands.create.cronjob import cronjob
from simulator.kubectl.commands.create.deployment import deployment
from simulator.kubectl.commands.create.ingress import ingress
from simulator.kubectl.commands.create.job import job
from simulator.kubectl.commands.create.namespace import namespace
from simulator.kubectl.commands.create.pdb import poddisruptionbudget
from simulator.kubectl.commands.create.priorityclass import priorityclass
from simulator.kubectl.commands.create.quota import quota
from simulator.kubectl.commands.create.role import clusterrole, role
from simulator.kubectl.commands.create.rolebinding import clusterrolebinding, rolebinding
from simulator.kubectl.commands.create.secret import secret
from simulator.kubectl.commands.create.service import service
from simulator.kubectl.commands.create.serviceaccount import serviceaccount
from simulator.kubectl.commands.create.token import token

SUBCOMMANDS = (
    clusterrole,
    clusterrolebinding,
    configmap,
    cronjob,
    deployment,
    ingress,
    job,
    namespace,
    poddisruptionbudget,
    priorityclass,
    quota,
    role,
    rolebinding,
    secret,
    service,
    serviceaccount,
    token,
)
