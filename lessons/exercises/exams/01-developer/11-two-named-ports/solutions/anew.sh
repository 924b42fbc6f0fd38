kubectl delete service {{ app }}
kubectl apply -f - <<END
apiVersion: v1
kind: Service
metadata: {name: {{ app }}}
spec:
  selector: {part-of: desk, tier: front}
  ports: [{name: http, port: 80, targetPort: http}, {name: metrics, port: 9090, targetPort: metrics}]
END
