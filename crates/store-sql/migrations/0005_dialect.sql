-- The claims that apps ask for by name (`claims` of an authorization request), as JSON.
ALTER TABLE authorization_codes ADD COLUMN claims {TEXT};
ALTER TABLE families ADD COLUMN claims {TEXT};
