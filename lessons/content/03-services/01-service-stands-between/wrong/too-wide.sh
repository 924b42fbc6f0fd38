# task: an-address-that-stays
# en: One answer in {{ more }} comes from caller: it carries stage={{ stage }} too, so this selector is too wide. Select app=web.
# ko: 응답 {{ more }}개 가운데 하나는 caller가 한 것입니다. caller에도 stage={{ stage }} 레이블이 있어서 셀렉터가 너무 넓습니다. app=web을 고르세요.
kubectl scale deployment/web --replicas={{ replicas }}
kubectl expose deployment/web --port=80 --target-port={{ port }} --selector=stage={{ stage }}
