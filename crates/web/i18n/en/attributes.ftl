# What people may be asked for when they sign up.

attribute-address = Address
attribute-birthdate = Date of birth
attribute-family-name = Last name
attribute-gender = Gender
attribute-given-name = First name
attribute-locale = Language
attribute-middle-name = Middle name
attribute-name = Name
attribute-nickname = Nickname
attribute-picture = Picture
attribute-preferred-username = Preferred user name
attribute-profile = Profile page
attribute-updated-at = Last updated
attribute-website = Website
attribute-zoneinfo = Time zone

hint-locale = As a language tag, such as en-US
hint-phone = With the country code, such as +14155550100
hint-updated-at = In seconds since 1 January 1970
hint-url = The full address, beginning with https://
hint-zoneinfo = By its place, such as Europe/Paris
