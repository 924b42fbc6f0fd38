# task: a-developer
# en: {{ user }} may read Pods, and not what they print: pods/log is a resource of its own.
# ko: {{ user }} 사용자가 파드는 보지만 출력은 읽지 못합니다. pods/log는 따로 있는 리소스입니다.
kubectl create role developer --verb=get,list,create,patch --resource=pods,deployments.apps
kubectl create rolebinding developer --role=developer --user={{ user }}
