# task: works
# en: In a copy the Deployment was updated, and its new Pods were not on the list. Select by labels that its template gives, and that stay.
# ko: 복사본에서 디플로이먼트를 업데이트하자 새 파드가 목록에 없었습니다. 템플릿에 있고 바뀌지 않는 레이블로 고르세요.
hash=$(kubectl get pods -l app={{ app }} -o jsonpath='{.items[0].metadata.labels.pod-template-hash}')
kubectl patch service {{ app }} --type=json -p '[{"op":"replace","path":"/spec/selector","value":{"pod-template-hash":"'$hash'"}},{"op":"replace","path":"/spec/ports","value":[{"name":"http","port":80,"targetPort":"http"},{"name":"metrics","port":9090,"targetPort":"metrics"}]}]'
