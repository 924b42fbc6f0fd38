# task: behind-the-name
# en: The Service of stock aims at a number, so it has to be changed each time that stock moves. Aim at the name: http.
# ko: stock의 서비스가 번호를 가리킵니다. stock이 옮길 때마다 서비스도 고쳐야 합니다. http라는 이름을 가리키게 하세요.
kubectl expose deployment stock --port=80 --target-port={{ moved }}
kubectl get deployment stock -o yaml | sed 's/8081/{{ moved }}/' | kubectl apply -f -
