cat <<EOF | kubectl apply -f -
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
EOF
kubectl patch service api -p '{"spec":{"selector":{"app":"api"}}}'
