# task: apart
# en: In a copy node-2 died, and two copies found no place though others had room: the rule forbids two more in one zone while a dead zone is empty. ScheduleAnyway, or nodeTaintsPolicy: Honor.
# ko: 복사본에서 node-2가 죽자 다른 노드에 자리가 있는데도 두 개가 갈 곳을 못 찾았습니다. 죽은 영역이 비어 있는 동안 한 영역에 더 넣지 못하게 하는 규칙입니다. ScheduleAnyway나 nodeTaintsPolicy: Honor를 쓰세요.
kubectl patch deployment web -p '{"spec":{"template":{"spec":{"topologySpreadConstraints":[{"maxSkew":1,"topologyKey":"topology.kubernetes.io/zone","whenUnsatisfiable":"DoNotSchedule","matchLabelKeys":["pod-template-hash"],"labelSelector":{"matchLabels":{"app":"web"}}}]}}}}'
