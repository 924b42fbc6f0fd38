# task: new-version
# en: A tag that moves is not a version you can go back to. Name it: kubelab/web:1.1.
# ko: 옮겨 다니는 태그는 되돌아갈 수 있는 버전이 아닙니다. kubelab/web:1.1처럼 적으세요.
kubectl set image deployment/web web=kubelab/web:stable
