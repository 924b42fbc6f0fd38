# task: mended
# en: The control plane has lost its taint as well: that one was no leftover of the technicians.
# ko: 컨트롤 플레인의 테인트까지 없앴습니다. 컨트롤 플레인의 테인트는 기술자가 남긴 것이 아닙니다.
kubectl uncordon {{ cordoned }}
kubectl taint node {{ tainted }} {{ key }}-
kubectl taint node cp-1 node-role.kubernetes.io/control-plane-
