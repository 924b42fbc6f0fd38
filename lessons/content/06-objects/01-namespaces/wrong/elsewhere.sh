# task: a-default-for-all
# en: There is a LimitRange, but in another namespace. It holds in its own only: team-a.
# ko: 리밋레인지가 다른 네임스페이스에 있습니다. 자기 네임스페이스에서만 적용되니 team-a에 만드세요.
printf 'apiVersion: v1\nkind: LimitRange\nmetadata: {name: modest, namespace: team-b}\nspec: {limits: [{type: Container, defaultRequest: {cpu: {{ default }}}}]}\n' | kubectl apply -f -
