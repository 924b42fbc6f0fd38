# task: mended
# en: The lease was renewed once, and not by the operator: in a copy nobody renewed it.
# ko: 리스가 한 번 갱신되었지만 오퍼레이터가 한 것이 아닙니다. 복사본에서는 아무도 갱신하지 않았습니다.
kubectl patch lease {{ op }} --type=merge -p '{"spec":{"renewTime":"2026-11-02T09:10:00.000000Z"}}'
