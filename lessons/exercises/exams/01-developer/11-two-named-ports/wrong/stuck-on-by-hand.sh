# task: works
# en: In a copy the Pods were replaced, and the new ones were not on the list: a label that was stuck on by hand goes with its Pod. Select by what the template gives them.
# ko: 복사본에서 파드가 바뀌자 새 파드가 목록에 없었습니다. 손으로 붙인 레이블은 그 파드와 함께 사라집니다. 템플릿에 있는 레이블로 고르세요.
kubectl label pods -l app={{ app }} tier={{ wrong }} --overwrite
kubectl patch service {{ app }} --type=json -p '[{"op":"replace","path":"/spec/ports","value":[{"name":"http","port":80,"targetPort":"http"},{"name":"metrics","port":9090,"targetPort":"metrics"}]}]'
