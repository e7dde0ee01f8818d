totp-setup-title = Set up your authenticator app
totp-setup-intro = This app requires a second factor: a code from an authenticator app on your phone.
totp-step-scan = Scan this QR code with your authenticator app.
totp-qr = QR code for your authenticator app
totp-open = Open in an app on this device
totp-no-camera = No camera? Enter this key instead
totp-key = Key
totp-copy-key = Copy key
totp-step-code = Enter the code from the app.
totp-setup-button = Turn on and continue
hint-totp-code = 6 digits; changes every 30 seconds

address-setup-title-email = Add your email address
address-setup-title-text = Add your phone number
address-setup-intro = This app requires a second factor: a code that is sent to you each time you sign in.
address-setup-button = Send code

totp-title = Enter your code
totp-intro = Open your authenticator app and enter the code it shows for { $app }.
code-title-email = Check your email
code-title-text = Check your phone
code-button = Continue
code-other = Try another way

choose-title = Two-step verification
choose-intro = Choose how to confirm that it is you.
choose-set-up-title = Protect your account
choose-set-up-intro = This app requires a second factor each time you sign in. Choose the one that suits you.
factor-totp = Authenticator app
factor-totp-detail = A code from an app on your phone
factor-text = Text message
factor-email = Email
factor-sent-to = A code sent to { $destination }
factor-sent = A code sent to you
factor-recovery = Recovery code
factor-recovery-detail = One of the codes that you saved

recovery-codes-title = Save your recovery codes
recovery-codes-intro = If you lose your second factor, each of these codes signs you in once. Keep them in a safe place: they are not shown again.
recovery-codes-list = Recovery codes
recovery-codes-copy = Copy recovery codes
recovery-codes-button = I saved them
recovery-codes-later = Not now
recovery-title = Enter a recovery code
recovery-intro = Each of the codes that you saved for { $app } signs you in once.
label-recovery-code = Recovery code
