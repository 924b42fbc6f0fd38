"""The table of ValidatingWebhookConfigurations. Upstream: printValidatingWebhook"""

from simulator.resources.mutatingwebhookconfigurations.table import PRINTER as PRINTER
