"""A world of two clusters: each has an administrator of its own, and somebody without a certificate is nobody."""

from dataclasses import replace

from lessons.running import run
from simulator.spec import WorldSpec, lab
from simulator.world import World


def test_each_cluster_has_an_administrator_and_nobody_is_anonymous() -> None:
    one = lab(1).clusters[0]
    world = World.boot(WorldSpec((replace(one, name="dev"), replace(one, name="prod"))))
    assert run(world, "kubectl get nodes -o name --context prod") == (0, "node/cp-1\nnode/node-1\n")
    asked = run(world, "kubectl config set-context prod --user=; kubectl get --raw /api/v1/nodes --context prod")
    assert asked == (1, 'Context "prod" modified.\nPlease enter Username: error: EOF\n')
    code, told = run(world, "curl -sk https://10.0.1.10:6443/api/v1/nodes")
    assert code == 0
    assert r"nodes is forbidden: User \"system:anonymous\" cannot list resource \"nodes\"" in told


def test_another_port_of_an_api_server_refuses() -> None:
    one = lab(1).clusters[0]
    world = World.boot(WorldSpec((replace(one, name="dev"), replace(one, name="prod"))))
    code, told = run(
        world, "kubectl config set-cluster prod --server=https://10.0.1.10:6444; kubectl get nodes --context prod"
    )
    assert code == 1
    assert "The connection to the server 10.0.1.10:6444 was refused - did you specify the right host or port?" in told
