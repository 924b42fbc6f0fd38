mkdir -p ~/answers
printf '{{ cpu }} cpu\n{{ label }} label\n{{ taint }} taint\n{{ claim }} claim\n{{ port }} port\n' > ~/answers/causes
kubectl get pod {{ cpu }} -o yaml | sed 's/cpu: "16"/cpu: "1"/' > cpu.yaml; kubectl replace --force -f cpu.yaml
kubectl label node node-1 disk=fast
kubectl patch pod {{ taint }} --type=json -p '[{"op":"add","path":"/spec/tolerations/-","value":{"key":"team","operator":"Equal","value":"red","effect":"NoSchedule"}}]'
sleep 30
