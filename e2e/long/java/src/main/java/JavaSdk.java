import java.net.URI;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cognitoidentityprovider.CognitoIdentityProviderClient;
import software.amazon.awssdk.services.cognitoidentityprovider.model.*;

/** The AWS SDK for Java 2. */
public final class JavaSdk {
    private static CognitoIdentityProviderClient client(AwsCredentialsProvider credentials) {
        return CognitoIdentityProviderClient.builder().region(Region.US_EAST_1)
                .endpointOverride(URI.create(Checks.URL)).credentialsProvider(credentials)
                .overrideConfiguration(it -> it.retryStrategy(retry -> retry.maxAttempts(1))).build();
    }

    private static void refused(Class<? extends Exception> kind, Checks.Body body) throws Exception {
        try {
            body.run();
        } catch (Exception error) {
            Checks.equal(kind, error.getClass());
            return;
        }
        throw new AssertionError("expected " + kind.getSimpleName() + ", but it succeeded");
    }

    public static void main(String[] none) {
        Checks checks = new Checks();
        CognitoIdentityProviderClient admin = client(StaticCredentialsProvider.create(AwsBasicCredentials.create(
                System.getenv("E2E_ACCESS_KEY_ID"), System.getenv("E2E_SECRET_ACCESS_KEY"))));
        CognitoIdentityProviderClient app = client(AnonymousCredentialsProvider.create());
        UserPoolType pool = admin.createUserPool(it -> it.poolName(Checks.newName("java"))
                .autoVerifiedAttributes(VerifiedAttributeType.EMAIL)).userPool();
        String id = pool.id();
        String client = admin.createUserPoolClient(it -> it.userPoolId(id).clientName("java").explicitAuthFlows(
                ExplicitAuthFlowsType.ALLOW_USER_PASSWORD_AUTH, ExplicitAuthFlowsType.ALLOW_REFRESH_TOKEN_AUTH))
                .userPoolClient().clientId();
        String name = Checks.newName("user");
        String email = name + "@example.com";
        String[] tokens = new String[2];

        checks.check("a pool is read back with its times and its policy", () -> {
            UserPoolType read = admin.describeUserPool(it -> it.userPoolId(id)).userPool();
            Checks.equal(pool.creationDate(), read.creationDate());
            Checks.equal(8, read.policies().passwordPolicy().minimumLength());
            Checks.equal(7, read.policies().passwordPolicy().temporaryPasswordValidityDays());
        });
        checks.check("a policy that says false is false, and what it leaves out too", () -> {
            UserPoolType made = admin.createUserPool(it -> it.poolName(Checks.newName("java")).policies(p ->
                    p.passwordPolicy(w -> w.minimumLength(8).requireLowercase(true).requireSymbols(false)))).userPool();
            PasswordPolicyType policy = made.policies().passwordPolicy();
            Checks.equal(List.of(true, false, false), List.of(
                    policy.requireLowercase(), policy.requireSymbols(), policy.requireUppercase()));
            admin.deleteUserPool(it -> it.userPoolId(made.id()));
        });
        checks.check("a user signs up, confirms with the code and signs in", () -> {
            SignUpResponse made = app.signUp(it -> it.clientId(client).username(name).password(Checks.PASSWORD)
                    .userAttributes(a -> a.name("email").value(email)));
            Checks.equal(false, made.userConfirmed());
            refused(UserNotConfirmedException.class, () -> signIn(app, client, name, Checks.PASSWORD));
            String code = Checks.code(email);
            app.confirmSignUp(it -> it.clientId(client).username(name).confirmationCode(code));
            AuthenticationResultType result = signIn(app, client, name, Checks.PASSWORD);
            Checks.equal(3600, result.expiresIn());
            tokens[0] = result.accessToken();
            tokens[1] = result.refreshToken();
            Checks.equal(made.userSub(), attribute(app.getUser(it -> it.accessToken(tokens[0])).userAttributes(), "sub"));
        });
        checks.check("errors arrive as the SDK's own classes", () -> {
            refused(UsernameExistsException.class, () -> app.signUp(it -> it.clientId(client).username(name)
                    .password(Checks.PASSWORD).userAttributes(a -> a.name("email").value(email))));
            refused(NotAuthorizedException.class, () -> signIn(app, client, name, "Wr0ng-Horse!"));
            refused(ResourceNotFoundException.class, () -> admin.describeUserPool(it -> it.userPoolId("us-east-1_Absent000")));
            refused(InvalidPasswordException.class, () -> app.signUp(it -> it.clientId(client)
                    .username(Checks.newName("user")).password("short")));
        });
        checks.check("a refresh brings tokens, and signing out everywhere ends it", () -> {
            Map<String, String> refresh = Map.of("REFRESH_TOKEN", tokens[1]);
            AuthenticationResultType renewed = app.initiateAuth(it -> it.clientId(client)
                    .authFlow(AuthFlowType.REFRESH_TOKEN_AUTH).authParameters(refresh)).authenticationResult();
            app.globalSignOut(it -> it.accessToken(renewed.accessToken()));
            refused(NotAuthorizedException.class, () -> app.initiateAuth(it -> it.clientId(client)
                    .authFlow(AuthFlowType.REFRESH_TOKEN_AUTH).authParameters(refresh)));
        });
        checks.check("the paginator walks through all users", () -> {
            for (int i = 0; i < 5; i++) {
                admin.adminCreateUser(it -> it.userPoolId(id).username(Checks.newName("user"))
                        .messageAction(MessageActionType.SUPPRESS));
            }
            Checks.equal(6L, admin.listUsersPaginator(it -> it.userPoolId(id).limit(2)).users().stream().count());
        });
        checks.check("the pool is deleted", () -> admin.deleteUserPool(it -> it.userPoolId(id)));
        checks.run();
    }

    private static AuthenticationResultType signIn(
            CognitoIdentityProviderClient app, String client, String name, String password) {
        return app.initiateAuth(it -> it.clientId(client).authFlow(AuthFlowType.USER_PASSWORD_AUTH)
                .authParameters(Map.of("USERNAME", name, "PASSWORD", password))).authenticationResult();
    }

    private static String attribute(List<AttributeType> attributes, String name) {
        return attributes.stream().filter(it -> it.name().equals(name)).findFirst().orElseThrow().value();
    }
}
