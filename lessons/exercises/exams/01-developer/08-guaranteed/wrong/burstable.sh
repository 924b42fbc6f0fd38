# task: runs
# en: They run, and are not of class Guaranteed: requests and limits must be equal, for CPU and for memory.
# ko: 실행은 되지만 Guaranteed 클래스가 아닙니다. CPU와 메모리 모두 요청과 한도가 같아야 합니다.
kubectl set resources deployment {{ app }} --requests=cpu=50m,memory=32Mi --limits=cpu={{ cpu }},memory={{ memory }}
kubectl rollout status deployment {{ app }} --timeout=60s
