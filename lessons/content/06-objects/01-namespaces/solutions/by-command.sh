for n in {{ one }} {{ two }}; do
  kubectl create namespace $n
  kubectl create deployment web --image=kubelab/web:1.0 -n $n
  kubectl expose deployment web --port=80 --target-port=8080 -n $n
done
kubectl scale deployment shop --replicas=0
kubectl set resources deployment shop --requests=cpu=200m
sleep 10
kubectl scale deployment shop --replicas=5
kubectl apply -f - <<END
apiVersion: v1
kind: LimitRange
metadata: {name: modest}
spec:
  limits:
  - type: Container
    defaultRequest: {cpu: {{ default }}}
END
kubectl rollout status deployment/shop --timeout=90s
