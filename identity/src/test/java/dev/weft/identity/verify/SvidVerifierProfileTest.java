package dev.weft.identity.verify;

import static dev.weft.identity.verify.Recipe.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.identity.keys.Certificates;
import dev.weft.identity.keys.InvalidEncodingException;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.svid.Rule;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.Recipe.Made;
import dev.weft.identity.verify.Verification.Rejected;
import dev.weft.identity.verify.Verification.Verified;
import java.math.BigInteger;
import java.util.List;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** X509-SVID sections 2 to 5: what each certificate of a chain must look like. */
class SvidVerifierProfileTest {

    private static final String WEB = "spiffe://cluster.local/ns/shop/sa/web";

    private final Made anchor = Recipe.anchor("CN=Anchor").make();
    private final Made issuer = Recipe.issuer(anchor, "CN=Issuer").make();

    @Test
    @DisplayName("X5-01 one URI SAN, other kinds of SAN are allowed")
    void x501AcceptsOneUriSanBesideADnsName() {
        Recipe leaf = leaf().name(GeneralName.dNSName, "web.shop.svc").name(GeneralName.iPAddress, "10.0.0.1");

        assertAccepted(leaf);
    }

    @Test
    @DisplayName("X5-02 two URI SANs")
    void x502RefusesTwoUriSans() {
        assertRefused(leaf().uri("spiffe://cluster.local/ns/shop/sa/api"), 0, Rule.SEVERAL_URI_SANS);
        assertRefused(leaf().uri(WEB), 0, Rule.SEVERAL_URI_SANS);
    }

    @Test
    @DisplayName("X5-02 two URI SANs of which one is a SPIFFE ID")
    void x502RefusesTwoUriSansEvenIfOnlyOneIsSpiffe() {
        assertRefused(leaf().uri("https://example.org/"), 0, Rule.SEVERAL_URI_SANS);
        assertRefused(leaf().noNames().uri("https://example.org/").uri(WEB), 0, Rule.SEVERAL_URI_SANS);
    }

    @Test
    @DisplayName("X5-03 no URI SAN")
    void x503RefusesALeafWithoutAUriSan() {
        assertRefused(leaf().noNames().subject("CN=web"), 0, Rule.NO_SPIFFE_URI_SAN);
        assertRefused(leaf().noNames().name(GeneralName.dNSName, "web.shop.svc"), 0, Rule.NO_SPIFFE_URI_SAN);
    }

    @Test
    @DisplayName("X5-03 URI SAN of another scheme")
    void x503RefusesAnotherScheme() {
        assertRefused(leaf().noNames().uri("https://cluster.local/ns/shop/sa/web"), 0, Rule.NO_SPIFFE_URI_SAN);
    }

    @Test
    @DisplayName("X5-03 URI SAN that is no well-formed SPIFFE ID")
    void x503RefusesMalformedSpiffeIds() {
        assertRefused(leaf().noNames().uri(WEB + "?a=b"), 0, Rule.INVALID_SPIFFE_ID);
        assertRefused(leaf().noNames().uri(WEB + "/"), 0, Rule.INVALID_SPIFFE_ID);
        assertRefused(leaf().noNames().uri("spiffe://cluster.local:80/web"), 0, Rule.INVALID_SPIFFE_ID);
    }

    @Test
    @DisplayName("X5-04 SPIFFE ID without a path")
    void x504RefusesALeafWithoutAPath() {
        assertRefused(leaf().noNames().uri("spiffe://cluster.local"), 0, Rule.NO_PATH);
    }

    @Test
    @DisplayName("X5-05 no subject and the SAN not critical")
    void x505RefusesAnEmptySubjectUnlessTheSanIsCritical() {
        // The JDK does not even read such a certificate, so that it never reaches the verifier.
        assertThatThrownBy(() -> Certificates.decode(leaf().namesNotCritical().der()))
                .isInstanceOf(InvalidEncodingException.class)
                .hasMessageContaining("MUST be marked critical");
        assertAccepted(leaf().namesNotCritical().subject("O=Shop,CN=web"));
        assertAccepted(leaf().subject("O=Shop,CN=web"));
    }

    @Test
    @DisplayName("X5-06 issuer that is no CA")
    void x506RefusesAnIssuerThatIsNoCa() {
        assertRefused(under(issuer().ca(false)), 1, Rule.ISSUER_NOT_CA);
        assertRefused(under(issuer().noBasicConstraints()), 1, Rule.ISSUER_NOT_CA);
    }

    @Test
    @DisplayName("X5-06 issuer without keyCertSign; cRLSign is optional")
    void x506RefusesAnIssuerWithoutKeyCertSign() {
        assertRefused(under(issuer().usage(KeyUsage.cRLSign)), 1, Rule.ISSUER_NOT_CA);
        assertAccepted(under(issuer().usage(KeyUsage.keyCertSign)));
    }

    @Test
    @DisplayName("X5-06 issuer whose SPIFFE ID has a path or is of another trust domain")
    void x506RefusesAnIssuerWithAPathOrAnotherTrustDomain() {
        assertAccepted(under(issuer().uri("spiffe://cluster.local").namesNotCritical()));
        assertRefused(under(issuer().uri("spiffe://cluster.local/ca")), 1, Rule.ISSUER_SPIFFE_ID);
        assertRefused(under(issuer().uri("spiffe://other.local")), 1, Rule.ISSUER_SPIFFE_ID);
    }

    @Test
    @DisplayName("X5-06 anchor held to the same rules")
    void x506RefusesAnAnchorThatMayNotSign() {
        Made weak = Recipe.anchor("CN=Anchor").usage(KeyUsage.cRLSign).make();
        Made below = Recipe.issuer(weak, "CN=Issuer").make();

        Verification result = SvidVerifier.verify(
                List.of(Recipe.leaf(below, WEB).certificate(), below.certificate()), trusting(weak), NOW);

        assertThat(result).isInstanceOfSatisfying(Rejected.class, rejected -> {
            assertThat(rejected.rule()).isEqualTo(Rule.ISSUER_NOT_CA);
            assertThat(rejected.certificateIndex()).isEqualTo(2);
        });
    }

    @Test
    @DisplayName("X5-07 signing certificate offered to authenticate")
    void x507RefusesASigningCertificateAsLeaf() {
        assertRefused(leaf().ca(true), 0, Rule.SIGNING_CERTIFICATE_AS_LEAF);
        assertRefused(
                leaf().usage(KeyUsage.digitalSignature | KeyUsage.keyCertSign), 0, Rule.SIGNING_CERTIFICATE_AS_LEAF);
        assertRefused(leaf().usage(KeyUsage.digitalSignature | KeyUsage.cRLSign), 0, Rule.SIGNING_CERTIFICATE_AS_LEAF);
    }

    @Test
    @DisplayName("X5-08 leaf: digitalSignature required, keyEncipherment and keyAgreement allowed")
    void x508RequiresDigitalSignature() {
        assertRefused(leaf().usage(KeyUsage.keyAgreement), 0, Rule.NO_DIGITAL_SIGNATURE);
        assertAccepted(leaf().usage(KeyUsage.digitalSignature | KeyUsage.keyAgreement | KeyUsage.keyEncipherment));
        assertAccepted(leaf().noBasicConstraints());
    }

    @Test
    @DisplayName("X5-09 key usage of a leaf absent or not critical")
    void x509RequiresCriticalKeyUsageOnLeaves() {
        assertRefused(leaf().noUsage(), 0, Rule.KEY_USAGE_NOT_CRITICAL);
        assertRefused(leaf().usageNotCritical(), 0, Rule.KEY_USAGE_NOT_CRITICAL);
    }

    @Test
    @DisplayName("X5-09 key usage of an issuer absent or not critical")
    void x509RequiresCriticalKeyUsageOnIssuers() {
        assertRefused(under(issuer().noUsage()), 1, Rule.KEY_USAGE_NOT_CRITICAL);
        assertRefused(under(issuer().usageNotCritical()), 1, Rule.KEY_USAGE_NOT_CRITICAL);
    }

    @Test
    @DisplayName("X5-10 extended key usage with one of the two, or any")
    void x510RequiresBothPurposesIfThereAreAny() {
        assertAccepted(leaf().purposes());
        assertRefused(leaf().purposes(KeyPurposeId.id_kp_serverAuth), 0, Rule.EXTENDED_KEY_USAGE);
        assertRefused(leaf().purposes(KeyPurposeId.id_kp_clientAuth), 0, Rule.EXTENDED_KEY_USAGE);
        assertRefused(leaf().purposes(KeyPurposeId.anyExtendedKeyUsage), 0, Rule.EXTENDED_KEY_USAGE);
        assertAccepted(leaf().purposes(
                        KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_codeSigning));
    }

    @Test
    @DisplayName("X5-10 extended key usage that cannot be read is not the same as none")
    void x510RefusesUnreadablePurposes() {
        Recipe leaf = leaf().purposes().extension("2.5.29.37", false, new DEROctetString(new byte[] {1, 2}));

        assertRefused(leaf, 0, Rule.MALFORMED);
    }

    @Test
    @DisplayName("X5-01 SAN that cannot be read is not the same as none")
    void x501RefusesAnUnreadableSan() {
        Recipe leaf =
                leaf().noNames().subject("CN=web").extension("2.5.29.17", false, new DEROctetString(new byte[] {1, 2}));

        assertRefused(leaf, 0, Rule.MALFORMED);
    }

    private Recipe leaf() {
        return Recipe.leaf(issuer, WEB);
    }

    private Recipe issuer() {
        return Recipe.issuer(anchor, "CN=Issuer");
    }

    private Verification under(Recipe recipe) {
        Made made = recipe.make();
        return SvidVerifier.verify(
                List.of(Recipe.leaf(made, WEB).certificate(), made.certificate()), trusting(anchor), NOW);
    }

    private static TrustBundles trusting(Made made) {
        return TrustBundles.of(TrustBundle.of(TrustDomain.parse("cluster.local"), List.of(made.certificate())));
    }

    private Verification verify(Recipe leaf) {
        return SvidVerifier.verify(List.of(leaf.certificate(), issuer.certificate()), trusting(anchor), NOW);
    }

    private void assertAccepted(Recipe leaf) {
        assertAccepted(verify(leaf));
    }

    private static void assertAccepted(Verification result) {
        assertThat(result).isInstanceOf(Verified.class);
    }

    private void assertRefused(Recipe leaf, int index, Rule rule) {
        assertRefused(verify(leaf), index, rule);
    }

    private static void assertRefused(Verification result, int index, Rule rule) {
        assertThat(result).isInstanceOfSatisfying(Rejected.class, rejected -> {
            assertThat(rejected.rule()).as(rejected.toString()).isEqualTo(rule);
            assertThat(rejected.certificateIndex()).as(rejected.toString()).isEqualTo(index);
            assertThat(rejected.reason()).isNotBlank();
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-1",
                "-fefdfd",
                "8000000000000000000000000000000000000000",
                "100000000000000000000000000000000000000000"
            })
    @DisplayName("RFC 5280 4.1.2.2 serial numbers that nobody can revoke: zero, negative, more than 20 octets")
    void refusesSerialNumbersOutOfRange(String hex) {
        BigInteger number = new BigInteger(hex, 16);
        Made anchor = Recipe.anchor("CN=Anchor").serialNumber(number).make();
        Made issuer = Recipe.issuer(anchor, "CN=Issuer").make();
        Made odd = Recipe.issuer(anchor, "CN=Odd").serialNumber(number).make();
        TrustBundles trusted = Chains.trusting(anchor);

        Chains.assertRefused(
                Chains.verify(
                        trusted,
                        Recipe.leaf(issuer, Chains.WEB).serialNumber(number).make(),
                        issuer),
                0,
                Rule.SERIAL_NUMBER);
        Chains.assertRefused(Chains.verify(trusted, Recipe.leaf(odd, Chains.WEB).make(), odd), 1, Rule.SERIAL_NUMBER);
        // An anchor is a name and a key.
        Chains.assertAccepted(
                Chains.verify(trusted, Recipe.leaf(issuer, Chains.WEB).make(), issuer));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "ff010203", "7fffffffffffffffffffffffffffffffffffffff"})
    @DisplayName("RFC 5280 4.1.2.2 serial numbers of up to 20 octets")
    void acceptsSerialNumbersOfTwentyOctets(String hex) {
        Made anchor = Recipe.anchor("CN=Anchor").make();
        Made issuer = Recipe.issuer(anchor, "CN=Issuer").make();
        Made leaf = Recipe.leaf(issuer, Chains.WEB)
                .serialNumber(new BigInteger(hex, 16))
                .make();

        Chains.assertAccepted(Chains.verify(Chains.trusting(anchor), leaf, issuer));
    }
}
