# task: label-the-tests
# en: Other Pods carry the label as well. A selector would have chosen: `-l env=test` instead of `--all`.
# ko: 다른 파드에도 레이블이 붙었습니다. `--all` 대신 `-l env=test`를 쓰면 골라서 붙일 수 있습니다.
kubectl label pods --all owner={{ owner }}
