# Shared by all pages.

# Browser title.
title-page = { $page } · { $app }
title-error = Error: { $title }

skip = Skip to content
sending = One moment…
# The name of the link has to begin with its text.
change = Change
change-account = Change account
use-another-account = Use another account
copy = Copy
copied = Copied
back-to-sign-in = Back to sign in
sign-in = Sign in
terms-of-use = Terms of use
privacy-policy = Privacy policy

# Heading of the list of problems when there are several.
problems-heading = { $count ->
    [one] There is a problem
   *[other] There are { $count } problems
}

label-username = Username
label-email = Email
label-phone = Phone number
label-email-or-phone = Email or phone number
label-username-or-email = Username or email
label-username-or-phone = Username or phone number
label-username-email-or-phone = Username, email or phone number
label-password = Password
label-new-password = New password
label-confirm-password = Confirm new password
label-code = Code

# Codes, and requests for a new one.
code-sent-by-email = We sent a code by email to { $destination }.
code-sent-by-text = We sent a code by text message to { $destination }.
code-sent = We sent you a code.
resend-button = Send a new code
resend-wait = You can request a new one in { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
}.
resend-button-wait = Send a new code in { $seconds } s

# A development server keeps its messages; $inbox links to them.
inbox-hint = This is a development server: its messages are in the { $inbox } (opens in a new tab).
inbox-name = inbox

notice-code-sent = A new code is on its way. Earlier codes no longer work.
notice-confirmed = Your account is confirmed. Sign in to continue.
notice-password-changed = Your password has been changed. Sign in with the new one.
notice-join-account = You already have an account with this email address. Sign in to it once to connect the two. After that, you can also sign in with { $provider }.

# Error pages: title, cause, advice.
page-bad-request = This link from the app does not work
page-bad-request-why = Something in the app’s request is missing or wrong.
page-bad-request-do = Go back to the app and start again. If it keeps happening, tell the people who run the app.
page-expired = This page has expired
page-expired-why = It was open for too long, or it was opened in another browser.
page-expired-do = Nothing was changed. Start again, here or from the app.
page-not-found = Page not found
page-not-found-why = The address may be wrong, or the page may have moved.
page-not-found-do = Check the address, or go back to the app you came from.
page-link-invalid = This link is not valid
page-link-invalid-why = It may already have been used, or it may have expired.
page-link-invalid-do = Try to sign in. If your account is not confirmed yet, you can get a new code there.
page-sign-up-closed = You cannot sign up here
page-sign-up-closed-why = Only administrators can create accounts for this app.
page-sign-up-closed-do = Ask the people who run the app for an account.
page-provider-failed = Sign-in was not completed
page-provider-failed-why = The service you wanted to sign in with did not confirm who you are.
page-provider-failed-do = Go back to the app and sign in again, there or another way. If it keeps happening, tell the people who run the app.
page-too-many = Too many attempts
page-too-many-why = We received too many requests in a short time.
page-too-many-do = Wait a minute, then try again.
page-internal = Something went wrong
page-internal-why = The problem is on our side; you did nothing wrong.
page-internal-do = Try again in a moment. If it keeps happening, give the people who run the app the request ID below.
page-detail = For developers
page-detail-client-id = Exactly one client_id is required.
page-detail-unknown-client = Client does not exist.
page-detail-redirect-uri = Exactly one redirect_uri is required.
page-detail-hint-pool = id_token_hint is not an ID token of this user pool
page-detail-hint-client = client_id is not the audience of id_token_hint
page-request = Request ID
page-retry = Try again
page-start-again = Start again

# If not even an error page can be shown.
unavailable = The server cannot reach its data just now. Try again in a moment.

# A URL in the app’s request that is not registered, for developers and operators.
page-came = URL in the app’s request
page-allowed-callback = Allowed callback URLs of { $app }
page-allowed-sign-out = Allowed sign-out URLs of { $app }
page-allowed-none = None
page-allow = Add this URL to { $app }
page-allow-warning = Only add a URL that you trust: it can receive the sign-in of every user.
page-allow-warning-sign-out = Only add a URL that you trust: every user who signs out can be sent there.
page-operators = Do you run this server? Check this URL in the console
