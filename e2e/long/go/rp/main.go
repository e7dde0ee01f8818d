// An app with go-oidc. One argument: {issuer, client, secret, base, port} as JSON.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

type settings struct {
	Issuer, Client, Secret, Base string
	Port                         int
}

func main() {
	var set settings
	if err := json.Unmarshal([]byte(os.Args[1]), &set); err != nil {
		panic(err)
	}
	ctx := context.Background()
	provider, err := oidc.NewProvider(ctx, set.Issuer)
	if err != nil {
		panic(err)
	}
	verifier := provider.Verifier(&oidc.Config{ClientID: set.Client})
	config := oauth2.Config{ClientID: set.Client, ClientSecret: set.Secret, Endpoint: provider.Endpoint(),
		RedirectURL: set.Base + "/callback", Scopes: []string{oidc.ScopeOpenID, "email", "profile"}}
	var found struct {
		End string `json:"end_session_endpoint"`
	}
	if err := provider.Claims(&found); err != nil {
		panic(err)
	}
	// One visitor at a time: their verifier, nonce and tokens.
	proof, nonce := oauth2.GenerateVerifier(), "nonce-of-this-app"
	var tokens *oauth2.Token

	claims := func(w http.ResponseWriter, nonce string) {
		raw, _ := tokens.Extra("id_token").(string)
		idToken, err := verifier.Verify(ctx, raw)
		if err != nil {
			http.Error(w, err.Error(), 500)
			return
		}
		if err := idToken.VerifyAccessToken(tokens.AccessToken); err != nil || (nonce != "" && idToken.Nonce != nonce) {
			http.Error(w, fmt.Sprint("at_hash or nonce: ", err), 500)
			return
		}
		var all map[string]any
		if err := idToken.Claims(&all); err != nil {
			http.Error(w, err.Error(), 500)
			return
		}
		json.NewEncoder(w).Encode(all)
	}
	http.HandleFunc("/me", func(w http.ResponseWriter, _ *http.Request) { json.NewEncoder(w).Encode(tokens != nil) })
	http.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, config.AuthCodeURL("state", oidc.Nonce(nonce), oauth2.S256ChallengeOption(proof)), http.StatusFound)
	})
	http.HandleFunc("/callback", func(w http.ResponseWriter, r *http.Request) {
		got, err := config.Exchange(ctx, r.URL.Query().Get("code"), oauth2.VerifierOption(proof))
		if err != nil {
			http.Error(w, err.Error(), 500)
			return
		}
		tokens = got
		claims(w, nonce)
	})
	http.HandleFunc("/info", func(w http.ResponseWriter, _ *http.Request) {
		info, err := provider.UserInfo(ctx, oauth2.StaticTokenSource(tokens))
		if err != nil {
			http.Error(w, err.Error(), 500)
			return
		}
		json.NewEncoder(w).Encode(map[string]any{"sub": info.Subject, "email": info.Email, "verified": info.EmailVerified})
	})
	http.HandleFunc("/renew", func(w http.ResponseWriter, _ *http.Request) {
		got, err := config.TokenSource(ctx, &oauth2.Token{RefreshToken: tokens.RefreshToken}).Token()
		if err != nil {
			http.Error(w, err.Error(), 500)
			return
		}
		tokens = got
		claims(w, "")
	})
	http.HandleFunc("/logout", func(w http.ResponseWriter, r *http.Request) {
		raw, _ := tokens.Extra("id_token").(string)
		tokens = nil
		query := url.Values{"id_token_hint": {raw}, "post_logout_redirect_uri": {set.Base + "/me"}}
		http.Redirect(w, r, found.End+"?"+query.Encode(), http.StatusFound)
	})
	panic(http.ListenAndServe(fmt.Sprintf("127.0.0.1:%d", set.Port), nil))
}
