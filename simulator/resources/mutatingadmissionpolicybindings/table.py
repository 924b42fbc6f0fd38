"""The table of MutatingAdmissionPolicyBindings. Upstream: printMutatingAdmissionPolicyBinding"""

from simulator.resources.validatingadmissionpolicybindings.table import PRINTER as PRINTER
