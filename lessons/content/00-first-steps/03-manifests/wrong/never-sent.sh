# task: a-file-of-your-own
# en: The file is written, and nobody has sent it: a manifest does nothing by lying there. Apply it.
# ko: 파일은 있지만 아무도 보내지 않았습니다. 매니페스트는 놓아두기만 해서는 아무 일도 하지 않습니다. 적용하세요.
kubectl expose deployment web --port=80 --target-port=8080 --dry-run=client -o yaml > svc.yaml
