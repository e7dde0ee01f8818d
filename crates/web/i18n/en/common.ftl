# Shared by all pages.

# Browser title.
title-page = { $page } · { $app }
title-error = Error: { $title }

skip = Skip to the content
sending = One moment…
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

label-username = User name
label-email = Email
label-phone = Phone number
label-email-or-phone = Email or phone number
label-username-or-email = User name or email
label-username-or-phone = User name or phone number
label-username-email-or-phone = User name, email or phone number
label-password = Password
label-new-password = New password
label-confirm-password = New password again
label-code = Code

# Codes and asking for another.
code-sent-by-email = We sent a code by email to { $destination }.
code-sent-by-text = We sent a code by text message to { $destination }.
code-sent = We sent you a code.
resend-question = No code yet?
resend-button = Send a new code
resend-wait = You can ask for a new one in { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
}.
resend-button-wait = Send a new code in { $seconds } s

# The server of a developer keeps mails and texts; $inbox links to them.
inbox-hint = This server is for development: what it sends is in the { $inbox } (opens in a new tab).
inbox-name = inbox

notice-code-sent = A new code is on its way. Codes from before no longer work.
notice-confirmed = Your account is ready. Sign in to go on.
notice-password-changed = Your password was changed. Sign in with the new one.

# Pages that say what went wrong: title, why, what to do.
page-bad-request = This link from the app does not work
page-bad-request-why = The app sent you here with something missing or wrong.
page-bad-request-do = Go back to the app and start again. If it keeps happening, tell the people who run the app.
page-expired = This page has expired
page-expired-why = It was open for too long, or it was opened in another browser.
page-expired-do = Nothing was changed. Start again, here or from the app.
page-not-found = There is no page here
page-not-found-why = The address may be mistyped, or the page has moved.
page-not-found-do = Check the address, or go back to the app you came from.
page-link-invalid = This link does not work
page-link-invalid-why = It may have been used already, or it is too old.
page-link-invalid-do = Try to sign in. If your account still needs confirming, you can ask for a new code there.
page-sign-up-closed = You cannot sign up here
page-sign-up-closed-why = Accounts for this app are made by its administrators.
page-sign-up-closed-do = Ask the people who run the app for an account.
page-provider-failed = Sign-in was not completed
page-provider-failed-why = The service you wanted to sign in with did not confirm who you are.
page-provider-failed-do = Try again, or sign in another way.
page-too-many = Too many attempts
page-too-many-why = There were more requests from here than we allow in a short time.
page-too-many-do = Wait a minute, then try again.
page-internal = Something went wrong
page-internal-why = The fault is ours; nothing you typed caused it.
page-internal-do = Try again in a moment. If it keeps happening, tell the people who run the app and name the request below.
page-detail = For developers
page-request = Request
page-retry = Try again
page-start-again = Start again

# An address that the app named and that is not registered, for whoever sets the app up.
page-came = Address that the app named
page-allowed-callback = Callback URLs of { $app }
page-allowed-sign-out = Sign-out URLs of { $app }
page-allowed-none = None
page-allow = Add it to { $app }
page-allow-warning = Add only an address that you know: whoever answers there receives everybody who signs in.
page-allow-warning-sign-out = Add only an address that you know: everybody who signs out of the app can be sent there.
page-operators = Do you run this server? See this address in the console
