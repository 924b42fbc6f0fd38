# task: both
# en: The value is written into the manifest, not taken from the ConfigMap.
# ko: 값을 컨피그맵에서 가져오지 않고 매니페스트에 썼습니다.
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
        env: [{name: {{ variable }}, value: "{{ value }}"}]
        volumeMounts: [{name: settings, mountPath: /etc/settings}]
END
