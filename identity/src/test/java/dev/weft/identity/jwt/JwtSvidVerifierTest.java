package dev.weft.identity.jwt;

import static dev.weft.identity.jwt.Tokens.AUDIENCE;
import static dev.weft.identity.jwt.Tokens.DOMAIN;
import static dev.weft.identity.jwt.Tokens.NOW;
import static dev.weft.identity.jwt.Verdicts.KEYS;
import static dev.weft.identity.jwt.Verdicts.assertRefused;
import static dev.weft.identity.jwt.Verdicts.token;
import static dev.weft.identity.jwt.Verdicts.verify;
import static dev.weft.identity.jwt.Verdicts.withClaims;
import static dev.weft.identity.jwt.Verdicts.withHeader;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.bundle.SpiffeBundles;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.JwtAuthority;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECPoint;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** JWT-SVID, each rule of it. */
class JwtSvidVerifierTest {

    private static final SpiffeId WEB = SpiffeId.parse("spiffe://td.example/ns/shop/sa/web");
    /** One for all algorithms that take such a key: it takes a second to make. */
    private static final KeyPair RSA = Tokens.rsa(2048);

    @Test
    @DisplayName("JW-01 a token in compact serialization")
    void jw01AcceptsCompactSerialization() {
        assertThat(verify(withClaims(Tokens.claims())))
                .isInstanceOfSatisfying(JwtVerification.Verified.class, verified -> {
                    assertThat(verified.svid().subject()).isEqualTo(WEB);
                    assertThat(verified.svid().audiences()).containsExactly(AUDIENCE);
                    assertThat(verified.svid().expiresAt()).isEqualTo(NOW.plusSeconds(60));
                    assertThat(verified.svid())
                            .asString()
                            .doesNotContain(verified.svid().token());
                });
    }

    @Test
    @DisplayName("JW-01 JSON serialization, padding, other alphabets, parts missing or added")
    void jw01RefusesOtherSerializations() {
        String good = withClaims(Tokens.claims());
        String[] parts = good.split("\\.", -1);
        assertRefused(
                "{\"protected\":\"" + parts[0] + "\",\"payload\":\"" + parts[1] + "\",\"signature\":\"" + parts[2]
                        + "\"}",
                JwtRule.NOT_COMPACT);
        assertRefused("", JwtRule.NOT_COMPACT);
        assertRefused("..", JwtRule.NOT_COMPACT);
        assertRefused(parts[0] + "." + parts[1], JwtRule.NOT_COMPACT);
        assertRefused(parts[0] + "." + parts[1] + ".", JwtRule.NOT_COMPACT);
        assertRefused(good + ".x", JwtRule.NOT_COMPACT);
        assertRefused(good + "==", JwtRule.NOT_COMPACT);
        assertRefused(good + "\n", JwtRule.NOT_COMPACT);
        assertRefused(" " + good, JwtRule.NOT_COMPACT);
        assertRefused(parts[0] + "." + parts[1] + "." + parts[2].substring(1), JwtRule.NOT_COMPACT);
        assertRefused("a".repeat(JwtSvidVerifier.MAX_TOKEN + 1), JwtRule.TOO_LARGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"crit", "jku", "x5u", "jwk", "x5c", "cty", "b64", "mine"})
    @DisplayName("JW-02 any header parameter beside alg, kid and typ")
    void jw02RefusesOtherHeaderParameters(String parameter) {
        assertRefused(withHeader("{\"alg\":\"ES256\",\"kid\":\"k1\",\"" + parameter + "\":\"x\"}"), JwtRule.HEADER);
    }

    @Test
    @DisplayName("JW-02 what we issue has alg, kid and typ in its header and nothing else")
    void jw02IssuesNoOtherHeaderParameters() throws Exception {
        JwtSvid svid = JwtSigningKey.generate().sign(WEB, List.of(AUDIENCE), "1", NOW, NOW.plusSeconds(60));
        assertThat(JwtParts.of(svid.token()).header().keySet()).containsExactlyInAnyOrder("alg", "kid", "typ");
    }

    @ParameterizedTest
    @CsvSource({
        "ES256, secp256r1",
        "ES384, secp384r1",
        "ES512, secp521r1",
        "RS256, ",
        "RS384, ",
        "RS512, ",
        "PS256, ",
        "PS384, ",
        "PS512, "
    })
    @DisplayName("JW-03 the nine algorithms")
    void jw03AcceptsTheNineAlgorithms(String algorithm, String curve) {
        KeyPair keys = curve == null ? RSA : Tokens.elliptic(curve);
        String token = Tokens.sign(algorithm, keys.getPrivate(), Tokens.header(algorithm), Tokens.claims());
        assertThat(JwtSvidVerifier.verify(token, AUDIENCE, Tokens.trusting(keys), NOW))
                .isInstanceOf(JwtVerification.Verified.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "HS256", "HS384", "HS512", "EdDSA", "Ed25519", "ES256K", "es256", ""})
    @DisplayName("JW-03 any other algorithm, before anything else is looked at")
    void jw03RefusesOtherAlgorithms(String algorithm) {
        String header = Tokens.base64Url(Tokens.header(algorithm));
        assertRefused(header + "." + Tokens.base64Url("not even JSON") + ".AAAA", JwtRule.ALGORITHM);
        assertRefused(withHeader(Tokens.header(algorithm)), JwtRule.ALGORITHM);
    }

    @Test
    @DisplayName("JW-03 an algorithm that is missing or no string")
    void jw03RefusesNoAlgorithm() {
        assertRefused(withHeader("{\"kid\":\"k1\"}"), JwtRule.ALGORITHM);
        assertRefused(withHeader("{\"alg\":[\"ES256\"],\"kid\":\"k1\"}"), JwtRule.ALGORITHM);
    }

    @Test
    @DisplayName("JW-03 an algorithm of another kind than the key")
    void jw03RefusesAnAlgorithmThatDoesNotFitTheKey() {
        assertRefused(withHeader(Tokens.header("RS256")), JwtRule.UNFIT_KEY);
        assertRefused(withHeader(Tokens.header("ES384")), JwtRule.UNFIT_KEY);
        KeyPair weak = Tokens.rsa(1024);
        String token = Tokens.sign("RS256", weak.getPrivate(), Tokens.header("RS256"), Tokens.claims());
        assertThat(JwtSvidVerifier.verify(token, AUDIENCE, Tokens.trusting(weak), NOW))
                .hasToString("RSA key of 1024 bits (expected: 2048 to 8192) [UNFIT_KEY, limit]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"JWT\"", "\"JOSE\""})
    @DisplayName("JW-04 type JWT or JOSE")
    void jw04AcceptsTheTwoTypes(String type) {
        assertThat(verify(withHeader("{\"alg\":\"ES256\",\"kid\":\"k1\",\"typ\":" + type + "}")))
                .isInstanceOf(JwtVerification.Verified.class);
        assertThat(verify(withHeader("{\"alg\":\"ES256\",\"kid\":\"k1\"}")))
                .isInstanceOf(JwtVerification.Verified.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"jwt\"", "\"at+jwt\"", "\"wit+jwt\"", "\"\"", "null", "1", "[\"JWT\"]"})
    @DisplayName("JW-04 another type")
    void jw04RefusesOtherTypes(String type) {
        assertRefused(withHeader("{\"alg\":\"ES256\",\"kid\":\"k1\",\"typ\":" + type + "}"), JwtRule.TYPE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\"sub\":\"\",",
                "\"sub\":\"web\",",
                "\"sub\":\"https://td.example/web\",",
                "\"sub\":\"spiffe://td.example/../web\",",
                "\"sub\":[\"spiffe://td.example/web\"],",
                "\"sub\":null,",
                "\"sub\":7,"
            })
    @DisplayName("JW-05 a subject that is no SPIFFE ID")
    void jw05RefusesOtherSubjects(String subject) {
        assertRefused(
                withClaims("{" + subject + "\"aud\":\"db\",\"exp\":"
                        + NOW.plusSeconds(60).getEpochSecond() + "}"),
                JwtRule.SUBJECT);
    }

    @Test
    @DisplayName("JW-06 an audience among several, or as one string")
    void jw06AcceptsOneOfSeveralAudiences() {
        assertThat(verify(withClaims(Tokens.claims().replace("[\"db\"]", "[\"cache\",\"db\"]"))))
                .isInstanceOf(JwtVerification.Verified.class);
        assertThat(verify(withClaims(Tokens.claims().replace("[\"db\"]", "\"db\""))))
                .isInstanceOf(JwtVerification.Verified.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "\"cache\"", "[\"cache\"]", "\"DB\"", "\"db \"", "\"d\"", "null", "{\"db\":1}", "{}"})
    @DisplayName("JW-06 no audience, or not the validator's")
    void jw06RefusesOtherAudiences(String audience) {
        assertRefused(withClaims(Tokens.claims().replace("[\"db\"]", audience)), JwtRule.AUDIENCE);
    }

    @Test
    @DisplayName("JW-06 no aud at all, or one that is no string")
    void jw06RefusesNoAudience() {
        assertRefused(withClaims(Tokens.claims().replace("\"aud\":[\"db\"],", "")), JwtRule.AUDIENCE);
        assertRefused(withClaims(Tokens.claims().replace("[\"db\"]", "[\"db\",7]")), JwtRule.MALFORMED);
    }

    @Test
    @DisplayName("JW-07 no exp, or one that is past by more than the leeway")
    void jw07RefusesTokensThatHaveEndedOrNeverEnd() {
        assertRefused(withClaims("{\"sub\":\"" + WEB + "\",\"aud\":\"db\"}"), JwtRule.NO_EXPIRY);
        assertRefused(withClaims(exp(NOW.minus(JwtClaims.LEEWAY))), JwtRule.EXPIRED);
        assertRefused(withClaims(exp(Instant.EPOCH)), JwtRule.EXPIRED);
        assertThat(verify(withClaims(exp(NOW.minus(JwtClaims.LEEWAY).plusSeconds(1)))))
                .isInstanceOf(JwtVerification.Verified.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"1893456060\"", "null", "-1", "1e30", "9223372036854775807", "true", "[]"})
    @DisplayName("JW-07 an exp that is no time")
    void jw07RefusesTimesThatAreNone(String exp) {
        assertRefused(withClaims("{\"sub\":\"" + WEB + "\",\"aud\":\"db\",\"exp\":" + exp + "}"), JwtRule.MALFORMED);
    }

    @Test
    @DisplayName("nbf or iat beyond the leeway")
    void refusesTokensOfTheFuture() {
        String later = String.valueOf(NOW.plus(JwtClaims.LEEWAY).plusSeconds(1).getEpochSecond());
        assertRefused(
                withClaims(Tokens.claims().replace("\"exp\"", "\"nbf\":" + later + ",\"exp\"")), JwtRule.NOT_YET_VALID);
        assertRefused(
                withClaims(Tokens.claims().replaceAll("\"iat\":[0-9]+", "\"iat\":" + later)), JwtRule.NOT_YET_VALID);
    }

    private static String exp(Instant end) {
        return "{\"sub\":\"" + WEB + "\",\"aud\":\"db\",\"exp\":" + end.getEpochSecond() + "}";
    }

    @Test
    @DisplayName("JW-08 of a bundle only the keys with use=jwt-svid and a kid count, and the token's kid chooses")
    void jw08TrustsOnlyTheKeysForJwts() {
        String jwk = "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"k1\",\"use\":\"jwt-svid\",\"x\":\"" + coordinate(true)
                + "\",\"y\":\"" + coordinate(false) + "\"}";
        String good = withClaims(Tokens.claims());
        assertThat(JwtSvidVerifier.verify(good, AUDIENCE, bundleOf(jwk), NOW))
                .isInstanceOf(JwtVerification.Verified.class);
        for (String other : List.of(
                jwk.replace("\"use\":\"jwt-svid\",", ""),
                jwk.replace("jwt-svid", "x509-svid"),
                jwk.replace("jwt-svid", "wit-svid"),
                jwk.replace("\"kid\":\"k1\",", ""),
                jwk.replace("\"k1\"", "\"k2\""))) {
            assertThat(JwtSvidVerifier.verify(good, AUDIENCE, bundleOf(other), NOW))
                    .as(other)
                    .isInstanceOfSatisfying(
                            JwtVerification.Rejected.class,
                            rejected -> assertThat(rejected.rule()).isEqualTo(JwtRule.UNKNOWN_KEY));
        }
    }

    private static String coordinate(boolean x) {
        ECPoint point = ((ECPublicKey) KEYS.getPublic()).getW();
        byte[] bytes = (x ? point.getAffineX() : point.getAffineY()).toByteArray();
        byte[] fixed = new byte[32];
        int from = Math.max(0, bytes.length - fixed.length);
        System.arraycopy(bytes, from, fixed, fixed.length - (bytes.length - from), bytes.length - from);
        return Tokens.base64Url(fixed);
    }

    private static TrustBundles bundleOf(String jwk) {
        List<JwtAuthority> authorities = SpiffeBundles.decode(
                        ("{\"keys\":[" + jwk + "]}").getBytes(StandardCharsets.UTF_8))
                .bundle()
                .jwtAuthorities();
        return TrustBundles.of(
                new TrustBundle(DOMAIN, List.of(), TrustBundle.State.ACTIVE, 1, Revocations.NONE, authorities));
    }

    @Test
    @DisplayName("JW-09 the right key in another trust domain's bundle")
    void jw09RefusesTheKeyOfAnotherTrustDomain() {
        TrustDomain other = new TrustDomain("other.example");
        TrustBundles both = TrustBundles.of(
                Tokens.bundle(other, KEYS, TrustBundle.State.ACTIVE, Revocations.NONE),
                Tokens.bundle(DOMAIN, Tokens.elliptic("secp256r1"), TrustBundle.State.ACTIVE, Revocations.NONE));
        assertThat(JwtSvidVerifier.verify(withClaims(Tokens.claims()), AUDIENCE, both, NOW))
                .isInstanceOfSatisfying(
                        JwtVerification.Rejected.class,
                        rejected -> assertThat(rejected.rule()).isEqualTo(JwtRule.BAD_SIGNATURE));
        assertThat(JwtSvidVerifier.verify(withClaims(Tokens.claims()), AUDIENCE, both.without(DOMAIN), NOW))
                .isInstanceOfSatisfying(
                        JwtVerification.Rejected.class,
                        rejected -> assertThat(rejected.rule()).isEqualTo(JwtRule.UNKNOWN_TRUST_DOMAIN));
    }

    @Test
    @DisplayName("JW-10 a token without kid, or an empty one")
    void jw10RefusesTokensWithoutAKeyId() {
        assertRefused(withHeader("{\"alg\":\"ES256\"}"), JwtRule.NO_KEY_ID);
        assertRefused(withHeader("{\"alg\":\"ES256\",\"kid\":\"\"}"), JwtRule.NO_KEY_ID);
        assertRefused(withHeader("{\"alg\":\"ES256\",\"kid\":1}"), JwtRule.NO_KEY_ID);
    }

    @Test
    @DisplayName("a disabled trust domain, a revoked identity")
    void refusesWhatIsShutOut() {
        String token = withClaims(Tokens.claims());
        TrustBundles disabled =
                TrustBundles.of(Tokens.bundle(DOMAIN, KEYS, TrustBundle.State.DISABLED, Revocations.NONE));
        assertThat(JwtSvidVerifier.verify(token, AUDIENCE, disabled, NOW))
                .hasToString("trust domain td.example is disabled [DISABLED_TRUST_DOMAIN, trust]");
        assertThat(JwtSvidVerifier.verify(token, AUDIENCE, revokedBefore(NOW.plusSeconds(1)), NOW))
                .isInstanceOf(JwtVerification.Rejected.class);
        assertThat(JwtSvidVerifier.verify(token, AUDIENCE, revokedBefore(NOW), NOW))
                .isInstanceOf(JwtVerification.Verified.class);
        assertThat(JwtSvidVerifier.verify(
                        withClaims(exp(NOW.plusSeconds(60))), AUDIENCE, revokedBefore(Instant.EPOCH), NOW))
                .as("without iat it may be older than the revocation")
                .isInstanceOf(JwtVerification.Rejected.class);
    }

    private static TrustBundles revokedBefore(Instant time) {
        Revocations revocations = new Revocations(Set.of(), Set.of(), Map.of(WEB, time), Set.of());
        return TrustBundles.of(Tokens.bundle(DOMAIN, KEYS, TrustBundle.State.ACTIVE, revocations));
    }

    @Test
    void signsWhatItVerifies() {
        JwtSigningKey key = JwtSigningKey.generate();
        JwtSvid svid = key.sign(WEB, List.of("a", "db"), "7", NOW, NOW.plusSeconds(9));
        TrustBundles trusted = TrustBundles.of(new TrustBundle(
                DOMAIN, List.of(), TrustBundle.State.ACTIVE, 1, Revocations.NONE, List.of(key.authority())));
        assertThat(JwtSvidVerifier.verify(svid.token(), "db", trusted, NOW))
                .isInstanceOfSatisfying(
                        JwtVerification.Verified.class,
                        verified -> assertThat(verified.svid().claims())
                                .containsEntry("jti", "7")
                                .containsEntry("iat", NOW.getEpochSecond())
                                .containsEntry("sub", WEB.toString()));
    }
}
