# task: one-set-of-ports
# en: twins holds one container now: nobody quarrels, and nobody is left to. Two servers were asked for.
# ko: twins에 컨테이너가 하나만 남았습니다. 다툴 상대를 없앤 셈입니다. 서버 두 개가 모두 필요합니다.
kubectl patch deployment twins --type=json -p '[{"op":"remove","path":"/spec/template/spec/containers/1"}]'
