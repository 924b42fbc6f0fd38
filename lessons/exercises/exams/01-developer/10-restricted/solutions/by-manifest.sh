cat <<END | kubectl apply -f -
apiVersion: v1
kind: Pod
metadata: {name: {{ pod }}}
spec:
  securityContext: {runAsNonRoot: true, runAsUser: {{ user }}, seccompProfile: {type: RuntimeDefault}}
  containers:
  - name: web
    image: kubelab/web:1.0
    securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
END
sleep 30
