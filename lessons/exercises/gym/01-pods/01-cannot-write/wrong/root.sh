# task: mended
# en: It writes now because it is somebody else, perhaps root: it was to stay user {{ user }}.
# ko: 이제 쓰기는 하지만 다른 사용자, 어쩌면 루트입니다. 사용자 ID는 {{ user }} 그대로여야 합니다.
kubectl patch deployment {{ app }} -p '{"spec":{"template":{"spec":{"securityContext":{"runAsUser":0,"runAsNonRoot":false}}}}}'
