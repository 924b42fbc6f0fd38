kubectl run shopfront --image=kubelab/web:1.0 --labels=app={{ app }} --env=PORT={{ port }} --port={{ port }} --dry-run=client -o yaml | sed 's/- containerPort/- name: http\n      containerPort/' | kubectl create -f -
cat <<END | kubectl apply -f -
apiVersion: v1
kind: Pod
metadata: {name: hello}
spec:
  containers:
  - name: hello
    image: busybox:1.37
    command: [sh, -c]
    args: ["echo {{ word }} && exec sleep 999999"]
END
kubectl patch pod old --type=json -p '[{"op":"replace","path":"/spec/containers/0/image","value":"kubelab/web:1.1"}]'
