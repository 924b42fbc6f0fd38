# task: mended
# en: You also changed what belongs to somebody else: partner.
# ko: 다른 사람의 것까지 바꾸었습니다. partner
kubectl patch service {{ app }} -p '{"spec":{"ports":[{"port":80,"targetPort":"http"}]}}'
kubectl delete service/partner persistentvolumeclaim/scrapbook
