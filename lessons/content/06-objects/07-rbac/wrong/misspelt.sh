# task: one-verb
# en: There is a binding, and it grants nothing: look at the role it refers to, its rules, and how the subject is spelt.
# ko: 바인딩은 있지만 허락하는 것이 없습니다. 가리키는 롤, 롤의 규칙, 주체의 이름을 살펴보세요.
kubectl create role pod-lister --verb=list --resource=pods
kubectl create rolebinding pod-lister --role=pod-lister --serviceaccount=default:{{ robot }}
