# Pages of the emulator, for developers.

nav-label = Main
nav-start = Start
nav-inbox = Inbox
nav-demo = Demo app
nav-console = Console
emulator-tag = Emulator

landing-title = Cabana is running
landing-intro = A user pool server that speaks Amazon Cognito’s protocol, on your machine. Nothing leaves it: emails and text messages land in the inbox.
landing-try = Try it
landing-demo = Sign in to the demo app
landing-demo-text = A small app that signs in through a hosted page and shows the tokens it gets.
landing-demo-user = Username { $username }, password { $password }
landing-inbox = Open the inbox
landing-inbox-text = Codes and invitations sent so far. Also as JSON, for tests.
landing-console = Open the console
landing-console-text = User pools, app clients, users and groups.
landing-point = Point your code at it
landing-point-text = Any access key works here. Set this endpoint in your SDK or tool.
landing-env = AWS SDKs and CLI, in the environment
landing-cli = Then, for example
landing-js = JavaScript, in code
landing-commands = The command { $env } prints these exports, and { $librechat } a complete .env for LibreChat.
landing-functions = Functions
landing-facts = Connection details
landing-endpoint = Endpoint
landing-region = Region
landing-pool = User pool ID
landing-client = App client ID
landing-discovery = OpenID discovery
landing-jwks = Signing keys
landing-messages = Inbox as JSON
landing-version = Version { $version }

inbox-title = Inbox
inbox-count = { $count ->
    [one] { $count } message
   *[other] { $count } messages
}
inbox-refresh = Refresh
inbox-empty = Empty the inbox
inbox-none = No messages yet
inbox-none-text = Sign up, reset a password or invite a user, and the message appears here.
inbox-kind = Kind
inbox-to = To
inbox-code = Code
inbox-copy-code = Copy code { $code }
inbox-sent = Sent
medium-email = Email
medium-text = Text

message-text = Text message
message-back = All messages
message-pool = User pool
message-link = Open the link
message-source = Source

demo-title = Demo app
demo-intro = This small app has no accounts of its own. It sends you to the hosted sign-in page and trusts the token that comes back.
demo-user = Sign in as { $username } with the password { $password }.
demo-signed-in = You are signed in as { $name }
demo-signed-in-text = The app received an ID token with these claims:
demo-claim = Claim
demo-value = Value
demo-token = ID token
demo-sign-out = Sign out
