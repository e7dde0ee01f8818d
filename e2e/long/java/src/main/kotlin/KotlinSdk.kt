// The AWS SDK for Kotlin.

import aws.sdk.kotlin.services.cognitoidentityprovider.CognitoIdentityProviderClient
import aws.sdk.kotlin.services.cognitoidentityprovider.adminCreateUser
import aws.sdk.kotlin.services.cognitoidentityprovider.confirmSignUp
import aws.sdk.kotlin.services.cognitoidentityprovider.createUserPool
import aws.sdk.kotlin.services.cognitoidentityprovider.createUserPoolClient
import aws.sdk.kotlin.services.cognitoidentityprovider.deleteUserPool
import aws.sdk.kotlin.services.cognitoidentityprovider.describeUserPool
import aws.sdk.kotlin.services.cognitoidentityprovider.getUser
import aws.sdk.kotlin.services.cognitoidentityprovider.globalSignOut
import aws.sdk.kotlin.services.cognitoidentityprovider.initiateAuth
import aws.sdk.kotlin.services.cognitoidentityprovider.model.AttributeType
import aws.sdk.kotlin.services.cognitoidentityprovider.model.AuthFlowType
import aws.sdk.kotlin.services.cognitoidentityprovider.model.ExplicitAuthFlowsType
import aws.sdk.kotlin.services.cognitoidentityprovider.model.MessageActionType
import aws.sdk.kotlin.services.cognitoidentityprovider.model.NotAuthorizedException
import aws.sdk.kotlin.services.cognitoidentityprovider.model.PasswordPolicyType
import aws.sdk.kotlin.services.cognitoidentityprovider.model.ResourceNotFoundException
import aws.sdk.kotlin.services.cognitoidentityprovider.model.UserPoolPolicyType
import aws.sdk.kotlin.services.cognitoidentityprovider.model.UsernameExistsException
import aws.sdk.kotlin.services.cognitoidentityprovider.model.VerifiedAttributeType
import aws.sdk.kotlin.services.cognitoidentityprovider.paginators.listUsersPaginated
import aws.sdk.kotlin.services.cognitoidentityprovider.paginators.users
import aws.sdk.kotlin.services.cognitoidentityprovider.signUp
import aws.smithy.kotlin.runtime.auth.awscredentials.Credentials
import aws.smithy.kotlin.runtime.auth.awscredentials.CredentialsProvider
import aws.smithy.kotlin.runtime.collections.Attributes
import aws.smithy.kotlin.runtime.net.url.Url
import kotlinx.coroutines.flow.count
import kotlinx.coroutines.runBlocking

private object Root : CredentialsProvider {
    override suspend fun resolve(attributes: Attributes) =
        Credentials(System.getenv("E2E_ACCESS_KEY_ID"), System.getenv("E2E_SECRET_ACCESS_KEY"))
}

private inline fun <reified E : Exception> refused(body: () -> Unit) {
    try {
        body()
    } catch (error: Exception) {
        if (error is E) return
        throw error
    }
    throw AssertionError("expected ${E::class.simpleName}, but it succeeded")
}

object KotlinSdk {
    @JvmStatic
    fun main(none: Array<String>): Unit = runBlocking {
        val checks = Checks()
        val api = CognitoIdentityProviderClient {
            region = "us-east-1"
            endpointUrl = Url.parse(Checks.URL)
            credentialsProvider = Root
        }
        val pool = api.createUserPool {
            poolName = Checks.newName("kotlin")
            autoVerifiedAttributes = listOf(VerifiedAttributeType.Email)
        }.userPool!!.id!!
        val client = api.createUserPoolClient {
            userPoolId = pool
            clientName = "kotlin"
            explicitAuthFlows =
                listOf(ExplicitAuthFlowsType.AllowUserPasswordAuth, ExplicitAuthFlowsType.AllowRefreshTokenAuth)
        }.userPoolClient!!.clientId!!
        val name = Checks.newName("user")
        val email = "$name@example.com"
        var refresh: String? = null

        suspend fun signIn(word: String) = api.initiateAuth {
            clientId = client
            authFlow = AuthFlowType.UserPasswordAuth
            authParameters = mapOf("USERNAME" to name, "PASSWORD" to word)
        }.authenticationResult!!

        suspend fun renew() = api.initiateAuth {
            clientId = client
            authFlow = AuthFlowType.RefreshTokenAuth
            authParameters = mapOf("REFRESH_TOKEN" to refresh!!)
        }.authenticationResult!!

        suspend fun signUpAgain() = api.signUp {
            clientId = client
            username = name
            password = Checks.PASSWORD
            userAttributes = listOf(AttributeType { this.name = "email"; value = email })
        }

        checks.check("a zero that the SDK sends for an absent number is none") {
            runBlocking {
                val made = api.createUserPool {
                    poolName = Checks.newName("kotlin")
                    policies = UserPoolPolicyType {
                        passwordPolicy = PasswordPolicyType { minimumLength = 8; requireNumbers = true }
                    }
                }.userPool!!
                val policy = made.policies!!.passwordPolicy!!
                Checks.equal(7, policy.temporaryPasswordValidityDays)
                Checks.equal(listOf(true, false), listOf(policy.requireNumbers, policy.requireSymbols))
                api.deleteUserPool { userPoolId = made.id }
            }
        }
        checks.check("a user signs up, confirms with the code and signs in") {
            runBlocking {
                val sub = signUpAgain().userSub
                val code = Checks.code(email)
                api.confirmSignUp { clientId = client; username = name; confirmationCode = code }
                val result = signIn(Checks.PASSWORD)
                refresh = result.refreshToken
                val user = api.getUser { accessToken = result.accessToken }
                Checks.equal(sub, user.userAttributes.first { it.name == "sub" }.value)
            }
        }
        checks.check("errors arrive as the SDK's own classes") {
            runBlocking {
                refused<UsernameExistsException> { signUpAgain() }
                refused<NotAuthorizedException> { signIn("Wr0ng-Horse!") }
                refused<ResourceNotFoundException> { api.describeUserPool { userPoolId = "us-east-1_Absent000" } }
            }
        }
        checks.check("a refresh brings tokens, and signing out everywhere ends it") {
            runBlocking {
                val renewed = renew()
                api.globalSignOut { accessToken = renewed.accessToken }
                refused<NotAuthorizedException> { renew() }
            }
        }
        checks.check("the paginator walks through all users") {
            runBlocking {
                repeat(5) {
                    api.adminCreateUser {
                        userPoolId = pool
                        username = Checks.newName("user")
                        messageAction = MessageActionType.Suppress
                    }
                }
                Checks.equal(6, api.listUsersPaginated { userPoolId = pool; limit = 2 }.users().count())
            }
        }
        checks.check("the pool is deleted") {
            runBlocking { api.deleteUserPool { userPoolId = pool } }
        }
        checks.run()
        api.close()
    }
}
