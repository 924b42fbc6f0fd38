# task: a-developer
# en: {{ user }} may delete the whole namespace. That is far more than a developer needs.
# ko: {{ user }} 사용자가 네임스페이스를 통째로 지울 수 있습니다. 개발자에게 필요한 것보다 훨씬 많습니다.
kubectl create clusterrolebinding {{ user }} --clusterrole=cluster-admin --user={{ user }}
