kubectl apply -f - <<END
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web, stage: "{{ stage }}"}
  ports: [{name: http, port: 80, targetPort: {{ port }}}]
END
kubectl patch deployment caller -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","env":[{"name":"UPSTREAM","value":"http://web.shop.svc.cluster.local:80/"}]}]}}}}'
kubectl get deployment web -o yaml | sed 's/replicas: 1$/replicas: {{ replicas }}/' | kubectl replace -f -
