sign-up-title = Create an account
sign-up-for = Create your { $app } account
sign-up-button = Create account
sign-up-agreement = By signing up, you agree to our { $terms } and { $privacy }.
have-account = Already have an account?

confirm-title = Confirm your account
confirm-button = Confirm account

link-confirmed-title = Your account is confirmed
link-confirmed-text = Thank you. You can close this page or sign in now.
link-confirmed-before = It was confirmed before, with this link. You can close this page or sign in now.
