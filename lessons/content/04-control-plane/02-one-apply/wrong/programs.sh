# task: who-wrote-it
# en: kube-controller-manager is the program. Two of its controllers have each taken a step, under names of their own.
# ko: kube-controller-manager는 프로그램입니다. 그 안의 컨트롤러 둘이 저마다의 이름으로 한 걸음씩 했습니다.
kubectl apply -f web.yaml; mkdir -p ~/answers; echo kube-controller-manager kube-scheduler > ~/answers/writers
