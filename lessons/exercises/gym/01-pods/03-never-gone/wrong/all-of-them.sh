# task: mended
# en: That finalizer was not yours to take away: ledger and shelves are still waited for.
# ko: 그 파이널라이저는 건드리면 안 됩니다. ledger와 shelves를 아직 기다리는 것이 있습니다.
for pod in {{ pod }} ledger; do kubectl patch pod $pod --type=merge -p '{"metadata":{"finalizers":null}}'; done
