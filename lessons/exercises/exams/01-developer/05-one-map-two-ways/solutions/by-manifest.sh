case {{ kind }} in
prefix) env='envFrom: [{prefix: APP_, configMapRef: {name: settings}}]'; items=', items: [{key: banner, path: motd}]' ;;
*) env='env: [{name: {{ variable }}, valueFrom: {configMapKeyRef: {name: settings, key: level}}}]'; items= ;;
esac
kubectl delete deployment {{ app }} --ignore-not-found
cat <<END | kubectl apply -f -
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ app }}}
spec:
  selector: {matchLabels: {app: {{ app }}}}
  template:
    metadata: {labels: {app: {{ app }}}}
    spec:
      volumes: [{name: settings, configMap: {name: settings$items}}]
      containers:
      - name: web
        image: kubelab/web:1.0
        $env
        volumeMounts: [{name: settings, mountPath: /etc/settings}]
END
kubectl rollout status deployment {{ app }} --timeout=60s
