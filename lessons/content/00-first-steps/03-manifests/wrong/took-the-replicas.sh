# task: mend-the-file
# en: web had {{ scaled }} replicas, and your file took them over. The number belongs to the people on call: leave it out of the file, and scale web back.
# ko: web의 레플리카는 {{ scaled }}개였는데 파일이 숫자를 가져갔습니다. 이 숫자는 당직자가 맡습니다. 파일에서 빼고 원래 수로 되돌리세요.
sed -i -e 's/replica: 3/replicas: 3/' -e 's/{{ misspelt }}/imagePullPolicy/' -e 's/\t//' -e '/name: DEBUG/,+1d' web.yaml
kubectl apply -f web.yaml
