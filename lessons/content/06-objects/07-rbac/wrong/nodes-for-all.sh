# task: too-much
# en: Every ServiceAccount may read nodes now. Name the one.
# ko: 이제 모든 서비스어카운트가 노드를 읽을 수 있습니다. 하나만 고르세요.
kubectl delete clusterrolebinding {{ robot }}2
kubectl create clusterrolebinding nodes-page --clusterrole=node-reader --group=system:serviceaccounts
