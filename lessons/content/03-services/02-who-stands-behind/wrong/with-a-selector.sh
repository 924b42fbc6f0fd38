# task: a-service-by-hand
# en: A Service named legacy without a selector is asked for: its list is then yours to write.
# ko: 셀렉터가 없는 legacy 서비스가 필요합니다. 그래야 목록을 직접 쓸 수 있습니다.
kubectl create service clusterip legacy --tcp=80:{{ port }}
