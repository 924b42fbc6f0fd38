# task: one-door-two-shops
# en: Without a class, and with no default class in the cluster, the Ingress is nobody's still. Name the class lab.
# ko: 클래스가 없고 클러스터에 기본 클래스도 없으니 아직 아무도 맡지 않습니다. lab이라고 쓰세요.
kubectl patch ingress site --type=json -p '[{"op":"remove","path":"/spec/ingressClassName"}]'
