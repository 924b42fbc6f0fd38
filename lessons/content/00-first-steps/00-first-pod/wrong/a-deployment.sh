# task: run-a-pod
# en: There is a Deployment named web, and it names its Pods itself. This task asks for one Pod, without a Deployment.
# ko: web이라는 디플로이먼트가 있고, 파드 이름은 디플로이먼트가 짓습니다. 여기서는 디플로이먼트 없이 파드 하나를 만드세요.
kubectl create deployment web --image=nginx:1.29
