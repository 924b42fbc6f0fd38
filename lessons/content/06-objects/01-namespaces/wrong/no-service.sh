# task: two-of-the-same-name
# en: The Deployments run, but in {{ two }} nobody answers to the name web on port 80. A Service is missing there.
# ko: 디플로이먼트는 실행되지만 {{ two }} 네임스페이스에서 web이라는 이름으로 80 포트에 답하는 것이 없습니다. 서비스가 필요합니다.
for n in {{ one }} {{ two }}; do kubectl create namespace $n; kubectl create deployment web --image=kubelab/web:1.0 -n $n; done
kubectl expose deployment web --port=80 --target-port=8080 -n {{ one }}
