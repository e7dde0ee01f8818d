sign-in-title = Sign in
sign-in-to = Sign in to { $app }
forgot-it = Forgot your password?
sign-in-next = Continue
sign-in-or = or
first-passkey = Use a passkey
first-email = Get a code by email
first-text = Get a code by text message
sign-in-with = Continue with { $provider }
provider-amazon = Amazon
provider-apple = Apple
new-here = New user?
create-account = Create an account

continue-title = You are already signed in
continue-as = This browser is signed in as { $username }.
continue-further = This browser is signed in as { $username }. The app asks for one more step to confirm that it is you.
continue-button = Continue as { $username }
continue-other = Use another account

sign-out-title = Sign out?
sign-out-text = This ends your session in this browser. Apps may keep you signed in for a while.
sign-out-button = Sign out
signed-out-title = You are signed out
signed-out-text = You can close this page. On a shared computer, close the browser too.
sign-in-again = Sign in again
