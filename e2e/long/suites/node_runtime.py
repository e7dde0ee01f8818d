"""AWS's own runtime client for Node.js, as images for Lambda have it."""

from harness import functions
from harness.checks import Suite, contains, equal, refused
from harness.functions import documented
from suites.functions import decides, pool_with, sign_up

suite = Suite("AWS's runtime client for Node.js")


@suite.check("the handler in Node.js of the manual decides who signs up")
def _(world):
    app = pool_with(world, PreSignUp="aws-node")
    with functions.aws_node_runtime(world, "aws-node", documented("js", 0)):
        decides(world, app)


@suite.check("a handler that throws when it is loaded shows its own message, until it is mended")
def _(world):
    app = pool_with(world, PreSignUp="aws-node-broken")
    broken = "throw new Error('not today');\n"
    with functions.aws_node_runtime(world, "aws-node-broken", broken, awaited=False) as process:
        equal(process.wait(30) == 0, False, "the runtime ended well")
    message = refused("UserLambdaValidationException", world.public.sign_up, **sign_up(world, app))
    contains(message, "not today", "message")
    with functions.aws_node_runtime(world, "aws-node-broken", documented("js", 0)):
        decides(world, app)
