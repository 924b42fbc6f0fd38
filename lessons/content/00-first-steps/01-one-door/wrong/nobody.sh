# task: find-the-door
# en: The door is found, and you are nobody: the context prod has lost its user {{ prod }}-admin.
# ko: 문은 찾았지만 나는 아무도 아닙니다. prod 컨텍스트에서 사용자 {{ prod }}-admin 설정이 사라졌습니다.
kubectl config set-cluster {{ prod }} --server=https://10.0.1.10:6443
kubectl config set-context prod --cluster={{ prod }} --user=
