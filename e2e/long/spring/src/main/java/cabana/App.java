package cabana;

import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.client.oidc.web.logout.OidcClientInitiatedLogoutSuccessHandler;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.annotation.RegisteredOAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** An app with Spring Security's login, its resource server below /api, and its sign-out at the provider. */
@SpringBootApplication
@RestController
public class App {
    public static void main(String[] options) {
        SpringApplication.run(App.class, options);
    }

    @Bean
    @Order(1)
    SecurityFilterChain api(HttpSecurity http) throws Exception {
        return http.securityMatcher("/api/**").authorizeHttpRequests(it -> it.anyRequest().authenticated())
                .oauth2ResourceServer(it -> it.jwt(Customizer.withDefaults())).build();
    }

    @Bean
    @Order(2)
    SecurityFilterChain pages(HttpSecurity http, ClientRegistrationRepository clients) throws Exception {
        OidcClientInitiatedLogoutSuccessHandler end = new OidcClientInitiatedLogoutSuccessHandler(clients);
        end.setPostLogoutRedirectUri("{baseUrl}");
        return http.authorizeHttpRequests(it -> it.requestMatchers("/open").permitAll().anyRequest().authenticated())
                .oauth2Login(Customizer.withDefaults()).logout(it -> it.logoutSuccessHandler(end)).build();
    }

    @GetMapping("/open")
    String open() {
        return "open";
    }

    @GetMapping("/me")
    Map<String, Object> me(@AuthenticationPrincipal OidcUser user,
            @RegisteredOAuth2AuthorizedClient("cabana") OAuth2AuthorizedClient client) {
        return Map.of("claims", user.getIdToken().getClaims(), "info", user.getUserInfo().getClaims(),
                "access", client.getAccessToken().getTokenValue());
    }

    @GetMapping("/api/me")
    Map<String, Object> whose(@AuthenticationPrincipal Jwt token) {
        return Map.of("sub", token.getSubject(), "client", token.getClaimAsString("client_id"));
    }
}
