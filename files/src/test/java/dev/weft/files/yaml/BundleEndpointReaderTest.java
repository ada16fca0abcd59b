package dev.weft.files.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.identity.bundle.SpiffeBundle;
import dev.weft.identity.bundle.SpiffeBundles;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.JwtAuthority;
import dev.weft.mesh.model.BundleEndpoint;
import dev.weft.mesh.model.TrustDomainObject;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The section {@code bundleEndpoint} of TrustDomain objects. */
final class BundleEndpointReaderTest {

    private static final String SPIFFE = "url: 'https://east:8443/', profile: https_spiffe";
    private static final String ID = "endpointSpiffeId: 'spiffe://east.example/ns/weft-system/sa/weft-control'";

    private final X509Certificate ca =
            TrustAnchors.create("ca", Duration.ofDays(1), Clock.systemUTC()).certificate();

    private Parsed read(String fields, boolean anchors) {
        String pem = Pem.encodeCertificates(List.of(ca)).strip().replace("\n", "\n    ");
        return RegistryFiles.parse(Path.of("trust.yaml"), """
                apiVersion: weft.dev/v1alpha1
                kind: TrustDomain
                metadata: {name: east.example}
                spec:
                  bundleEndpoint: {FIELDS}
                ANCHORS""".replace("FIELDS", fields)
                .replace("ANCHORS", anchors ? "  anchors: |\n    " + pem : ""));
    }

    private BundleEndpoint endpoint(String fields) {
        Parsed parsed = read(fields, true);
        assertThat(parsed.errors()).isEmpty();
        return Objects.requireNonNull(parsed.objects().trustDomains().get(TrustDomain.parse("east.example")))
                .bundleEndpoint()
                .orElseThrow();
    }

    private void assertRefused(String fields, String reason) {
        assertThat(read(fields, true).errors())
                .anySatisfy(error -> assertThat(error.reason()).contains(reason));
    }

    @Test
    @DisplayName("FE-02 URL, profile and trust domain are configured")
    void fe02ReadsBothProfiles() {
        assertThat(endpoint(SPIFFE + ", " + ID))
                .isEqualTo(new BundleEndpoint(
                        URI.create("https://east:8443/"),
                        new BundleEndpoint.Profile.HttpsSpiffe(
                                SpiffeId.parse("spiffe://east.example/ns/weft-system/sa/weft-control"))));
        assertThat(endpoint("url: 'https://east/b', profile: https_web").profile())
                .isEqualTo(new BundleEndpoint.Profile.HttpsWeb(List.of()));
        String pem = Pem.encodeCertificates(List.of(ca)).replace("\n", "\\n");
        assertThat(endpoint("url: 'https://east/b', profile: https_web, caCertificates: \"" + pem + "\"")
                        .profile())
                .isEqualTo(new BundleEndpoint.Profile.HttpsWeb(List.of(ca)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "profile: https_web | url: the field is missing",
                "url: 'https://east/' | profile: the field is missing",
                "url: 'https://east/', profile: web | expected: https_web or https_spiffe",
                "url: 'https://east/', profile: https_spiffe | endpointSpiffeId: the field is missing",
                "url: 'https://east/', profile: https_spiffe, endpointSpiffeId: east | a SPIFFE ID",
                "url: 'https://east/', profile: https_spiffe, endpointSpiffeId: 'spiffe://east' | with a path",
                "url: 'https://east/', profile: https_web, endpointSpiffeId: 'spiffe://e/x' | only an endpoint of profile https_spiffe",
                "url: 'https://east/', profile: https_web, caCertificates: x | certificates in PEM form",
                "url: 'https://east/', profile: https_web, other: x | unknown field other"
            })
    @DisplayName("FE-02 N: nothing of it is guessed")
    void fe02RefusesHalfAnEndpoint(String fields, String reason) {
        assertRefused(fields, reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://east/",
                "https://user@east/",
                "https://user:pass@east/",
                "https:///",
                "//east/",
                "east",
                "https://east/#here",
                "spiffe://east/",
                "https://ea st/"
            })
    @DisplayName("FE-04 N: a URL that is not https, or with a user")
    void fe04RefusesUrls(String url) {
        assertRefused("url: '" + url + "', profile: https_web", "https://");
    }

    @Test
    @DisplayName("FE-04 N: in code too")
    void fe04RefusesUrlsInCode() {
        assertThatThrownBy(() ->
                        new BundleEndpoint(URI.create("http://east/"), new BundleEndpoint.Profile.HttpsWeb(List.of())))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(BundleEndpoint.unmet(URI.create("https://east/" + "x".repeat(BundleEndpoint.MAX_URL))))
                .isPresent();
    }

    @Test
    @DisplayName("FE-09 a bundle in the form of SPIFFE is taken to begin with")
    void fe09TakesABundleOfSpiffe() {
        JwtAuthority jwt = new JwtAuthority("k", KeyPairs.generateP256().getPublic());
        String bundle =
                SpiffeBundles.encode(new SpiffeBundle(List.of(ca), List.of(jwt), OptionalLong.of(1), Optional.empty()));
        Parsed parsed = readBundle(bundle, SPIFFE + ", " + ID);
        assertThat(parsed.errors()).isEmpty();
        TrustDomainObject object =
                Objects.requireNonNull(parsed.objects().trustDomains().get(TrustDomain.parse("east.example")));
        assertThat(object.anchors()).containsExactly(ca);
        assertThat(object.jwtAuthorities()).containsExactly(jwt);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{} | bundle: ",
                "{'keys':[]} | there is no anchor in it",
                "{'keys':[{'use':'x509-svid','kty':'oct'}]} | there is no anchor in it (expected: at least one); ignored: ",
                "-----BEGIN CERTIFICATE----- | bundle: "
            })
    @DisplayName("FE-09 N: a bundle that nothing can begin with")
    void fe09RefusesABundleThatIsNone(String bundle, String reason) {
        assertThat(readBundle(bundle.replace('\'', '"'), SPIFFE + ", " + ID).errors())
                .anySatisfy(error -> assertThat(error.reason()).contains(reason));
    }

    @Test
    void refusesABundleBesideAnchors() {
        String pem = Pem.encodeCertificates(List.of(ca)).replace("\n", "\\n");
        Parsed parsed = readBundle("{}\n  anchors: \"" + pem + "\"", SPIFFE + ", " + ID);
        assertThat(parsed.errors())
                .singleElement()
                .satisfies(error -> assertThat(error.reason()).contains("bundle: there are anchors too"));
    }

    private static Parsed readBundle(String bundle, String endpoint) {
        return RegistryFiles.parse(
                Path.of("trust.yaml"), """
                apiVersion: weft.dev/v1alpha1
                kind: TrustDomain
                metadata: {name: east.example}
                spec:
                  bundleEndpoint: {FIELDS}
                  bundle: |
                    BUNDLE
                """.replace("FIELDS", endpoint).replace("BUNDLE", bundle));
    }

    @Test
    @DisplayName("FE-09 N: an endpoint that its own bundle proves, and no anchors to begin with")
    void fe09DemandsABootstrap() {
        assertThat(read(SPIFFE + ", " + ID, false).errors())
                .singleElement()
                .satisfies(error -> assertThat(error.reason()).contains("anchors: the field is missing"));
        assertThat(read("url: 'https://east/', profile: https_web", false).errors())
                .isEmpty();
        assertThat(read(SPIFFE + ", endpointSpiffeId: 'spiffe://north.example/x'", false)
                        .errors())
                .isEmpty();
    }
}
