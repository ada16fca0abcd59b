package dev.weft.identity.verify;

import static dev.weft.identity.verify.Chains.DOMAIN;
import static dev.weft.identity.verify.Chains.WEB;
import static dev.weft.identity.verify.Chains.assertAccepted;
import static dev.weft.identity.verify.Chains.assertRefused;
import static dev.weft.identity.verify.Chains.chain;
import static dev.weft.identity.verify.Chains.trusting;
import static dev.weft.identity.verify.Chains.verify;
import static dev.weft.identity.verify.Recipe.NOW;

import dev.weft.identity.svid.Rule;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.Recipe.Made;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a verifier remembers saves work and decides nothing. {@link Chains#verify} looks at each chain several times. */
class SvidVerifierOneVerdictTest {

    private final Made anchor = Recipe.anchor("CN=Anchor")
            .keyIdentifier(1, 1)
            .serialNumber(BigInteger.TWO)
            .make();
    private final Made issuer = Recipe.issuer(anchor, "CN=Issuer")
            .keyIdentifier(2, 2)
            .signerIdentifier(1, 1)
            .serialNumber(BigInteger.TEN)
            .make();
    private final TrustBundles bundles = trusting(anchor);

    @Test
    @DisplayName("RFC 5280 4.2.1.1 the signer's key identifier is the issuer's, or not said")
    void acceptsKeyIdentifiersThatFit() {
        Made silent = Recipe.issuer(anchor, "CN=Silent").make();

        assertAccepted(
                verify(bundles, Recipe.leaf(issuer, WEB).signerIdentifier(2, 2).make(), issuer));
        assertAccepted(verify(bundles, Recipe.leaf(issuer, WEB).make(), issuer));
        assertAccepted(
                verify(bundles, Recipe.leaf(silent, WEB).signerIdentifier(9).make(), silent));
        assertAccepted(
                verify(bundles, Recipe.leaf(anchor, WEB).signerIdentifier(1, 1).make()));
    }

    @Test
    @DisplayName("RFC 5280 4.2.1.1 the signer's key identifier is another one than the issuer's")
    void refusesAnotherKeyIdentifierOfTheSigner() {
        Made astray = Recipe.issuer(anchor, "CN=Astray").signerIdentifier(1).make();

        assertRefused(
                verify(bundles, Recipe.leaf(issuer, WEB).signerIdentifier(2).make(), issuer), 0, Rule.WRONG_ISSUER);
        assertRefused(
                verify(bundles, Recipe.leaf(anchor, WEB).signerIdentifier(2).make()), 0, Rule.NO_ANCHOR);
        assertRefused(verify(bundles, Recipe.leaf(astray, WEB).make(), astray), 1, Rule.NO_ANCHOR);
    }

    @Test
    @DisplayName("RFC 5280 4.2.1.1 the signer's name and serial number are another certificate's")
    void refusesAnotherCertificateOfTheSigner() {
        assertAccepted(verify(bundles, leafOf("CN=Anchor", 10), issuer));
        assertRefused(verify(bundles, leafOf("CN=Anchor", 11), issuer), 0, Rule.WRONG_ISSUER);
        assertRefused(verify(bundles, leafOf("CN=Other", 10), issuer), 0, Rule.WRONG_ISSUER);
    }

    private Made leafOf(String issuerOfIssuer, int serialNumber) {
        GeneralNames names = new GeneralNames(new GeneralName(new X500Name(issuerOfIssuer)));
        return Recipe.leaf(issuer, WEB)
                .signer(new AuthorityKeyIdentifier(names, BigInteger.valueOf(serialNumber)))
                .make();
    }

    @Test
    @DisplayName("RFC 5280 4.2.1.1 key identifiers that cannot be read")
    void refusesKeyIdentifiersThatCannotBeRead() {
        Made leaf = Recipe.leaf(issuer, WEB)
                .extension("2.5.29.35", false, new DEROctetString(new byte[] {1}))
                .make();

        assertRefused(verify(bundles, leaf, issuer), 0, Rule.MALFORMED);
    }

    @Test
    @DisplayName(
            "an anchor that ended does not stand in the way of the one that follows it, under the same name and key")
    void anEndedAnchorThatIsRememberedGivesWayToTheNext() {
        Instant end = NOW.plus(Duration.ofHours(1));
        Made ending = Recipe.anchor("CN=Anchor")
                .keys(anchor.keys(), "SHA256withECDSA")
                .keyIdentifier(1, 1)
                .validity(NOW.minusSeconds(60), end)
                .make();
        SvidVerifier verifier = new SvidVerifier(
                TrustBundles.of(TrustBundle.of(DOMAIN, List.of(ending.certificate(), anchor.certificate()))));
        Made leaf = Recipe.leaf(issuer, WEB).make();

        assertAccepted(verifier.verify(chain(leaf, issuer), NOW));
        assertAccepted(verifier.verify(chain(leaf, issuer), end.plusSeconds(1)));
        assertAccepted(verifier.verify(chain(leaf, issuer), NOW));
    }
}
