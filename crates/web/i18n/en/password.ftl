password-show = Show password
password-hide = Hide password

# The list of rules; each line ends the sentence.
rules-intro = Use a password with:
rules-met = done
rule-length = at least { $min } characters
rule-uppercase = an uppercase letter
rule-lowercase = a lowercase letter
rule-number = a number
rule-symbol = a symbol
rule-history = { $count ->
    [one] not the one you have now
   *[other] none of your last { $count } passwords
}

forgot-title = Reset your password
forgot-intro = Tell us who you are, and we will send you a code to choose a new password with.
forgot-button = Send a code

reset-title = Choose a new password
reset-sent = If there is an account by that name, a code is on its way to it.
reset-button = Change password

new-password-title = Choose your own password
new-password-intro = The password you used is temporary. Choose a new one for { $username }.
new-password-button = Save and continue
