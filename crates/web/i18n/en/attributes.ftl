# Attributes on the sign-up form.

attribute-address = Address
attribute-birthdate = Date of birth
attribute-family-name = Family name
attribute-gender = Gender
attribute-given-name = Given name
attribute-locale = Language
attribute-middle-name = Middle name
attribute-name = Name
attribute-nickname = Nickname
attribute-picture = Picture
attribute-preferred-username = Preferred username
attribute-profile = Profile page
attribute-updated-at = Last updated
attribute-website = Website
attribute-zoneinfo = Time zone

hint-locale = A language tag, such as en-US
hint-phone = Include the country code, such as +14155550100
hint-updated-at = Seconds since 1 January 1970
hint-url = The full URL, beginning with https://
hint-zoneinfo = A time zone name, such as Europe/Paris
