# task: call-by-name
# en: caller calls nobody now. It is to call web, in its variable UPSTREAM.
# ko: 이제 caller가 아무도 부르지 않습니다. 환경 변수 UPSTREAM으로 web을 불러야 합니다.
kubectl set env deployment/caller UPSTREAM-
