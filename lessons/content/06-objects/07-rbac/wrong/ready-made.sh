# task: one-verb
# en: The robot reads more than Pods now: a ready-made role such as view holds nearly everything in the namespace. Write a role with the one thing.
# ko: 이제 로봇이 파드가 아닌 것까지 읽습니다. view 같은 미리 만들어 둔 롤에는 네임스페이스의 거의 모든 것이 들어 있습니다. 필요한 것 하나만 담은 롤을 쓰세요.
kubectl create rolebinding robot --clusterrole=view --serviceaccount=rbac:{{ robot }}
