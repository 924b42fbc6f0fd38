# task: the-right-three
# en: The stranger is still on the list: this selector is too wide. Ask for the tier as well.
# ko: 엉뚱한 파드가 아직 목록에 있습니다. 셀렉터가 너무 넓습니다. tier까지 조건에 넣으세요.
kubectl set selector service api app=api
kubectl patch deployment api -p '{"spec":{"template":{"spec":{"containers":[{"name":"api","readinessProbe":{"httpGet":{"path":"/ready"}}}]}}}}'
