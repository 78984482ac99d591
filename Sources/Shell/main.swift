import Ops
import Runtime

print(Operations.all.count)
