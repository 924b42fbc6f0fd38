# task: patience
# en: patient tolerates {{ reason }}, but not for {{ seconds }} s. Without tolerationSeconds it stays for ever.
# ko: patient가 {{ reason }} 테인트를 견디지만 {{ seconds }}초 동안은 아닙니다. tolerationSeconds가 없으면 끝까지 남습니다.
kubectl patch pod patient --type=json -p '[{"op":"add","path":"/spec/tolerations/-","value":{"key":"{{ reason }}","operator":"Exists","effect":"NoExecute"}}]'
