# task: one-on-every-worker
# en: The DaemonSet is there, and the Deployment still runs beside it: some nodes have two agents, and every line is shipped twice.
# ko: 데몬셋이 생겼는데 디플로이먼트도 남아 있습니다. 에이전트가 두 개인 노드에서는 로그가 두 번씩 전해집니다.
sed -e 's/Deployment/DaemonSet/' -e '/replicas/d' ~/logs.yaml | kubectl apply -f -
