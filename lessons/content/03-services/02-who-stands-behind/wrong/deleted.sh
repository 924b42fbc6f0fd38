# task: the-right-three
# en: The Service is gone, and with it the name that others call. Change its selector.
# ko: 서비스가 사라져서, 부를 이름도 사라졌습니다. 셀렉터를 바꾸세요.
kubectl delete service api
