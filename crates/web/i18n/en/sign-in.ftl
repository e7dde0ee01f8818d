sign-in-title = Sign in
sign-in-to = Sign in to { $app }
forgot-it = Forgot your password?
sign-in-or = or
sign-in-with = Continue with { $provider }
provider-amazon = Amazon
provider-apple = Apple
new-here = New user?
create-account = Create an account

continue-title = You are already signed in
continue-as = This browser is signed in as { $username }.
continue-button = Continue as { $username }
continue-other = Use another account

sign-out-title = Sign out?
sign-out-text = This ends your session in this browser. Apps may keep you signed in for a while.
sign-out-button = Sign out
signed-out-title = You are signed out
signed-out-text = You can close this page. On a shared computer, close the browser too.
sign-in-again = Sign in again
