kubectl create service clusterip web --tcp=80:http --tcp={{ admin }}:admin
kubectl expose deployment stock --port=80 --target-port=http
kubectl delete service everything
kubectl patch deployment stock --type=json -p '[
  {"op":"replace","path":"/spec/template/spec/containers/0/env/0/value","value":"{{ moved }}"},
  {"op":"replace","path":"/spec/template/spec/containers/0/ports/0/containerPort","value":{{ moved }}}]'
