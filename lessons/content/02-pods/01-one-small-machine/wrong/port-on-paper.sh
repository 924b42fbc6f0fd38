# task: one-set-of-ports
# en: A port in the manifest is a note for the reader. The program listens where its variable PORT tells it to.
# ko: 매니페스트의 ports는 읽는 사람을 위한 메모입니다. 프로그램은 환경 변수 PORT가 정한 포트에서 요청을 받습니다.
kubectl patch deployment twins -p '{"spec":{"template":{"spec":{"containers":[{"name":"right","ports":[{"containerPort":{{ port }}}]}]}}}}'
