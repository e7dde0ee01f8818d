# Mails and text messages, for user pools without a text of their own.
#
# { $code }, { $username } and { $link } become the placeholders {####}, {username} and {##…##}: keep them. The body of a
# mail is HTML, so & < > are &amp; &lt; &gt; there. A subject or a text message is plain text of at most 140 characters.

# Confirms a new account or a changed address.
mail-verification-subject = Confirm your email address
mail-verification-body = Enter this code to confirm your email address: { $code }

# The same with a link. mail-link-label is the text of the link.
mail-link-subject = Confirm your email address
mail-link-body = Follow this link to confirm your email address: { $link }
mail-link-label = Confirm

mail-forgot-password-subject = Reset your password
mail-forgot-password-body = Enter this code to choose a new password: { $code }

# To a user whom an administrator created. Here $code is the temporary password.
mail-invitation-subject = Your new account
mail-invitation-body = An account was made for you. Sign in as { $username } with the temporary password { $code }

# The same to a user who signs in without a password.
mail-invitation-without-password-subject = Your new account
mail-invitation-without-password-body = An account was made for you. Sign in as { $username }

# A code that is a factor.
mail-sign-in-subject = Your code to sign in
mail-sign-in-body = Enter this code to sign in: { $code }

# The same as text messages.
sms-verification-body = Enter this code to confirm your phone number: { $code }
sms-forgot-password-body = Enter this code to choose a new password: { $code }
sms-invitation-body = Sign in as { $username } with the temporary password { $code }
sms-invitation-without-password-body = An account was made for you. Sign in as { $username }
sms-sign-in-body = Enter this code to sign in: { $code }

# Tells a user that one of their recovery codes was used.
mail-recovery-code-subject = A recovery code was used
mail-recovery-code-body = One of your recovery codes was just used to sign in to your account. If that was not you, change your password at once.
sms-recovery-code-body = One of your recovery codes was just used to sign in. If that was not you, change your password at once.

# Tells a user that they have new recovery codes.
mail-new-recovery-codes-subject = New recovery codes
mail-new-recovery-codes-body = New recovery codes for your account were just saved. If that was not you, change your password at once, and ask the people who run the app to reset your second factor.
sms-new-recovery-codes-body = New recovery codes for your account were just saved. If that was not you, change your password at once.

# Tells a user that a passkey was added.
mail-new-passkey-subject = New passkey
mail-new-passkey-body = A passkey was just added to your account: it signs in without the password. If that was not you, ask the people who run the app to delete it, and change your password at once.
sms-new-passkey-body = A passkey was just added to your account. If that was not you, ask the people who run the app to delete it.

# An operator's test of the mail server; $url is the address of this server.
mail-test-subject = Test mail
mail-test-body = <p>This is a test mail of the server at { $url }. Its mail works.</p>
