// The AWS SDK for Go 2.
package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"time"

	"cabana.example/e2e/go"
	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

const password = "Corr3ct-Horse!"

var ctx = context.Background()

func client(signed bool) *cognito.Client {
	return cognito.New(cognito.Options{
		Region:           "us-east-1",
		BaseEndpoint:     aws.String(os.Getenv("E2E_URL")),
		RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			if !signed {
				return aws.Credentials{}, errors.New("unsigned operations ask for none")
			}
			return aws.Credentials{
				AccessKeyID: os.Getenv("E2E_ACCESS_KEY_ID"), SecretAccessKey: os.Getenv("E2E_SECRET_ACCESS_KEY")}, nil
		}),
	})
}

// as demands an error of the SDK's own type.
func as[E error](_ any, err error) error {
	var wanted E
	if errors.As(err, &wanted) {
		return nil
	}
	return fmt.Errorf("expected %T, got %v", wanted, err)
}

// totp is the code that an authenticator app shows for this secret (RFC 6238).
func totp(secret string) string {
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		panic(err)
	}
	mac := hmac.New(sha1.New, key)
	binary.Write(mac, binary.BigEndian, time.Now().Unix()/30)
	digest := mac.Sum(nil)
	at := digest[len(digest)-1] & 15
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(digest[at:])&0x7fffffff%1_000_000)
}

func main() {
	admin, app := client(true), client(false)
	unique := fmt.Sprint(time.Now().UnixNano())
	made, err := admin.CreateUserPool(ctx, &cognito.CreateUserPoolInput{
		PoolName: aws.String("go-" + unique), AutoVerifiedAttributes: []types.VerifiedAttributeType{"email"}})
	if err != nil {
		panic(err)
	}
	pool := made.UserPool.Id
	shop, err := admin.CreateUserPoolClient(ctx, &cognito.CreateUserPoolClientInput{
		UserPoolId: pool, ClientName: aws.String("go"),
		ExplicitAuthFlows: []types.ExplicitAuthFlowsType{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}})
	if err != nil {
		panic(err)
	}
	id := shop.UserPoolClient.ClientId
	name := "user-" + unique
	email := []types.AttributeType{{Name: aws.String("email"), Value: aws.String(name + "@example.com")}}
	var refresh, access string

	signIn := func(word string) (*cognito.InitiateAuthOutput, error) {
		return app.InitiateAuth(ctx, &cognito.InitiateAuthInput{ClientId: id, AuthFlow: types.AuthFlowTypeUserPasswordAuth,
			AuthParameters: map[string]string{"USERNAME": name, "PASSWORD": word}})
	}
	renew := func() (*cognito.InitiateAuthOutput, error) {
		return app.InitiateAuth(ctx, &cognito.InitiateAuthInput{ClientId: id, AuthFlow: types.AuthFlowTypeRefreshTokenAuth,
			AuthParameters: map[string]string{"REFRESH_TOKEN": refresh}})
	}
	signUp := func() (*cognito.SignUpOutput, error) {
		return app.SignUp(ctx, &cognito.SignUpInput{
			ClientId: id, Username: &name, Password: aws.String(password), UserAttributes: email})
	}

	checks.Run([]checks.Check{
		{Sentence: "a false or a zero, which the SDK leaves out or sends for nothing, is none", Body: func() error {
			made, err := admin.CreateUserPool(ctx, &cognito.CreateUserPoolInput{PoolName: aws.String("go-false-" + unique),
				AdminCreateUserConfig: &types.AdminCreateUserConfigType{UnusedAccountValidityDays: 0},
				Policies: &types.UserPoolPolicyType{PasswordPolicy: &types.PasswordPolicyType{
					MinimumLength: aws.Int32(8), RequireLowercase: true, RequireSymbols: false}}})
			if err != nil {
				return err
			}
			policy := made.UserPool.Policies.PasswordPolicy
			_, err = admin.DeleteUserPool(ctx, &cognito.DeleteUserPoolInput{UserPoolId: made.UserPool.Id})
			return errors.Join(err,
				checks.Equal("RequireLowercase", true, policy.RequireLowercase),
				checks.Equal("RequireSymbols", false, policy.RequireSymbols),
				checks.Equal("RequireUppercase", false, policy.RequireUppercase),
				checks.Equal("TemporaryPasswordValidityDays", 7, policy.TemporaryPasswordValidityDays))
		}},
		{Sentence: "a user signs up, confirms with the code and signs in", Body: func() error {
			made, err := signUp()
			if err != nil {
				return err
			}
			code, err := checks.Code(name + "@example.com")
			if err != nil {
				return err
			}
			if _, err = app.ConfirmSignUp(ctx, &cognito.ConfirmSignUpInput{
				ClientId: id, Username: &name, ConfirmationCode: &code}); err != nil {
				return err
			}
			result, err := signIn(password)
			if err != nil {
				return err
			}
			refresh, access = *result.AuthenticationResult.RefreshToken, *result.AuthenticationResult.AccessToken
			user, err := app.GetUser(ctx, &cognito.GetUserInput{AccessToken: &access})
			if err != nil {
				return err
			}
			for _, attribute := range user.UserAttributes {
				if *attribute.Name == "sub" {
					return checks.Equal("sub", *made.UserSub, *attribute.Value)
				}
			}
			return errors.New("no sub")
		}},
		{Sentence: "errors arrive as the SDK's own types", Body: func() error {
			_, absent := admin.DescribeUserPool(ctx, &cognito.DescribeUserPoolInput{UserPoolId: aws.String("us-east-1_Absent000")})
			return errors.Join(as[*types.UsernameExistsException](signUp()), as[*types.NotAuthorizedException](signIn("Wr0ng-Horse!")),
				as[*types.ResourceNotFoundException](nil, absent))
		}},
		{Sentence: "a factor is switched off by leaving out that it is on", Body: func() error {
			on := &types.SoftwareTokenMfaConfigType{Enabled: true}
			if _, err := admin.SetUserPoolMfaConfig(ctx, &cognito.SetUserPoolMfaConfigInput{
				UserPoolId: pool, MfaConfiguration: "OPTIONAL", SoftwareTokenMfaConfiguration: on}); err != nil {
				return err
			}
			secret, err := app.AssociateSoftwareToken(ctx, &cognito.AssociateSoftwareTokenInput{AccessToken: &access})
			if err != nil {
				return err
			}
			if _, err = app.VerifySoftwareToken(ctx, &cognito.VerifySoftwareTokenInput{
				AccessToken: &access, UserCode: aws.String(totp(*secret.SecretCode))}); err != nil {
				return err
			}
			factors := func(settings types.SoftwareTokenMfaSettingsType) (*cognito.GetUserOutput, error) {
				_, err := app.SetUserMFAPreference(ctx, &cognito.SetUserMFAPreferenceInput{
					AccessToken: &access, SoftwareTokenMfaSettings: &settings})
				if err != nil {
					return nil, err
				}
				return app.GetUser(ctx, &cognito.GetUserInput{AccessToken: &access})
			}
			user, err := factors(types.SoftwareTokenMfaSettingsType{Enabled: true, PreferredMfa: true})
			if err != nil {
				return err
			}
			if err = checks.Equal("PreferredMfaSetting", "SOFTWARE_TOKEN_MFA", aws.ToString(user.PreferredMfaSetting)); err != nil {
				return err
			}
			user, err = factors(types.SoftwareTokenMfaSettingsType{})
			if err != nil {
				return err
			}
			return checks.Equal("factors", 0, len(user.UserMFASettingList))
		}},
		{Sentence: "a refresh brings tokens, and signing out everywhere ends it", Body: func() error {
			renewed, err := renew()
			if err != nil {
				return err
			}
			if _, err = app.GlobalSignOut(ctx, &cognito.GlobalSignOutInput{
				AccessToken: renewed.AuthenticationResult.AccessToken}); err != nil {
				return err
			}
			return as[*types.NotAuthorizedException](renew())
		}},
		{Sentence: "the paginator walks through all users", Body: func() error {
			for i := range 5 {
				if _, err := admin.AdminCreateUser(ctx, &cognito.AdminCreateUserInput{UserPoolId: pool,
					Username: aws.String(fmt.Sprintf("more-%s-%d", unique, i)), MessageAction: "SUPPRESS"}); err != nil {
					return err
				}
			}
			found := 0
			pages := cognito.NewListUsersPaginator(admin, &cognito.ListUsersInput{UserPoolId: pool, Limit: aws.Int32(2)})
			for pages.HasMorePages() {
				page, err := pages.NextPage(ctx)
				if err != nil {
					return err
				}
				found += len(page.Users)
			}
			return checks.Equal("users", 6, found)
		}},
		{Sentence: "the pool is deleted", Body: func() error {
			_, err := admin.DeleteUserPool(ctx, &cognito.DeleteUserPoolInput{UserPoolId: pool})
			return err
		}},
	})
}
