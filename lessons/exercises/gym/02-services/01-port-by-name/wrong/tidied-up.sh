# task: mended
# en: You also changed what belongs to somebody else: {{ first }}.
# ko: 다른 사람의 것까지 바꾸었습니다. {{ first }}
kubectl patch service {{ app }} -p '{"spec":{"ports":[{"port":80,"targetPort":"http"}]}}'
for each in service/partner service/summer-sale persistentvolumeclaim/scrapbook poddisruptionbudget/weekend cronjob/inventory deployment/old-banner; do kubectl delete $each --ignore-not-found; done
