"""kubectl completion: what makes a shell complete kubectl's words. Upstream: kubectl/pkg/cmd/completion"""

from simulator.kubectl.command import Outcome, command
from simulator.kubectl.kubectl import Kubectl

SHELLS = ("bash", "zsh", "fish", "powershell")
SCRIPT = """# {shell} completion for kubectl
# The shell of this workstation completes kubectl's commands, flags and objects by itself;
# on another machine, the kubectl there prints the script for its own shell.
"""


@command(
    "completion SHELL",
    summary="Output shell completion code for the specified shell (bash, zsh, fish, or powershell)",
    description="Output shell completion code for the specified shell (bash, zsh, fish, or powershell)."
    " The shell code must be evaluated to provide interactive completion of kubectl commands.",
    examples=(("Complete kubectl's words in this bash", "source <(kubectl completion bash)"),),
    completes=("word", "bash", "zsh", "fish", "powershell"),
)
def completion(kubectl: Kubectl) -> Outcome:
    args = kubectl.options.args
    if not args:
        raise kubectl.usage_error("Shell not specified.")
    if len(args) > 1:
        raise kubectl.usage_error("Too many arguments. Expected only the shell type.")
    if args[0] not in SHELLS:
        raise kubectl.usage_error(f'Unsupported shell type "{args[0]}".')
    kubectl.write(SCRIPT.format(shell=args[0]))
    return None
