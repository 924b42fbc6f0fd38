kubectl delete deployment logs
sed -e 's/Deployment/DaemonSet/' -e '/replicas/d' -e 's/^      containers:/      tolerations: [{operator: Exists, effect: NoSchedule}]\n&/' -e 's/^ *image:.*/&\n        env: [{name: LEVEL, value: {{ level }}}]/' ~/logs.yaml | kubectl apply -f -
