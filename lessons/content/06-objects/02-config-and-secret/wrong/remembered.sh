# task: password-from-a-secret
# en: The template is clean, but the last-applied annotation of the Deployment still shows the password. Apply the new file.
# ko: 템플릿은 깨끗하지만, 마지막으로 적용한 내용을 적은 어노테이션에 비밀번호가 남아 있습니다. 새 파일을 적용하세요.
kubectl create secret generic db --from-literal=password={{ password }}
kubectl patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","env":[{"name":"DB_PASSWORD","value":null,"valueFrom":{"secretKeyRef":{"name":"db","key":"password"}}}]}]}}}}'
