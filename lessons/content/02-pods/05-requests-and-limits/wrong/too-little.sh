# task: enough-memory
# en: In a copy we waited half an hour, and eater was killed: the limit is below what it gathers, {{ peak }}Mi and a little for itself.
# ko: 복사본에서 30분을 기다리자 eater가 죽었습니다. 한도가 모으는 양({{ peak }}Mi에 자기 몫 조금)보다 낮습니다.
# settle: 45
kubectl set resources deployment eater --limits=memory={{ least }}Mi
