# task: only-the-settings
# en: GREETING is typed into the template: to promote a version would mean to edit it again. Point to the ConfigMap.
# ko: GREETING이 템플릿에 적혀 있습니다. 버전을 올릴 때마다 또 고쳐야 합니다. 컨피그맵을 가리키게 하세요.
kubectl create configmap web-config --from-literal=GREETING={{ devword }}
kubectl create configmap web-config --from-literal=GREETING={{ prodword }} --context=prod
kubectl set env deployment/web GREETING={{ prodword }} --context=prod
kubectl set env deployment/web GREETING={{ devword }}
