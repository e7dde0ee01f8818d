"""Terraform with the AWS provider: apply, plan nothing, change, import, destroy."""

import json
import pathlib
import shutil
import subprocess
import tempfile

from harness.checks import Suite, contains, equal, refused
from harness.server import clean_environment

E2E = pathlib.Path(__file__).resolve().parent.parent
PACKAGES = E2E / ".cache" / "terraform" / "cloudrail"
PROGRAM = PACKAGES / "terraform_0_15" / "terraform"
MIRROR = E2E / ".cache" / "terraform" / "mirror"
NO_CHANGE, CHANGES = 0, 2

suite = Suite("Terraform")


class Stack:
    """A folder with the configuration of `fixtures/terraform` and a state."""

    def __init__(self, world):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="terraform-", dir=world.server.home))
        for file in ("main.tf", "saml.xml"):
            shutil.copy(E2E / "fixtures" / "terraform" / file, self.folder)
        (self.folder / "cli.tfrc").write_text(
            f'provider_installation {{\n  filesystem_mirror {{\n    path = "{MIRROR}"\n  }}\n}}\n')
        key, secret = world.server.credentials()
        self.variables = {"endpoint": world.server.url, "access_key": key, "secret_key": secret,
                          "name": world.name("tf")}
        self._write()
        self.run("init", "-no-color", "-input=false")

    def set(self, **variables):
        """Changes variables of the configuration."""
        self.variables |= variables
        self._write()

    def _write(self):
        (self.folder / "terraform.tfvars.json").write_text(json.dumps(self.variables))

    def run(self, *command, exit_code=0):
        """Runs a command of Terraform, demands this exit code, and returns what it printed."""
        environment = {**clean_environment(), "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1",
                       "TF_CLI_CONFIG_FILE": str(self.folder / "cli.tfrc"), "HOME": str(self.folder),
                       "AWS_EC2_METADATA_DISABLED": "true"}
        ran = subprocess.run([PROGRAM, *command], cwd=self.folder, env=environment, text=True,
                             capture_output=True, stdin=subprocess.DEVNULL, timeout=120)
        said = [line for line in ran.stderr.splitlines() if not line.startswith(("[", " "))]
        if ran.returncode != exit_code:
            raise AssertionError(f"terraform {command[0]}: exit code {ran.returncode} instead of {exit_code}:\n"
                                 + ran.stdout[-3000:] + "\n" + "\n".join(said)[-3000:])
        return ran.stdout

    def apply(self):
        """Applies the configuration and returns its outputs."""
        self.run("apply", "-no-color", "-input=false", "-auto-approve")
        outputs = json.loads(self.run("output", "-json"))
        return {name: output["value"] for name, output in outputs.items()}

    def plan(self, exit_code=NO_CHANGE):
        """Demands that a plan finds changes, or none."""
        return self.run("plan", "-no-color", "-input=false", "-detailed-exitcode", exit_code=exit_code)


stacks = []


def stack(world):
    """The stack that the checks of this suite take through its life, one after another."""
    if not stacks:
        stacks.append(None)
        one = Stack(world)
        one.outputs = one.apply()
        stacks[0] = one
    if stacks[0] is None:
        raise AssertionError("the stack was not applied")
    return stacks[0]


@suite.check("a provider that is told to skip nothing asks STS for its account, and plans")
def _(world):
    one = Stack(world)
    one.set(ask_sts=True)
    contains(one.plan(CHANGES), "10 to add, 0 to change, 0 to destroy", "plan")


@suite.check("a stack is applied as it is written")
def _(world):
    outputs = stack(world).outputs
    pool = world.admin.describe_user_pool(UserPoolId=outputs["pool"])["UserPool"]
    policy = pool["Policies"]["PasswordPolicy"]
    equal({k: policy[k] for k in policy if k.startswith("Require")},
          {"RequireLowercase": True, "RequireNumbers": True, "RequireUppercase": False, "RequireSymbols": False},
          "policy of which a part was left out")
    template = pool["VerificationMessageTemplate"]
    equal((template["EmailMessage"], template["EmailMessageByLink"]),
          ("The code is {####}", "{##Confirm##} your address"), "both kinds of message")
    equal(pool["DeviceConfiguration"],
          {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}, "DeviceConfiguration")
    answer = world.public.sign_up(ClientId=outputs["web"], Username=world.email(), Password="lowercase1")
    equal(answer["UserConfirmed"], False, "UserConfirmed")


def texts(world):
    """How the pool with codes by text message asks for a second factor: (mode, message, role)."""
    config = world.admin.get_user_pool_mfa_config(UserPoolId=stack(world).outputs["texts"])
    sms = config["SmsMfaConfiguration"]
    return (config["MfaConfiguration"], sms["SmsAuthenticationMessage"], sms["SmsConfiguration"]["SnsCallerArn"])


@suite.check("codes by text message are the second factor of a pool that says so")
def _(world):
    equal(texts(world), ("ON", "Your code is {####}", "arn:aws:iam::000000000000:role/texts"), "text messages")
    app = world.app(stack(world).outputs["texts"])
    name, number = world.name(), "+15550100777"
    world.public.sign_up(ClientId=app["ClientId"], Username=name, Password="Corr3ct-Horse!",
                         UserAttributes=[{"Name": "phone_number", "Value": number}])
    equal(world.message(number)["body"], f"Confirm your number with {world.code(number)}", "message")
    world.public.confirm_sign_up(ClientId=app["ClientId"], Username=name, ConfirmationCode=world.code(number))
    equal(world.sign_in(app, name, "Corr3ct-Horse!")["ChallengeName"], "SMS_MFA", "challenge")


@suite.check("a second plan finds nothing to do")
def _(world):
    stack(world).plan()


@suite.check("first factors, which this provider does not know, are nothing to plan for")
def _(world):
    one = stack(world)
    at = {"UserPoolId": one.outputs["pool"]}
    before = world.admin.describe_user_pool(**at)["UserPool"]
    factors = {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}
    world.admin.update_user_pool(
        **at, Policies={"SignInPolicy": factors}, AutoVerifiedAttributes=["email"],
        DeviceConfiguration=before["DeviceConfiguration"],
        AdminCreateUserConfig={k: v for k, v in before["AdminCreateUserConfig"].items()
                               if k != "UnusedAccountValidityDays"},
        VerificationMessageTemplate=before["VerificationMessageTemplate"])
    one.plan()


@suite.check("what was changed in the files is planned and applied, and nothing after it")
def _(world):
    one = stack(world)
    one.set(second=True)
    one.plan(CHANGES)
    equal(one.apply(), one.outputs, "ids after a change in place")
    one.plan()
    at = {"UserPoolId": one.outputs["pool"]}
    pool = world.admin.describe_user_pool(**at)["UserPool"]
    equal(pool["Policies"]["SignInPolicy"], {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]},
          "SignInPolicy, which it does not know")
    equal(pool["Policies"]["PasswordPolicy"]["MinimumLength"], 12, "MinimumLength")
    equal(pool["MfaConfiguration"], "OPTIONAL", "MfaConfiguration")
    equal(pool["DeviceConfiguration"]["DeviceOnlyRememberedOnUserPrompt"], True, "DeviceOnlyRememberedOnUserPrompt")
    equal(pool["UserPoolTags"], {"stage": "live", "owner": "web"}, "tags")
    equal(texts(world)[:2], ("OPTIONAL", "Sign in with {####}"), "text messages")
    client = world.admin.describe_user_pool_client(**at, ClientId=one.outputs["web"])["UserPoolClient"]
    equal(client["RefreshTokenValidity"], 14, "RefreshTokenValidity")
    corp = world.admin.describe_identity_provider(**at, ProviderName="Corp")["IdentityProvider"]
    equal(corp["ProviderDetails"]["client_secret"], "another secret", "client secret of the provider")
    equal(corp["AttributeMapping"], {"username": "sub", "email": "mail"}, "attribute mapping")
    equal(corp["IdpIdentifiers"], ["corp.example.com", "corp.example.org"], "identifiers")
    saml = world.admin.describe_identity_provider(**at, ProviderName="CorpSaml")["IdentityProvider"]
    equal(saml["ProviderDetails"]["IDPSignout"], "true", "IDPSignout")
    group = world.admin.get_group(**at, GroupName="crew")["Group"]
    equal((group["Description"], group["Precedence"]), ("Everybody aboard", 0), "group")


@suite.check("each resource is imported by its id, and a plan then finds nothing to do")
def _(world):
    one = stack(world)
    pool = one.outputs["pool"]
    ids = {
        "user_pool.main": pool,
        "user_pool.texts": one.outputs["texts"],
        "user_pool_domain.main": one.variables["name"],
        "user_pool_client.web": f"{pool}/{one.outputs['web']}",
        "user_pool_client.machine": f"{pool}/{one.outputs['machine']}",
        "resource_server.orders": f"{pool}|https://orders.example.com",
        "user_group.crew": f"{pool}/crew",
        "identity_provider.corp": f"{pool}:Corp",
        "identity_provider.google": f"{pool}:Google",
        "identity_provider.saml": f"{pool}:CorpSaml",
    }
    (one.folder / "terraform.tfstate").unlink()
    for name, value in ids.items():
        one.run("import", "-no-color", "-input=false", f"aws_cognito_{name}", value)
    one.plan()


@suite.check("destroy takes everything away")
def _(world):
    one = stack(world)
    one.run("destroy", "-no-color", "-input=false", "-auto-approve")
    refused("ResourceNotFoundException", world.admin.describe_user_pool, UserPoolId=one.outputs["pool"])
    equal(json.loads((one.folder / "terraform.tfstate").read_text())["resources"], [], "resources in the state")
