# task: password-from-a-secret
# en: The Secret holds another text. `data` takes base64, `stringData` and --from-literal take the plain text: encoded twice, the program reads the base64.
# ko: 시크릿에 다른 값이 들어 있습니다. `data`에는 base64를, `stringData`와 --from-literal에는 평문을 씁니다. 두 번 인코딩하면 프로그램이 base64를 읽게 됩니다.
kubectl create secret generic db --from-literal=password=$(echo -n {{ password }} | base64)
