# task: a-developer
# en: Whoever can log in may deploy here now: you gave it to a group of everybody. Name the one user.
# ko: 이제 로그인할 수 있는 누구나 여기에 배포할 수 있습니다. 모두가 속한 그룹에 주었습니다. 사용자 한 명만 쓰세요.
kubectl create rolebinding developers --clusterrole=edit --group=system:authenticated
