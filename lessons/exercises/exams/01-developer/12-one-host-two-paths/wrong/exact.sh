# task: paths
# en: What lies below /{{ path }} does not go to {{ path }}: an exact path is that one address. Prefix takes what is below it as well.
# ko: /{{ path }} 아래가 {{ path }} 서비스로 가지 않습니다. Exact 경로는 그 주소 하나뿐입니다. Prefix는 그 아래까지 받습니다.
kubectl create ingress site --class=lab --rule="{{ host }}/{{ path }}={{ path }}:8000" --rule="{{ host }}/*=front:80"
