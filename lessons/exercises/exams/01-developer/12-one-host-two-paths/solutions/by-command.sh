kubectl create ingress site --class=lab --rule='{{ host }}/{{ path }}*={{ path }}:8000' --rule='{{ host }}/*=front:80'
sleep 20
