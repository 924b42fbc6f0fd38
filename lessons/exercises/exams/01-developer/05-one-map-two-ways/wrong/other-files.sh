# task: both
# en: Other files are in /etc/settings than were asked for.
# ko: /etc/settings에 있는 파일이 요청한 것과 다릅니다.
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
      volumes: [{name: settings, configMap: {name: settings, items: [{key: banner, path: banner}]}}]
      containers:
      - name: web
        image: kubelab/web:1.0
        $env
        volumeMounts: [{name: settings, mountPath: /etc/settings}]
END
