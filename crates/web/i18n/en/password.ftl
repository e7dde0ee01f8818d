password-show = Show password
password-hide = Hide password

# The password policy; each line is one rule.
rules-intro = Password requirements:
rules-met = done
rule-length = at least { $min } characters
rule-uppercase = an uppercase letter
rule-lowercase = a lowercase letter
rule-number = a number
rule-symbol = a symbol
rule-history = { $count ->
    [one] not your current password
   *[other] none of your last { $count } passwords
}

forgot-title = Reset your password
forgot-intro = We will send you a code to reset your password.
forgot-button = Send a code

reset-title = Choose a new password
reset-sent = If there is an account with that name, we have sent it a code.
reset-button = Change password

new-password-title = Choose your own password
new-password-intro = The password you used is temporary. Choose a new one for { $username }.
new-password-button = Save and continue
