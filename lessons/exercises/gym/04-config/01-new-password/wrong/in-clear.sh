# task: mended
# en: The password now stands in the manifest, for everybody who may look at Deployments. It was in the Secret already.
# ko: 이제 비밀번호가 매니페스트에 있어 디플로이먼트를 볼 수 있는 모두에게 보입니다. 이미 시크릿에 있었습니다.
kubectl patch deployment {{ app }} --type=json -p '[{"op":"replace","path":"/spec/template/spec/containers/0/env/0","value":{"name":"GREETING","value":"{{ new }}"}}]'
