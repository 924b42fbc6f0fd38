# task: narrow
# en: Others in partner get in as well: two entries under from are alternatives.
# ko: partner의 다른 파드도 들어옵니다. from 아래의 두 항목은 서로 다른 선택지입니다.
kubectl apply -f ~/{{ wide }}.yaml
