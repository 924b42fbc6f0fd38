"""YAML, KYAML and JSON text as kubectl reads and prints them.

Upstream: sigs.k8s.io/yaml, k8s.io/cli-runtime/pkg/printers
"""

from simulator.machinery.yaml.json import compact_json, dump_json
from simulator.machinery.yaml.kyaml import dump_kyaml
from simulator.machinery.yaml.reader import CONVERTING, YAMLError, load, load_all, split
from simulator.machinery.yaml.writer import dump

__all__ = ["CONVERTING", "YAMLError", "compact_json", "dump", "dump_json", "dump_kyaml", "load", "load_all", "split"]
