package dev.weft.identity.verify;

import static dev.weft.identity.verify.Recipe.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.svid.Rule;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.Recipe.Made;
import dev.weft.identity.verify.Verification.Rejected;
import dev.weft.identity.verify.Verification.Verified;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths to anchors: RFC 5280 section 6, trust domains, name constraints, revocation, limits. */
class SvidVerifierPathTest {

    private static final TrustDomain DOMAIN = TrustDomain.parse("cluster.local");
    private static final String WEB = "spiffe://cluster.local/ns/shop/sa/web";
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

    @Test
    @DisplayName("X5-11 leaf outside of its issuer's name constraints")
    void x511RefusesALeafOutsideOfTheNameConstraints() {
        TrustDomain evil = TrustDomain.parse("evil.local");
        TrustBundles both = bundles.with(TrustBundle.of(evil, List.of(anchor.certificate())));
        Made bound =
                Recipe.issuer(anchor, "CN=Bound").permitUri("cluster.local").make();
        Made inside = Recipe.leaf(bound, WEB).make();
        Made outside = Recipe.leaf(bound, "spiffe://evil.local/ns/shop/sa/web").make();

        assertAccepted(verify(both, inside, bound));
        assertRefused(verify(both, outside, bound), 1, Rule.NAME_CONSTRAINTS);
        SvidVerifier verifier = new SvidVerifier(both);
        assertAccepted(verifier.verify(chain(inside, bound), NOW));
        assertRefused(verifier.verify(chain(outside, bound), NOW), 1, Rule.NAME_CONSTRAINTS);
    }

    @Test
    @DisplayName("X5-11 the JDK's own check of name constraints refuses, should ours not")
    void x511IsCheckedByTheJdkToo() {
        Made bound =
                Recipe.issuer(anchor, "CN=Bound").permitUri("cluster.local").make();
        X509Certificate outside =
                Recipe.leaf(bound, "spiffe://evil.local/ns/shop/sa/web").certificate();

        assertThat(catchThrowableOfType(
                                RejectionException.class,
                                () -> PathValidation.validate(
                                        List.of(outside, bound.certificate()), anchor.certificate(), NOW))
                        .toRejected()
                        .rule())
                .isEqualTo(Rule.NAME_CONSTRAINTS);
    }

    @Test
    @DisplayName("X5-11 whatever the JDK throws over a host with an underscore is a rejection")
    void x511TurnsEveryFailureOfTheJdkIntoARejection() {
        Made bound =
                Recipe.issuer(anchor, "CN=Bound").permitUri("cluster.local").make();
        X509Certificate odd = Recipe.leaf(bound, "spiffe://a_b/x").certificate();

        assertThatThrownBy(() -> PathValidation.validate(List.of(odd, bound.certificate()), anchor.certificate(), NOW))
                .isInstanceOf(RejectionException.class);
    }

    @Test
    @DisplayName("X5-11 subdomains, exclusions, and names without a host name under constraints")
    void x511TreatsEachFormOfConstraint() {
        Made tree = Recipe.issuer(anchor, "CN=Tree").permitUri(".example").make();
        Made not = Recipe.issuer(anchor, "CN=Not").excludeUri("cluster.local").make();
        Made underscore = Recipe.issuer(anchor, "CN=Underscore")
                .permitUri("cluster.local")
                .make();
        Made address = Recipe.issuer(anchor, "CN=Address").permitUri("10.0.0.1").make();
        TrustBundles all = bundles.with(TrustBundle.of(TrustDomain.parse("a.example"), List.of(anchor.certificate())))
                .with(TrustBundle.of(TrustDomain.parse("example"), List.of(anchor.certificate())))
                .with(TrustBundle.of(TrustDomain.parse("a_b"), List.of(anchor.certificate())))
                .with(TrustBundle.of(TrustDomain.parse("10.0.0.1"), List.of(anchor.certificate())));

        assertAccepted(verify(all, Recipe.leaf(tree, "spiffe://a.example/x").make(), tree));
        assertRefused(verify(all, Recipe.leaf(tree, "spiffe://example/x").make(), tree), 1, Rule.NAME_CONSTRAINTS);
        assertRefused(verify(all, Recipe.leaf(not, WEB).make(), not), 1, Rule.NAME_CONSTRAINTS);
        assertRefused(
                verify(all, Recipe.leaf(underscore, "spiffe://a_b/x").make(), underscore), 1, Rule.NAME_CONSTRAINTS);
        assertRefused(
                verify(all, Recipe.leaf(address, "spiffe://10.0.0.1/x").make(), address), 1, Rule.NAME_CONSTRAINTS);
    }

    @Test
    @DisplayName("X5-11 constraints on other kinds of names bind every leaf, below a remembered path too")
    void x511ChecksDnsNamesBelowARememberedPath() {
        SvidVerifier verifier = new SvidVerifier(bundles);
        Made bound = Recipe.issuer(anchor, "CN=Bound")
                .permitUri("cluster.local")
                .permit(GeneralName.dNSName, "shop.example")
                .make();
        Recipe inside = Recipe.leaf(bound, WEB).name(GeneralName.dNSName, "web.shop.example");
        Recipe outside = Recipe.leaf(bound, WEB).name(GeneralName.dNSName, "bank.example");

        assertAccepted(verifier.verify(chain(inside.make(), bound), NOW));
        assertRefused(verifier.verify(chain(outside.make(), bound), NOW), 0, Rule.NAME_CONSTRAINTS);
    }

    @Test
    @DisplayName("TB-07 an issuer without name constraints, below an anchor of this trust domain alone")
    void tb07AcceptsAnIssuerWithoutConstraintsBelowAnAnchorOfItsOwn() {
        Made elsewhere = Recipe.anchor("CN=Anchor").make();
        TrustBundles both =
                bundles.with(TrustBundle.of(TrustDomain.parse("west.example"), List.of(elsewhere.certificate())));

        assertAccepted(verify(both, leaf, issuer));
    }

    @Test
    @DisplayName("TB-07 an issuer without name constraints, below an anchor of several trust domains")
    void tb07RefusesAnIssuerWithoutConstraintsBelowASharedAnchor() {
        TrustBundles shared = shared(TrustBundle.State.ACTIVE);

        assertRefused(verify(shared, leaf, issuer), 1, Rule.SHARED_ANCHOR);
        assertThat(verify(shared, leaf, issuer).toString())
                .contains("serves trust domain west.example as well", "permitted URI names");
        assertRefused(
                verify(shared, Recipe.leaf(issuer, "spiffe://west.example/x").make(), issuer), 1, Rule.SHARED_ANCHOR);
        assertRefused(verify(shared(TrustBundle.State.DISABLED), leaf, issuer), 1, Rule.SHARED_ANCHOR);
        assertRefused(verify(shared, Recipe.leaf(anchor, WEB).make()), 1, Rule.SHARED_ANCHOR);
    }

    @Test
    @DisplayName("TB-07 an issuer that is kept to its trust domain, below an anchor of several")
    void tb07AcceptsAnIssuerThatIsKeptToItsOwn() {
        TrustBundles shared = shared(TrustBundle.State.ACTIVE);
        Made bound =
                Recipe.issuer(anchor, "CN=Bound").permitUri("cluster.local").make();
        Made below = Recipe.issuer(bound, "CN=Below").make();
        Made above = Recipe.issuer(anchor, "CN=Above").make();
        Made boundBelow = Recipe.issuer(above, "CN=Bound below")
                .permitUri("cluster.local")
                .make();

        assertAccepted(verify(shared, Recipe.leaf(bound, WEB).make(), bound));
        assertAccepted(verify(shared, Recipe.leaf(below, WEB).make(), below, bound));
        assertAccepted(verify(shared, Recipe.leaf(boundBelow, WEB).make(), boundBelow, above));
    }

    @Test
    @DisplayName("TB-07 an issuer that may sign for both, or is only kept from some")
    void tb07RefusesAnIssuerThatMaySignForTheOtherToo() {
        TrustBundles shared = shared(TrustBundle.State.ACTIVE);
        Made both = Recipe.issuer(anchor, "CN=Both")
                .permitUri("cluster.local")
                .permitUri("west.example")
                .make();
        Made excluding =
                Recipe.issuer(anchor, "CN=Excluding").excludeUri("west.example").make();
        Made names = Recipe.issuer(anchor, "CN=Names")
                .permit(GeneralName.dNSName, "cluster.local")
                .make();

        assertRefused(verify(shared, Recipe.leaf(both, WEB).make(), both), 1, Rule.SHARED_ANCHOR);
        assertRefused(verify(shared, Recipe.leaf(excluding, WEB).make(), excluding), 1, Rule.SHARED_ANCHOR);
        assertRefused(verify(shared, Recipe.leaf(names, WEB).make(), names), 1, Rule.SHARED_ANCHOR);
    }

    @Test
    @DisplayName("TB-07 another certificate of the same key is the same anchor")
    void tb07GoesByTheKeyOfTheAnchor() {
        Made again = Recipe.anchor("CN=Renewed")
                .keys(anchor.keys(), "SHA256withECDSA")
                .make();
        TrustBundles shared =
                bundles.with(TrustBundle.of(TrustDomain.parse("west.example"), List.of(again.certificate())));

        assertRefused(verify(shared, leaf, issuer), 1, Rule.SHARED_ANCHOR);
    }

    private TrustBundles shared(TrustBundle.State state) {
        TrustDomain west = TrustDomain.parse("west.example");
        return bundles.with(
                new TrustBundle(west, List.of(anchor.certificate()), state, 1, Revocations.NONE, List.of()));
    }

    @Test
    @DisplayName("X5-13 leaf of one trust domain that chains to another's anchor")
    void x513RefusesTheAnchorOfAnotherTrustDomain() {
        Made foreignAnchor = Recipe.anchor("CN=Foreign").make();
        Made foreign = Recipe.issuer(foreignAnchor, "CN=Foreign issuer").make();
        TrustBundles both =
                bundles.with(TrustBundle.of(TrustDomain.parse("foreign.local"), List.of(foreignAnchor.certificate())));

        assertAccepted(
                verify(both, Recipe.leaf(foreign, "spiffe://foreign.local/x").make(), foreign));
        assertRefused(verify(both, Recipe.leaf(foreign, WEB).make(), foreign), 1, Rule.NO_ANCHOR);
        assertRefused(verify(both, Recipe.leaf(foreign, WEB).make(), foreign, foreignAnchor), 2, Rule.NO_ANCHOR);
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
    @DisplayName("ID-12, TB-03 trust domain unknown, disabled, or without anchors")
    void id12RefusesUnknownDisabledAndEmptyTrustDomains() {
        TrustBundle bundle = bundles.find(DOMAIN).orElseThrow();
        TrustBundle disabled =
                new TrustBundle(DOMAIN, bundle.anchors(), TrustBundle.State.DISABLED, 2, Revocations.NONE, List.of());

        assertRefused(verify(TrustBundles.EMPTY, leaf, issuer), 0, Rule.UNKNOWN_TRUST_DOMAIN);
        assertRefused(verify(bundles.without(DOMAIN), leaf, issuer), 0, Rule.UNKNOWN_TRUST_DOMAIN);
        assertRefused(verify(bundles.with(disabled), leaf, issuer), 0, Rule.DISABLED_TRUST_DOMAIN);
        assertRefused(verify(bundles.with(TrustBundle.of(DOMAIN, List.of())), leaf, issuer), 0, Rule.EMPTY_BUNDLE);
    }

    @Test
    void refusesWhatHasBeenRevoked() {
        Instant issued = leaf.certificate().getNotBefore().toInstant();

        assertRefused(verify(revoking(serial(leaf)), leaf, issuer), 0, Rule.REVOKED_CERTIFICATE);
        assertRefused(verify(revoking(serial(issuer)), leaf, issuer), 1, Rule.REVOKED_CERTIFICATE);
        assertRefused(verify(revoking(signingKey(issuer)), leaf, issuer), 1, Rule.REVOKED_ISSUER);
        assertRefused(verify(revoking(signingKey(anchor)), leaf, issuer), 2, Rule.REVOKED_ISSUER);
        assertRefused(verify(revoking(identity(issued.plusSeconds(1))), leaf, issuer), 0, Rule.REVOKED_IDENTITY);
        assertAccepted(verify(revoking(identity(issued)), leaf, issuer));
    }

    @Test
    void refusesBelowATaintedIssuerOnlyWhatIsNew() {
        for (Made tainted : List.of(issuer, anchor)) {
            Revocations revocations = new Revocations(
                    Set.of(),
                    Set.of(),
                    Map.of(),
                    Set.of(SpkiFingerprint.of(tainted.keys().getPublic())));
            SvidVerifier verifier = new SvidVerifier(revoking(revocations));
            List<X509Certificate> chain = List.of(leaf.certificate(), issuer.certificate());

            assertAccepted(verifier.verifyEstablished(chain, NOW));
            assertRefused(verifier.verify(chain, NOW), tainted.equals(issuer) ? 1 : 2, Rule.TAINTED_ISSUER);
            assertAccepted(verifier.verifyEstablished(chain, NOW));
        }
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

    private static Revocations serial(Made made) {
        return new Revocations(Set.of(SerialNumber.of(made.certificate())), Set.of(), Map.of(), Set.of());
    }

    private static Revocations signingKey(Made made) {
        return new Revocations(Set.of(), Set.of(SpkiFingerprint.of(made.keys().getPublic())), Map.of(), Set.of());
    }

    private static Revocations identity(Instant issuedBefore) {
        return new Revocations(Set.of(), Set.of(), Map.of(WEB_ID, issuedBefore), Set.of());
    }

    private TrustBundles revoking(Revocations revocations) {
        return bundles.with(new TrustBundle(
                DOMAIN, List.of(anchor.certificate()), TrustBundle.State.ACTIVE, 2, revocations, List.of()));
    }

    private static TrustBundles trusting(Made made) {
        return TrustBundles.of(TrustBundle.of(DOMAIN, List.of(made.certificate())));
    }

    private static List<X509Certificate> chain(Made... made) {
        return Arrays.stream(made).map(Made::certificate).toList();
    }

    private static Verification verify(TrustBundles trusted, Made... made) {
        return SvidVerifier.verify(chain(made), trusted, NOW);
    }

    private static void assertAccepted(Verification result) {
        assertThat(result).isInstanceOf(Verified.class);
    }

    private static void assertRefused(Verification result, int index, Rule rule) {
        assertThat(result).isInstanceOfSatisfying(Rejected.class, rejected -> {
            assertThat(rejected.rule()).as(rejected.toString()).isEqualTo(rule);
            assertThat(rejected.certificateIndex()).as(rejected.toString()).isEqualTo(index);
        });
    }
}
