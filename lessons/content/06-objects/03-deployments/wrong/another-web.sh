# task: new-version
# en: web was made anew: there is nothing to go back to. Change the image of the one that is there.
# ko: web이 새로 만들어져서 되돌아갈 곳이 없습니다. 있는 디플로이먼트의 이미지를 바꾸세요.
kubectl delete deployment web
kubectl create deployment web --image=kubelab/web:1.1 --replicas={{ replicas }}
