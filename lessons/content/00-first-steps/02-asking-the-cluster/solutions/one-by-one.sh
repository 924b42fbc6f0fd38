mkdir answers && cd answers
echo CPU | tr A-Z a-z > heavy
kubectl get pod {{ cache }} -o custom-columns=IP:.status.podIP --no-headers > ip
kubectl get pods --no-headers -L env | awk '$NF != "prod"' | wc -l > count
kubectl patch pod typo -p '{"spec":{"containers":[{"name":"typo","image":"docker.io/library/nginx:1.29"}]}}'
for pod in dahlia hazel kale; do kubectl label pod $pod owner={{ owner }}; done
