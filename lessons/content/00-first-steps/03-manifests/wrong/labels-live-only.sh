# task: label-both
# en: The Deployment carries the label, its file does not. The next person who reads ~/web.yaml will not know of it.
# ko: 디플로이먼트에는 레이블이 있지만 파일에는 없습니다. ~/web.yaml을 읽는 사람은 레이블이 있는 줄 모릅니다.
kubectl expose deployment web --port=80 --target-port=8080 --dry-run=client -o yaml > svc.yaml
kubectl apply -f svc.yaml
kubectl label service/web deployment/web team={{ team }}
