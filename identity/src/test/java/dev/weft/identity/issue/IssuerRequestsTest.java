package dev.weft.identity.issue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.identity.csr.CertificateSigningRequests;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.verify.Recipe;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Random;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Test;

/** What an anchor signs, and each thing that it refuses to. */
class IssuerRequestsTest {

    private static final int MUTATIONS = 3000;
    private static final Duration DAY = Duration.ofDays(1);
    private static final TrustDomain EAST = TrustDomain.parse("east.example");
    private static final ASN1ObjectIdentifier EXTENSIONS = PKCSObjectIdentifiers.pkcs_9_at_extensionRequest;
    private static final GeneralName EAST_URI = uri("spiffe://east.example");

    private final TrustAnchor anchor =
            TrustAnchors.create("Anchor", DAY.multipliedBy(365), Clock.fixed(Recipe.NOW, ZoneOffset.UTC));
    private final KeyPair keys = KeyPairs.generateP256();

    @Test
    void signsARequestForWhatIssuersGet() throws Exception {
        for (KeyPair each : new KeyPair[] {keys, KeyPairs.generateP384()}) {
            X509Certificate issuer = sign(request(each, "SHA256withECDSA", whatIssuersGet(), ""));

            assertThat(issuer.getPublicKey()).isEqualTo(each.getPublic());
            assertThat(issuer.getBasicConstraints()).isZero();
            assertThat(issuer.getCriticalExtensionOIDs())
                    .contains(Extension.nameConstraints.getId(), Extension.basicConstraints.getId());
            assertThat(issuer.getNotAfter().toInstant()).isEqualTo(Recipe.NOW.plus(DAY.multipliedBy(90)));
        }
    }

    @Test
    void signsARequestThatNamesItsTrustDomainAndAsksForNothingElse() {
        assertThat(sign(CertificateSigningRequests.create(keys, EAST.id())).getBasicConstraints())
                .isZero();
    }

    @Test
    void takesNothingFromTheRequestButTheKey() throws Exception {
        ExtensionsGenerator wished = names(EAST_URI);
        X509Certificate issuer = sign(request(keys, "SHA256withECDSA", wished, "CN=Somebody, O=Else"));

        assertThat(issuer.getSubjectX500Principal().getName()).isEqualTo("CN=Weft issuer of east.example");
    }

    @Test
    void refusesAnotherTrustDomainThanStated() throws Exception {
        assertRefused(
                CertificateSigningRequests.create(
                        keys, TrustDomain.parse("west.example").id()),
                "is for \"spiffe://west.example\" (expected: spiffe://east.example");
        assertRefused(request(names(uri("spiffe://east.example/ns/shop/sa/web"))), "expected: spiffe://east.example");
        assertRefused(request(names(uri("https://east.example"))), "expected: spiffe://east.example");
    }

    @Test
    void refusesALongerPath() throws Exception {
        assertRefused(request(constraints(new BasicConstraints(1))), "asks for path length 1");
        assertRefused(request(constraints(new BasicConstraints(true))), "path of any length");
        assertRefused(request(constraints(new BasicConstraints(false))), "cA=false");
    }

    @Test
    void refusesALongerLifeThanTheAnchors() {
        byte[] csr = CertificateSigningRequests.create(keys, EAST.id());

        assertThat(IssuerRequests.sign(anchor, csr, EAST, DAY.multipliedBy(365), Recipe.NOW)
                        .getNotAfter())
                .isEqualTo(anchor.certificate().getNotAfter());
        assertThatThrownBy(() -> IssuerRequests.sign(
                        anchor, csr, EAST, DAY.multipliedBy(365).plusSeconds(1), Recipe.NOW))
                .isInstanceOf(IssuingException.class)
                .hasMessageContaining("expected: a lifetime within the anchor's");
        assertThatThrownBy(() -> IssuerRequests.sign(anchor, csr, EAST, Duration.ZERO, Recipe.NOW))
                .isInstanceOf(IssuingException.class)
                .hasMessageContaining("lifetime");
    }

    @Test
    void refusesASignatureOfAnotherKey() throws Exception {
        KeyPair crossed = new KeyPair(keys.getPublic(), KeyPairs.generateP256().getPrivate());

        assertRefused(CertificateSigningRequests.create(crossed, EAST.id()), "signature is not of the key");
    }

    @Test
    void refusesWeakKeysAndSignatures() throws Exception {
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(1024);

        assertRefused(request(rsa.generateKeyPair(), "SHA256withRSA", names(EAST_URI), "CN=x"), "expected: P-256");
        assertRefused(request(keys, "SHA1withECDSA", names(EAST_URI), "CN=x"), "expected: ECDSA with SHA-2");
        assertThatThrownBy(() -> CertificateSigningRequests.create(rsa.generateKeyPair(), EAST.id()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: P-256 or P-384");
    }

    @Test
    void refusesNamesBesideTheTrustDomain() throws Exception {
        GeneralName dns = new GeneralName(GeneralName.dNSName, "east.example");

        assertRefused(request(names()), "asks for 0 names");
        assertRefused(request(names(EAST_URI, dns)), "asks for 2 names");
        assertRefused(request(names(EAST_URI, uri("spiffe://west.example"))), "asks for 2 names");
        assertRefused(request(names(dns)), "expected: the URI spiffe://east.example");
        assertRefused(request(keys, "SHA256withECDSA", null, "CN=x"), "names no trust domain");
    }

    @Test
    void refusesExtensionsThatNoIssuerGets() throws Exception {
        ExtensionsGenerator wished = names(EAST_URI);
        wished.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));

        assertRefused(request(wished), "asks for extension 2.5.29.37");
    }

    @Test
    void refusesASecondListOfExtensions() throws Exception {
        ExtensionsGenerator more = names(EAST_URI);
        more.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));

        PKCS10CertificationRequestBuilder twice = builder(keys, "");
        twice.addAttribute(EXTENSIONS, whatIssuersGet().generate());
        twice.addAttribute(EXTENSIONS, more.generate());
        assertRefused(signed(twice, keys, "SHA256withECDSA"), "extensions");
        PKCS10CertificationRequestBuilder two = builder(keys, "");
        two.addAttribute(EXTENSIONS, new ASN1Encodable[] {whatIssuersGet().generate(), more.generate()});
        assertRefused(signed(two, keys, "SHA256withECDSA"), "extensions");
    }

    @Test
    void refusesAnAnchorWithoutRoomForAnIssuer() {
        X509Certificate narrow = IssuerRequests.sign(
                anchor, CertificateSigningRequests.create(keys, EAST.id()), EAST, DAY.multipliedBy(90), Recipe.NOW);

        assertThatThrownBy(() -> new TrustAnchor(narrow, keys.getPrivate()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("room for an issuer");
    }

    @Test
    void refusesATrustDomainThatNameConstraintsCannotExpress() {
        TrustDomain numeric = TrustDomain.parse("10.0.0.1");

        assertThatThrownBy(() -> IssuerRequests.sign(
                        anchor, CertificateSigningRequests.create(keys, numeric.id()), numeric, DAY, Recipe.NOW))
                .isInstanceOf(IssuingException.class)
                .hasMessageContaining("name constraints cannot express it");
    }

    @Test
    void mutatedRequestsAreRefusedOrAskTheSame() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        byte[] original = request(whatIssuersGet());
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] mutated = original.clone();
            for (int change = random.nextInt(3); change >= 0; change--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(IssuerRequests.checkedKey(mutated, EAST))
                        .as("seed %d", seed)
                        .isEqualTo(keys.getPublic());
            } catch (IssuingException _) {
                // Refused: fine.
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    private X509Certificate sign(byte[] csr) {
        return IssuerRequests.sign(anchor, csr, EAST, DAY.multipliedBy(90), Recipe.NOW);
    }

    private void assertRefused(byte[] csr, String message) {
        assertThatThrownBy(() -> sign(csr))
                .isInstanceOf(IssuingException.class)
                .hasMessageContaining("certificate signing request: ")
                .hasMessageContaining(message);
    }

    private byte[] request(ExtensionsGenerator wished) throws Exception {
        return request(keys, "SHA256withECDSA", wished, "");
    }

    private static byte[] request(
            KeyPair keys, String algorithm, @org.jspecify.annotations.Nullable ExtensionsGenerator wished, String name)
            throws Exception {
        PKCS10CertificationRequestBuilder builder = builder(keys, name);
        if (wished != null) {
            builder.addAttribute(EXTENSIONS, wished.generate());
        }
        return signed(builder, keys, algorithm);
    }

    private static PKCS10CertificationRequestBuilder builder(KeyPair keys, String name) {
        return new PKCS10CertificationRequestBuilder(
                new X500Name(name),
                SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()));
    }

    private static byte[] signed(PKCS10CertificationRequestBuilder builder, KeyPair keys, String algorithm)
            throws Exception {
        return builder.build(new JcaContentSignerBuilder(algorithm).build(keys.getPrivate()))
                .getEncoded();
    }

    private static ExtensionsGenerator names(GeneralName... names) throws Exception {
        ExtensionsGenerator wished = new ExtensionsGenerator();
        add(wished, Extension.subjectAlternativeName, new GeneralNames(names));
        return wished;
    }

    private static ExtensionsGenerator whatIssuersGet() throws Exception {
        ExtensionsGenerator wished = constraints(new BasicConstraints(0));
        add(wished, Extension.keyUsage, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        return wished;
    }

    private static ExtensionsGenerator constraints(BasicConstraints constraints) throws Exception {
        ExtensionsGenerator wished = names(EAST_URI);
        add(wished, Extension.basicConstraints, constraints);
        return wished;
    }

    private static void add(ExtensionsGenerator wished, ASN1ObjectIdentifier oid, ASN1Encodable value)
            throws Exception {
        wished.addExtension(oid, true, value);
    }

    private static GeneralName uri(String uri) {
        return new GeneralName(GeneralName.uniformResourceIdentifier, uri);
    }
}
