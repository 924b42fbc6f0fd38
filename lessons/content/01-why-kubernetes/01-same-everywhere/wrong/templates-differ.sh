# task: only-the-settings
# en: The two templates still differ. `kubectl get deployment web -o yaml` with each context shows where.
# ko: 두 템플릿이 아직 다릅니다. 컨텍스트마다 `kubectl get deployment web -o yaml`로 어디가 다른지 보세요.
kubectl create configmap web-config --from-literal=GREETING={{ devword }}
kubectl create configmap web-config --from-literal=GREETING={{ prodword }} --context=prod
kubectl set env deployment/web GREETING-
for c in dev prod; do kubectl set env deployment/web --from=configmap/web-config --context=$c; done
kubectl set image deployment/web web=kubelab/web:1.1 --context=prod
