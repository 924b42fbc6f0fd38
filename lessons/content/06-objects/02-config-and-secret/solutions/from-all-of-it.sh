kubectl create configmap web-env --from-literal=GREETING={{ first }} --from-literal=LEVEL={{ level }}
kubectl create configmap motd --from-literal=motd={{ motd }}
kubectl create secret generic db --from-literal=password={{ password }}
sed -i '/- name: GREETING/,+1d' web.yaml
sed -i 's/^\( *\)value: {{ password }}/\1valueFrom: {secretKeyRef: {name: db, key: password}}/' web.yaml
sed -i 's/^          env:/          args: ["--level=$(LEVEL)"]\n          envFrom: [{configMapRef: {name: web-env}}]\n          volumeMounts: [{name: motd, mountPath: \/etc\/web}]\n&/' web.yaml
sed -i 's/^      containers:/      volumes: [{name: motd, configMap: {name: motd}}]\n&/' web.yaml
kubectl apply -f web.yaml
kubectl rollout status deployment/web
kubectl patch configmap web-env -p '{"data":{"GREETING":"{{ second }}"}}'
kubectl delete pod -l app=web
