# task: a-developer
# en: {{ user }} may deploy in every namespace. rbac was asked for: use a RoleBinding.
# ko: {{ user }} 사용자가 모든 네임스페이스에 배포할 수 있습니다. rbac에서만 되도록 롤바인딩을 쓰세요.
kubectl create clusterrolebinding developers --clusterrole=edit --user={{ user }}
