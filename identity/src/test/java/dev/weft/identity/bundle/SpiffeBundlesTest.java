package dev.weft.identity.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.Certificates;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.svid.Rule;
import dev.weft.identity.trust.JwtAuthority;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.SvidVerifier;
import dev.weft.identity.verify.Verification;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SpiffeBundlesTest {

    private final Instant now = Clock.systemUTC().instant();
    private static final TrustDomain EAST = TrustDomain.parse("east.example");
    private static final TrustAnchor ANCHOR = anchor("anchor");
    private static final TrustAnchor OTHER = anchor("other");
    private static final JwtAuthority JWT =
            new JwtAuthority("key-1", KeyPairs.generateP256().getPublic());

    private static TrustAnchor anchor(String name) {
        return TrustAnchors.create(name, Duration.ofDays(30), Clock.systemUTC());
    }

    private static String x5c(X509Certificate certificate) {
        return "\"" + Base64.getEncoder().encodeToString(Certificates.encode(certificate)) + "\"";
    }

    private static String anchorKey(TrustAnchor anchor) {
        return "{\"use\":\"x509-svid\",\"kty\":\"EC\",\"x5c\":[" + x5c(anchor.certificate()) + "]}";
    }

    private static String jwtKey(JwtAuthority authority) {
        return "{\"use\":\"jwt-svid\",\"kid\":\"" + authority.keyId() + "\"," + members(authority.publicKey()) + "}";
    }

    private static String members(PublicKey key) {
        return JwkKeys.members(key).orElseThrow().entrySet().stream()
                .map(entry -> "\"" + entry.getKey() + "\":\"" + entry.getValue() + "\"")
                .collect(Collectors.joining(","));
    }

    private static DecodedBundle decode(String document) {
        return SpiffeBundles.decode(document.getBytes(UTF_8));
    }

    private static DecodedBundle keys(String... keys) {
        return decode("{\"keys\":[" + String.join(",", keys) + "]}");
    }

    private static void assertRefused(String document, String reason) {
        assertThatThrownBy(() -> decode(document))
                .isInstanceOf(InvalidBundleException.class)
                .hasMessageContaining(reason);
    }

    @Test
    @DisplayName("TB-01 spiffe_sequence: an integer of 64 bits, kept to the last digit")
    void tb01KeepsTheSequence() {
        assertThat(decode("{\"keys\":[],\"spiffe_sequence\":9223372036854775807}")
                        .bundle()
                        .sequence())
                .hasValue(Long.MAX_VALUE);
        assertThat(keys().bundle().sequence()).isEmpty();
        String written = SpiffeBundles.encode(
                new SpiffeBundle(List.of(), List.of(), OptionalLong.of(Long.MAX_VALUE), Optional.empty()));
        assertThat(written).isEqualTo("{\"keys\":[],\"spiffe_sequence\":9223372036854775807}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1.0", "1e3", "9223372036854775808", "100000000000000000000", "\"1\"", "null", "[1]"})
    @DisplayName("TB-01, TB-02 N: a number that is no integer from 0 to 2^63-1")
    void tb01RefusesOtherNumbers(String number) {
        assertRefused("{\"keys\":[],\"spiffe_sequence\":" + number + "}", "spiffe_sequence is ");
        assertRefused("{\"keys\":[],\"spiffe_refresh_hint\":" + number + "}", "spiffe_refresh_hint is ");
    }

    @Test
    @DisplayName("TB-02 spiffe_refresh_hint: seconds; none leaves it to the reader")
    void tb02ReadsTheRefreshHint() {
        assertThat(decode("{\"keys\":[],\"spiffe_refresh_hint\":300}").bundle().refreshHint())
                .contains(Duration.ofMinutes(5));
        assertThat(keys().bundle().refreshHint()).isEmpty();
        assertThat(decode("{\"keys\":[],\"spiffe_refresh_hint\":0}").bundle().refreshHint())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "\"keys\"", "{\"keys\":null}", "{\"keys\":{}}", "{\"keys\":[1]}"})
    @DisplayName("TB-03 N: without a list of keys it is no bundle")
    void tb03DemandsKeys(String document) {
        assertThatThrownBy(() -> decode(document)).isInstanceOf(InvalidBundleException.class);
    }

    @Test
    @DisplayName("TB-03 no keys, or none of use: nothing of the trust domain is trusted")
    void tb03EmptyBundleTrustsNothing() {
        Issuer issuer = Issuer.createUnder(ANCHOR, EAST, Duration.ofDays(1), now);
        SpiffeId web = SpiffeId.ofServiceAccount(EAST, "shop", "web");
        List<X509Certificate> chain = issuer.issue(KeyPairs.generateP256().getPublic(), web, Duration.ofHours(1), now);

        for (DecodedBundle decoded : List.of(keys(), keys("{\"use\":\"wit-svid\",\"kty\":\"EC\"}"))) {
            TrustBundles bundles =
                    TrustBundles.of(TrustBundle.of(EAST, decoded.bundle().anchors()));
            assertThat(SvidVerifier.verify(chain, bundles, now))
                    .isInstanceOfSatisfying(
                            Verification.Rejected.class,
                            rejected -> assertThat(rejected.rule()).isEqualTo(Rule.EMPTY_BUNDLE));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"kty\":\"EC\"}",
                "{\"use\":\"sig\",\"kty\":\"EC\"}",
                "{\"use\":\"wit-svid\",\"kty\":\"EC\"}",
                "{\"use\":1,\"kty\":\"EC\"}",
                "{\"use\":\"x509-svid\"}",
                "{\"use\":\"x509-svid\",\"kty\":\"OKP\",\"x5c\":[\"AA==\"]}",
                "{\"use\":\"x509-svid\",\"kty\":\"EC\",\"x5c\":\"AA==\"}",
                "{\"use\":\"x509-svid\",\"kty\":\"EC\",\"x5c\":[1]}",
                "{\"use\":\"x509-svid\",\"kty\":\"EC\",\"x5c\":[\"%\"]}",
                "{\"use\":\"x509-svid\",\"kty\":\"EC\",\"x5c\":[\"MIIB\"]}",
                "{\"use\":\"jwt-svid\",\"kid\":\"a\",\"kty\":\"oct\",\"k\":\"AA\"}",
                "{\"use\":\"jwt-svid\",\"kid\":\"a\",\"kty\":\"EC\",\"crv\":\"secp256k1\",\"x\":\"AA\",\"y\":\"AA\"}",
                "{\"use\":\"jwt-svid\",\"kid\":\"a\",\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}",
                "{\"use\":\"jwt-svid\",\"kid\":\"a\",\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}"
            })
    @DisplayName("TB-04 N: a key of unknown kty or use, or that cannot be read, is ignored and the rest kept")
    void tb04IgnoresOnlyTheKeyThatIsOfNoUse(String key) {
        DecodedBundle decoded = keys(anchorKey(ANCHOR), key, jwtKey(JWT));

        assertThat(decoded.bundle().anchors()).containsExactly(ANCHOR.certificate());
        assertThat(decoded.bundle().jwtAuthorities()).containsExactly(JWT);
        assertThat(decoded.ignored())
                .singleElement()
                .asString()
                .startsWith("keys[1]: ")
                .hasSizeLessThan(300);
    }

    @Test
    @DisplayName("TB-05 nothing more is required, and what is not known is passed over")
    void tb05RequiresNothingMore() {
        DecodedBundle decoded = decode("{\"extra\":{\"a\":[true,false,null]},\"keys\":[{\"alg\":\"ES256\",\"x\":7,"
                + anchorKey(ANCHOR).substring(1) + "]}");

        assertThat(decoded.bundle().anchors()).containsExactly(ANCHOR.certificate());
        assertThat(decoded.ignored()).isEmpty();
    }

    @Test
    @DisplayName("TB-06 a bundle map has each bundle under its trust domain, each with a sequence and hint of its own")
    void tb06ReadsBundleMaps() {
        SpiffeBundle east = new SpiffeBundle(
                List.of(ANCHOR.certificate()), List.of(JWT), OptionalLong.of(3), Optional.of(Duration.ofSeconds(60)));
        Map<TrustDomain, SpiffeBundle> bundles = Map.of(EAST, east, TrustDomain.parse("west"), SpiffeBundle.EMPTY);

        Map<TrustDomain, DecodedBundle> read =
                SpiffeBundles.decodeMap(SpiffeBundles.encodeMap(bundles).getBytes(UTF_8));

        assertThat(read).containsOnlyKeys(EAST, TrustDomain.parse("west"));
        read.forEach((domain, decoded) -> assertThat(decoded.bundle()).isEqualTo(bundles.get(domain)));
        assertThat(SpiffeBundles.decodeMap("{\"trust_domains\":{}}".getBytes(UTF_8)))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "{\"trust_domains\":[]}",
                "{\"trust_domains\":{\"a\":{\"keys\":[]},\"a\":{\"keys\":[]}}}",
                "{\"trust_domains\":{\"a\":{\"keys\":[]},\"A\":{\"keys\":[]}}}",
                "{\"trust_domains\":{\"a b\":{\"keys\":[]}}}",
                "{\"trust_domains\":{\"a\":{\"keys\":[]},\"b\":{}}}"
            })
    @DisplayName("TB-06 N: a map without trust domains, with one twice, or with one that is none, is refused whole")
    void tb06RefusesMaps(String document) {
        assertThatThrownBy(() -> SpiffeBundles.decodeMap(document.getBytes(UTF_8)))
                .isInstanceOf(InvalidBundleException.class);
    }

    @Test
    @DisplayName("X5-14 an anchor is written with use x509-svid, no kid, and exactly one certificate")
    void x514WritesAnchors() {
        String written = SpiffeBundles.encode(new SpiffeBundle(
                List.of(ANCHOR.certificate(), OTHER.certificate()), List.of(), OptionalLong.empty(), Optional.empty()));

        assertThat(written)
                .isEqualTo("{\"keys\":[" + written(ANCHOR.certificate()) + "," + written(OTHER.certificate()) + "]}");
    }

    private static String written(X509Certificate anchor) {
        return "{\"use\":\"x509-svid\"," + members(anchor.getPublicKey()) + ",\"x5c\":[" + x5c(anchor) + "]}";
    }

    @Test
    @DisplayName("X5-14 N: the certificate of no CA, or of another key than the JWK's, is no anchor")
    void x514RefusesOtherCertificates() {
        Issuer issuer = Issuer.createUnder(ANCHOR, EAST, Duration.ofDays(1), now);
        X509Certificate leaf = issuer.issue(
                        KeyPairs.generateP256().getPublic(),
                        SpiffeId.ofServiceAccount(EAST, "shop", "web"),
                        Duration.ofHours(1),
                        now)
                .getFirst();
        String ofOtherKey = "{\"use\":\"x509-svid\","
                + members(OTHER.certificate().getPublicKey()) + ",\"x5c\":[" + x5c(ANCHOR.certificate()) + "]}";

        DecodedBundle decoded = keys("{\"use\":\"x509-svid\",\"kty\":\"EC\",\"x5c\":[" + x5c(leaf) + "]}", ofOtherKey);

        assertThat(decoded.bundle().anchors()).isEmpty();
        assertThat(decoded.ignored())
                .containsExactly(
                        "keys[0]: its certificate is not that of a CA",
                        "keys[1]: its key is another than that of its certificate");
    }

    @Test
    @DisplayName("X5-15 x5c missing or empty: ignored; with several, all but the first are ignored")
    void x515TakesTheFirstCertificate() {
        String both = x5c(ANCHOR.certificate()) + "," + x5c(OTHER.certificate());

        DecodedBundle decoded = keys(
                "{\"use\":\"x509-svid\",\"kty\":\"EC\"}",
                "{\"use\":\"x509-svid\",\"kty\":\"EC\",\"x5c\":[]}",
                "{\"use\":\"x509-svid\",\"kty\":\"EC\",\"x5c\":[" + both + "]}");

        assertThat(decoded.bundle().anchors()).containsExactly(ANCHOR.certificate());
        assertThat(decoded.ignored()).containsExactly("keys[0]: it has no x5c", "keys[1]: x5c is empty");
    }

    @Test
    @DisplayName("JW-08 a JWT authority has use jwt-svid and a kid; what lacks either is none")
    void jw08TakesOnlyKeysOfThisUse() {
        String key = members(JWT.publicKey());

        DecodedBundle decoded = keys(
                jwtKey(JWT),
                "{\"use\":\"jwt-svid\"," + key + "}",
                "{\"use\":\"jwt-svid\",\"kid\":\"\"," + key + "}",
                "{\"kid\":\"key-2\"," + key + "}",
                "{\"use\":\"jwt-svid\",\"kid\":\"" + "x".repeat(129) + "\"," + key + "}");

        assertThat(decoded.bundle().jwtAuthorities()).containsExactly(JWT);
        assertThat(decoded.bundle().anchors()).isEmpty();
        assertThat(decoded.ignored()).hasSize(4);
        assertThat(SpiffeBundles.encode(decoded.bundle())).isEqualTo("{\"keys\":[" + jwtKey(JWT) + "]}");
    }

    @Test
    @DisplayName("JW-08 N: two keys under one kid")
    void jw08RefusesAmbiguousKeys() {
        JwtAuthority other = new JwtAuthority("key-1", KeyPairs.generateP256().getPublic());

        assertRefused("{\"keys\":[" + jwtKey(JWT) + "," + jwtKey(other) + "]}", "\"key-1\" is that of another key too");
        assertThat(keys(jwtKey(JWT), jwtKey(JWT)).bundle().jwtAuthorities()).containsExactly(JWT);
    }

    @Test
    void refusesAKeyOffItsCurve() {
        String x = JwkKeys.members(JWT.publicKey()).orElseThrow().get("x");
        DecodedBundle decoded = keys("{\"use\":\"jwt-svid\",\"kid\":\"a\",\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" + x
                + "\",\"y\":\"" + x + "\"}");

        assertThat(decoded.ignored()).containsExactly("keys[0]: its point is not on P-256");
    }

    @Test
    void anAnchorThatIsThereTwiceCountsOnce() {
        assertThat(keys(anchorKey(ANCHOR), anchorKey(ANCHOR)).bundle().anchors())
                .hasSize(1);
    }

    @Test
    void refusesWhatGoesBeyondALimit() {
        String many = String.join(",", Collections.nCopies(SpiffeBundles.MAX_KEYS + 1, "{}"));
        assertRefused("{\"keys\":[" + many + "]}", "129 keys (expected: at most 128)");
        assertRefused("{\"keys\":[]}" + " ".repeat(SpiffeBundles.MAX_DOCUMENT), "bytes (expected: at most 1048576)");
        String[] anchors = new String[TrustBundle.MAX_ANCHORS + 1];
        for (int i = 0; i < anchors.length; i++) {
            anchors[i] = anchorKey(anchor("anchor " + i));
        }
        assertRefused("{\"keys\":[" + String.join(",", anchors) + "]}", "33 X.509 anchors (expected: at most 32)");
    }
}
