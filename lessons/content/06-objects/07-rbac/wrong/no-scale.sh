# task: a-developer
# en: {{ user }} may create Deployments, and not scale them: deployments/scale is a resource of its own.
# ko: {{ user }} 사용자가 디플로이먼트를 만들지만 늘리지는 못합니다. deployments/scale은 따로 있는 리소스입니다.
kubectl create role developer --verb=get,list,create,patch --resource=pods,pods/log,deployments.apps
kubectl create rolebinding developer --role=developer --user={{ user }}
