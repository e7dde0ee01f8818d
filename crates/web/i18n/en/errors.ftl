# Problems with a form. Each text says what to do and blames nobody.

# $names is the key of the label for what people sign in with, $label is its text.
error-incorrect-credentials = { $names ->
    [label-email-or-phone] Email, phone number or password is incorrect.
    [label-username-or-email] Username, email or password is incorrect.
    [label-username-or-phone] Username, phone number or password is incorrect.
    [label-username-email-or-phone] Username, email, phone number or password is incorrect.
   *[other] { $label } or password is incorrect.
}
error-no-such-provider = No company in this app uses addresses like this one. Check the address, or sign in another way.
error-no-such-user = No account was found. Check the spelling.
error-code-mismatch = The code is incorrect. Check it, or request a new one.
error-code-mismatch-totp = The code is incorrect. It changes every 30 seconds; enter the current one.
error-code-used = This code was used already. Wait for the next one; it comes within 30 seconds.
error-recovery-code = This code is incorrect or was used already. Check it, or enter another one.
error-code-expired = The code has expired. Request a new one.
error-passkey-refused = This passkey cannot be used to sign in here. Sign in another way.
error-passkey-not-added = The passkey could not be added. Try again.
error-too-many-passkeys = You have as many passkeys as an account can have.
error-limit = Too many attempts. Wait a while, then try again.
error-password-too-short = The password is too short. Use at least { $min } characters.
error-password-uppercase = The password needs an uppercase letter.
error-password-lowercase = The password needs a lowercase letter.
error-password-number = The password needs a number.
error-password-symbol = The password needs a symbol, such as ! or ?.
error-password-space = The password must not begin or end with a space.
error-password-reused = You have used this password before. Choose another one.
error-password-policy = The password does not meet the rules below.
error-passwords-differ = The passwords do not match.
error-username-exists = This username is taken. Choose another one, or sign in.
error-invalid-username = A username has no spaces and at most 128 characters.
error-username-is-alias = Choose a username that is not an email address or a phone number.
error-alias-exists = An account with this email or phone number already exists. Sign in instead.
error-user-disabled = This account is disabled. Ask the people who run the app.
error-user-not-confirmed = This account is not confirmed yet. Enter the code we sent you.
error-reset-required = You need to choose a new password before you can sign in.
error-locked-out = Too many failed attempts. This account is locked for a while; try again later.
error-session-expired = That took too long. Sign in again.
error-delivery-failed = We could not send the code. Try again later, or ask the people who run the app.
error-cannot-send = We cannot send you a code. Ask the people who run the app.
error-sign-up-closed = Only administrators can create accounts for this app.
error-required = { $label } is missing.
error-invalid-email = Enter a complete email address, such as ada@example.org.
error-foreign-email = Use an email address at { $domains }. Other addresses cannot sign up here.
error-invalid-phone = Enter the phone number with its country code, such as +14155550100.
error-too-long = { $label } is too long.
error-invalid-value = { $label } is not valid.
error-temporary-password-expired = Your temporary password has expired. Ask the people who run the app for a new one.
error-no-second-factor = You need a second factor to sign in, and your account has none. Ask the people who run the app.
error-already-confirmed = This account is confirmed already. Sign in instead.
error-no-recovery = The password of this account cannot be reset here. Ask the people who run the app.
error-refused = This is not possible here. Ask the people who run the app.
error-generic = That did not work. Try again.
