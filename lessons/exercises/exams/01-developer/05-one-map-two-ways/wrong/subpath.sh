# task: follows
# en: In a copy the ConfigMap changed, and two minutes later the file had not.
# ko: 복사본에서 컨피그맵을 바꾸었는데 2분 뒤에도 파일은 그대로였습니다.
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
      volumes: [{name: settings, configMap: {name: settings}}]
      containers:
      - name: web
        image: kubelab/web:1.0
        $env
        volumeMounts: [{name: settings, mountPath: {{ file }}, subPath: banner}]
END
