# task: mended
# en: You took the guard away: runAsNonRoot keeps it from ever being root, whatever its image says.
# ko: 지킴이를 없앴습니다. runAsNonRoot가 있어야 이미지가 어떻든 루트가 되지 않습니다.
kubectl patch deployment {{ app }} -p '{"spec":{"template":{"spec":{"securityContext":{"fsGroup":99,"runAsNonRoot":null}}}}}'
