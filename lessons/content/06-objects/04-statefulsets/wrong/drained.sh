# task: when-a-node-dies
# en: node-2 was drained in all politeness. What is asked here is what happens without that: cut its power.
# ko: node-2를 예의 바르게 드레인했습니다. 여기서는 그럴 틈이 없을 때를 봅니다. 전원을 끊으세요.
kubectl drain node-2 --ignore-daemonsets --force --delete-emptydir-data --timeout=60s
