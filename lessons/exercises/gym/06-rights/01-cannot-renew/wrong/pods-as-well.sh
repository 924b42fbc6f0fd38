# task: mended
# en: It may now do more than it needs: somebody who takes this Pod over reads Secrets, starts Pods, or deletes leases.
# ko: 이제 필요한 것보다 많은 일을 할 수 있습니다. 이 파드를 빼앗은 사람은 시크릿을 읽거나, 파드를 만들거나, 리스를 지울 수 있습니다.
kubectl patch role {{ op }} --type=json -p '[{"op":"replace","path":"/rules/0","value":{"apiGroups":["coordination.k8s.io",""],"resources":["leases","pods"],"verbs":["get","create","update","patch"]}}]'
