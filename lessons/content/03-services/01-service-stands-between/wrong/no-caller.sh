# task: call-by-name
# en: There is no caller any more, so nobody calls web. Change its UPSTREAM instead.
# ko: caller가 없어져서 web을 부를 것도 없습니다. UPSTREAM을 바꾸세요.
kubectl delete deployment caller
