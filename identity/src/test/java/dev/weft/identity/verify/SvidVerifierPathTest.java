package dev.weft.identity.verify;

import static dev.weft.identity.verify.Chains.DOMAIN;
import static dev.weft.identity.verify.Chains.WEB;
import static dev.weft.identity.verify.Chains.assertAccepted;
import static dev.weft.identity.verify.Chains.assertRefused;
import static dev.weft.identity.verify.Chains.chain;
import static dev.weft.identity.verify.Chains.trusting;
import static dev.weft.identity.verify.Chains.verify;
import static dev.weft.identity.verify.Recipe.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.svid.Rule;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.Recipe.Made;
import dev.weft.identity.verify.Verification.Verified;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths to anchors, RFC 5280 section 6: signatures, times, lengths, extensions, algorithms, limits. */
class SvidVerifierPathTest {

    private static final SpiffeId WEB_ID = SpiffeId.parse(WEB);

    private final Made anchor = Recipe.anchor("CN=Anchor").make();
    private final Made issuer = Recipe.issuer(anchor, "CN=Issuer").make();
    private final Made leaf = Recipe.leaf(issuer, WEB).make();
    private final TrustBundles bundles = TrustBundles.of(TrustBundle.of(DOMAIN, List.of(anchor.certificate())));

    @Test
    @DisplayName("ID-12 the anchor may sign the leaf itself, be sent along, or have siblings")
    void id12AcceptsEachOrderlyChain() {
        Made other = Recipe.anchor("CN=Anchor").make();
        TrustBundles two = TrustBundles.of(TrustBundle.of(DOMAIN, List.of(other.certificate(), anchor.certificate())));

        assertAccepted(verify(bundles, leaf, issuer));
        assertAccepted(verify(bundles, leaf, issuer, anchor));
        assertAccepted(verify(bundles, Recipe.leaf(anchor, WEB).make()));
        assertAccepted(verify(two, leaf, issuer));
    }

    @Test
    @DisplayName("X5-12 leaf expired, at the second after its end")
    void x512RefusesAnExpiredLeaf() {
        Instant end = NOW.plus(Duration.ofDays(1));
        List<X509Certificate> chain = chain(leaf, issuer);

        assertAccepted(SvidVerifier.verify(chain, bundles, end));
        assertRefused(SvidVerifier.verify(chain, bundles, end.plusSeconds(1)), 0, Rule.EXPIRED);
    }

    @Test
    @DisplayName("X5-12 leaf not yet valid")
    void x512RefusesALeafNotYetValid() {
        List<X509Certificate> chain = chain(leaf, issuer);

        assertAccepted(SvidVerifier.verify(chain, bundles, NOW.minusSeconds(30)));
        assertRefused(SvidVerifier.verify(chain, bundles, NOW.minusSeconds(31)), 0, Rule.NOT_YET_VALID);
    }

    @Test
    @DisplayName("X5-12 issuer or anchor expired")
    void x512RefusesExpiredAuthorities() {
        Made oldIssuer = Recipe.issuer(anchor, "CN=Old")
                .validity(NOW.minusSeconds(100), NOW.minusSeconds(1))
                .make();
        Made oldAnchor = Recipe.anchor("CN=Anchor")
                .validity(NOW.minusSeconds(100), NOW.minusSeconds(1))
                .make();
        Made below = Recipe.issuer(oldAnchor, "CN=Issuer").make();

        assertRefused(verify(bundles, Recipe.leaf(oldIssuer, WEB).make(), oldIssuer), 1, Rule.EXPIRED);
        assertRefused(verify(trusting(oldAnchor), Recipe.leaf(below, WEB).make(), below), 2, Rule.EXPIRED);
    }

    @Test
    @DisplayName("X5-12 wrong issuer")
    void x512RefusesACertificateOfAnotherIssuer() {
        Made other = Recipe.issuer(anchor, "CN=Other").make();

        assertRefused(verify(bundles, leaf, other), 0, Rule.WRONG_ISSUER);
        assertRefused(verify(bundles, Recipe.leaf(other, WEB).make(), other, issuer), 1, Rule.WRONG_ISSUER);
    }

    @Test
    @DisplayName("X5-12 bad signature of leaf and issuer")
    void x512RefusesBadSignatures() {
        Made impostor = Recipe.issuer(anchor, "CN=Issuer").make();
        Made otherAnchor = Recipe.anchor("CN=Anchor").make();
        Made forged = Recipe.issuer(otherAnchor, "CN=Issuer").make();

        assertRefused(verify(bundles, Recipe.leaf(impostor, WEB).make(), issuer), 0, Rule.BAD_SIGNATURE);
        assertRefused(verify(bundles, Recipe.leaf(forged, WEB).make(), forged), 1, Rule.BAD_SIGNATURE);
    }

    @Test
    @DisplayName("X5-12 bad signature of a leaf below a remembered path")
    void x512RefusesABadSignatureBelowARememberedPath() {
        SvidVerifier verifier = new SvidVerifier(bundles);
        Made impostor = Recipe.issuer(anchor, "CN=Issuer").make();
        Made stranger = Recipe.issuer(anchor, "CN=Other").make();

        assertAccepted(verifier.verify(chain(leaf, issuer), NOW));
        assertThat(verifier.rememberedPaths()).isEqualTo(1);
        assertAccepted(verifier.verify(chain(Recipe.leaf(issuer, WEB).make(), issuer), NOW));
        assertRefused(verifier.verify(chain(Recipe.leaf(impostor, WEB).make(), issuer), NOW), 0, Rule.BAD_SIGNATURE);
        assertRefused(verifier.verify(chain(Recipe.leaf(stranger, WEB).make(), issuer), NOW), 0, Rule.WRONG_ISSUER);
        assertRefused(verifier.verify(chain(leaf, issuer), NOW.plus(Duration.ofDays(2))), 0, Rule.EXPIRED);
        assertThat(verifier.rememberedPaths()).isEqualTo(1);
    }

    @Test
    @DisplayName("X5-12 issuer of a remembered path expired")
    void x512RefusesARememberedPathOnceExpired() {
        SvidVerifier verifier = new SvidVerifier(bundles);
        Made lasting = Recipe.leaf(issuer, WEB)
                .validity(NOW, NOW.plus(Duration.ofDays(60)))
                .make();

        assertAccepted(verifier.verify(chain(lasting, issuer), NOW));
        assertRefused(verifier.verify(chain(lasting, issuer), NOW.plus(Duration.ofDays(31))), 1, Rule.EXPIRED);
    }

    @Test
    @DisplayName("X5-12 path length exceeded")
    void x512RefusesTooManyAuthorities() {
        Made narrow = Recipe.issuer(anchor, "CN=Narrow").pathLength(0).make();
        Made below = Recipe.issuer(narrow, "CN=Below").make();
        Made shortAnchor = Recipe.anchor("CN=Short").pathLength(0).make();
        Made issuerOfShort = Recipe.issuer(shortAnchor, "CN=Issuer").make();

        assertAccepted(verify(bundles, Recipe.leaf(narrow, WEB).make(), narrow));
        assertRefused(verify(bundles, Recipe.leaf(below, WEB).make(), below, narrow), 2, Rule.PATH_LENGTH);
        assertRefused(
                verify(trusting(shortAnchor), Recipe.leaf(issuerOfShort, WEB).make(), issuerOfShort),
                2,
                Rule.PATH_LENGTH);
    }

    @Test
    @DisplayName("X5-12 unknown critical extension of leaf and issuer")
    void x512RefusesUnknownCriticalExtensions() {
        Made odd = Recipe.issuer(anchor, "CN=Odd").unknownExtension(true).make();

        assertRefused(
                verify(bundles, Recipe.leaf(issuer, WEB).unknownExtension(true).make(), issuer),
                0,
                Rule.UNKNOWN_CRITICAL_EXTENSION);
        assertRefused(verify(bundles, Recipe.leaf(odd, WEB).make(), odd), 1, Rule.UNKNOWN_CRITICAL_EXTENSION);
        assertAccepted(
                verify(bundles, Recipe.leaf(issuer, WEB).unknownExtension(false).make(), issuer));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a_b", "10.0.0.1", "1.2.3", "a..b", "-", "..", "mesh", "_"})
    @DisplayName("ID-07 every legal trust domain verifies where nothing constrains names")
    void id07TreatsEveryTrustDomainAlike(String name) {
        TrustDomain odd = TrustDomain.parse(name);
        TrustBundles theirs = TrustBundles.of(TrustBundle.of(odd, List.of(anchor.certificate())));

        assertAccepted(
                verify(theirs, Recipe.leaf(issuer, "spiffe://" + name + "/x").make(), issuer));
    }

    @Test
    void reportsTheEarliestEndOfTheChain() {
        Instant soon = NOW.plusSeconds(600);
        Made ending = Recipe.issuer(anchor, "CN=Ending").validity(NOW, soon).make();

        Verification result = verify(bundles, Recipe.leaf(ending, WEB).make(), ending);

        assertThat(result).isInstanceOfSatisfying(Verified.class, verified -> {
            assertThat(verified.notAfter()).isEqualTo(soon);
            assertThat(verified.id()).isEqualTo(WEB_ID);
        });
    }

    @Test
    void limitsWhatAPeerMaySend() {
        assertRefused(SvidVerifier.verify(List.of(), bundles, NOW), 0, Rule.CHAIN_EMPTY);
        assertRefused(
                SvidVerifier.verify(Collections.nCopies(SvidVerifier.MAX_CHAIN + 1, leaf.certificate()), bundles, NOW),
                SvidVerifier.MAX_CHAIN,
                Rule.CHAIN_TOO_LONG);
    }

    @Test
    void refusesWeakKeysAndSignatures() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(1024);
        KeyPair weak = generator.generateKeyPair();
        KeyPair edwards = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();

        assertRefused(
                verify(
                        bundles,
                        Recipe.leaf(issuer, WEB).keys(weak, "SHA256withECDSA").make(),
                        issuer),
                0,
                Rule.ALGORITHM);
        assertRefused(
                verify(
                        bundles,
                        Recipe.leaf(issuer, WEB)
                                .keys(edwards, "SHA256withECDSA")
                                .make(),
                        issuer),
                0,
                Rule.ALGORITHM);
        assertRefused(
                verify(
                        bundles,
                        Recipe.leaf(issuer, WEB)
                                .keys(KeyPairs.generateP256(), "SHA1withECDSA")
                                .make(),
                        issuer),
                0,
                Rule.ALGORITHM);
    }
}
