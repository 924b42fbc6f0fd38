"""The file layer of a node: its system's programs and the files that packages bring. Upstream: kubernetes/release"""

from simulator.runtime.images.base import DEBIAN_TOOLS, tools
from simulator.runtime.images.catalogue import layer
from simulator.runtime.nodes import directory, executable, file, link

EXTRA = (  # noqa: SIM905 - easier to read as text
    "apt apt-cache apt-get apt-mark column comm crictl ctr curl dig diff dpkg etcdctl etcdutl find free grep host ip "
    "iptables iptables-save journalctl jq kubeadm kubectl kubelet openssl tcpdump less more nano nc netstat nsenter "
    "nslookup ping poweroff ps reboot reset scp sed service ss ssh strings sudo systemctl top traceroute uptime vi "
    "view vim watch wget xxd"
).split()

HOME = "/root"
"""Where whoever logs in to a node finds themselves."""
OWN = (
    "df", "dmesg", "free", "hostnamectl", "lsmod", "modprobe", "nproc", "ps", "sudo", "sysctl", "timedatectl", "uptime",
)  # fmt: skip
"""Programs that speak of the node, where those of other machines speak of a container."""

SYSCTLS = {
    "fs.file-max": "9223372036854775807", "fs.inotify.max_user_instances": "128",
    "fs.inotify.max_user_watches": "65536",
    "kernel.panic": "10", "kernel.panic_on_oops": "1", "kernel.pid_max": "4194304",
    "net.bridge.bridge-nf-call-ip6tables": "1", "net.bridge.bridge-nf-call-iptables": "1", "net.core.somaxconn": "4096",
    "net.ipv4.conf.all.forwarding": "1", "net.ipv4.conf.all.rp_filter": "2", "net.ipv4.ip_forward": "1",
    "net.ipv4.ip_local_port_range": "32768\t60999", "net.ipv4.tcp_keepalive_time": "7200",
    "net.ipv6.conf.all.disable_ipv6": "1", "net.ipv6.conf.all.forwarding": "0",
    "net.netfilter.nf_conntrack_max": "262144", "vm.max_map_count": "1048576", "vm.overcommit_memory": "1",
    "vm.panic_on_oom": "0", "vm.swappiness": "60",
}  # fmt: skip
"""The settings of the kernel that can be read and written."""
MODULES = {
    "br_netfilter": 36864, "bridge": 389120, "ip_tables": 36864, "ip_vs": 221184, "ip_vs_rr": 12288, "ip_vs_sh": 12288,
    "ip_vs_wrr": 12288, "nf_conntrack": 204800, "nf_nat": 65536, "overlay": 217088, "veth": 45056, "vxlan": 159744,
    "xt_conntrack": 12288, "xt_MASQUERADE": 16384,
}  # fmt: skip
"""The modules of the kernel, and their sizes."""
LOADED = (
    "xt_MASQUERADE",
    "xt_conntrack",
    "veth",
    "nf_nat",
    "nf_conntrack",
    "br_netfilter",
    "bridge",
    "overlay",
    "ip_tables",
)
KUBELET_UNIT = """[Unit]
Description=kubelet: The Kubernetes Node Agent
Documentation=https://kubernetes.io/docs/
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=/usr/bin/kubelet
Restart=always
StartLimitInterval=0
RestartSec=10

[Install]
WantedBy=multi-user.target
"""
FORWARDING = """net.bridge.bridge-nf-call-iptables  = 1
net.bridge.bridge-nf-call-ip6tables = 1
net.ipv4.ip_forward                 = 1
"""
DROP_IN = """# Note: This dropin only works with kubeadm and kubelet v1.11+
[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf {kubeconfig}"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
# kubeadm writes what it decides at run time into this file, as KUBELET_KUBEADM_ARGS.
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
# The last resort for arguments of one's own: KUBELET_EXTRA_ARGS.
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
""".format(kubeconfig="--kubeconfig=/etc/kubernetes/kubelet.conf")
CONTAINERD_UNIT = """[Unit]
Description=containerd container runtime
Documentation=https://containerd.io
After=network.target dbus.service

[Service]
ExecStartPre=-/sbin/modprobe overlay
ExecStart=/usr/bin/containerd
Type=notify
Delegate=yes
KillMode=process
Restart=always
RestartSec=5

[Install]
WantedBy=multi-user.target
"""
CONTAINERD_CONFIG = """version = 3
root = '/var/lib/containerd'
state = '/run/containerd'

[grpc]
  address = '/run/containerd/containerd.sock'

[plugins]
  [plugins.'io.containerd.cri.v1.images']
    [plugins.'io.containerd.cri.v1.images'.pinned_images]
      sandbox = 'registry.k8s.io/pause:3.10.1'
    [plugins.'io.containerd.cri.v1.images'.registry]
      config_path = '/etc/containerd/certs.d'
  [plugins.'io.containerd.cri.v1.runtime']
    [plugins.'io.containerd.cri.v1.runtime'.containerd]
      default_runtime_name = 'runc'
      [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
        runtime_type = 'io.containerd.runc.v2'
        [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
          SystemdCgroup = true
    [plugins.'io.containerd.cri.v1.runtime'.cni]
      bin_dir = '/opt/cni/bin'
      conf_dir = '/etc/cni/net.d'
"""
BASHRC = r"""PS1='\u@\h:\w\$ '
alias ll='ls -l'
"""


def register() -> None:
    """Put the layer among the others; importing this module alone does not."""
    system = "/usr/lib/systemd/system"
    layer(
        "node",
        {
            **tools([name for name in EXTRA if name not in DEBIAN_TOOLS], "/usr/bin"),
            **{f"/usr/bin/{name}": executable(f"node-{name}") for name in OWN},
            "/usr/bin/containerd": executable("true"),
            "/usr/bin/k": link("/usr/bin/kubectl"),
            "/sbin/swapon": executable("node-swap"),
            "/sbin/swapoff": executable("node-swap"),
            "/sbin/modprobe": executable("node-modprobe"),
            "/proc/modules": file("".join(f"{name} {MODULES[name]} 1 - Live 0x0\n" for name in LOADED)),
            "/proc/swaps": file("Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"),
            **{f"/proc/sys/{name.replace('.', '/')}": file(f"{value}\n") for name, value in SYSCTLS.items()},
            "/etc/sysctl.d/k8s.conf": file(FORWARDING),
            "/etc/modules-load.d/k8s.conf": file("overlay\nbr_netfilter\n"),
            "/etc/fstab": file("/dev/vda1 / ext4 rw,discard,errors=remount-ro 0 1\n"),
            "/etc/ssl/certs": directory(),
            "/lib/modules": directory(),
            "/opt/cni/bin": directory(),
            "/run/xtables.lock": file(mode=0o600),
            "/sbin/init": executable("pause"),
            "/etc/apt/keyrings/kubernetes-apt-keyring.gpg": file(),
            "/etc/containerd/config.toml": file(CONTAINERD_CONFIG),
            "/etc/crictl.yaml": file("runtime-endpoint: unix:///run/containerd/containerd.sock\n"),
            "/etc/passwd": file(f"root:x:0:0:root:{HOME}:/bin/bash\n"),
            f"{system}/kubelet.service": file(KUBELET_UNIT),
            f"{system}/kubelet.service.d/10-kubeadm.conf": file(DROP_IN),
            f"{system}/containerd.service": file(CONTAINERD_UNIT),
            "/etc/systemd/system/multi-user.target.wants": directory(),
            f"{HOME}/.bashrc": file(BASHRC),
            "/var/log/pods": directory(),
            "/var/log/containers": directory(),
            "/var/lib/kubelet/pods": directory(mode=0o750),
            "/etc/default/kubelet": file("KUBELET_EXTRA_ARGS=\n"),
        },
    )
