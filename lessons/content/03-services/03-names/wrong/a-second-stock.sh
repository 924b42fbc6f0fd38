# task: reach-the-other-namespace
# en: A stock answers, but it lives in front: a second one, which nobody fills. Call the one in back by its name.
# ko: stock이 답하지만 front에 있는 stock입니다. 아무도 채우지 않는 두 번째 stock입니다. back에 있는 것을 이름으로 부르세요.
kubectl get deployment stock -n back -o yaml | sed 's/namespace: back/namespace: front/; /uid:/d; /resourceVersion:/d' | kubectl create -f -
kubectl expose deployment stock --port=80 --target-port=8080
