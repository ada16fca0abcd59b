package dev.weft.identity.issue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.keys.SignatureProvider;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.svid.Holder;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.Provider;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is signed is, to the byte, what another encoder makes of the same. */
class LeafEncodingTest {

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final TrustDomain DOMAIN = TrustDomain.parse("cluster.local");
    private static final SpiffeId WEB = SpiffeId.ofServiceAccount(DOMAIN, "shop", "web");

    private final Issuer issuer = issuerUntil(NOW, Duration.ofDays(30));

    static Stream<KeyPair> keys() {
        return Stream.of(KeyPairs.generateP256(), KeyPairs.generateP384());
    }

    @ParameterizedTest
    @MethodSource("keys")
    void isWhatBouncyCastleEncodes(KeyPair keys) throws Exception {
        X509Certificate leaf =
                issuer.issue(keys.getPublic(), WEB, Duration.ofHours(1), NOW).getFirst();

        assertThat(leaf.getTBSCertificate()).isEqualTo(byBouncyCastle(issuer, leaf, keys.getPublic(), WEB));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2049-12-31T23:00:00Z", "2050-01-01T00:00:30Z", "2103-05-06T07:08:09Z"})
    void isWhatBouncyCastleEncodesOfTimesThatNeedFourDigitsForTheYear(Instant now) throws Exception {
        Issuer late = issuerUntil(now, Duration.ofDays(30));
        PublicKey key = KeyPairs.generateP256().getPublic();

        X509Certificate leaf = late.issue(key, WEB, Duration.ofHours(1), now).getFirst();

        assertThat(leaf.getNotAfter().toInstant()).isEqualTo(now.plus(Duration.ofHours(1)));
        assertThat(leaf.getTBSCertificate()).isEqualTo(byBouncyCastle(late, leaf, key, WEB));
    }

    @Test
    void isWhatBouncyCastleEncodesOfTheLongestIdentity() throws Exception {
        SpiffeId longest =
                SpiffeId.parse("spiffe://cluster.local/" + "a".repeat(2048 - "spiffe://cluster.local/".length()));
        PublicKey key = KeyPairs.generateP256().getPublic();

        X509Certificate leaf =
                issuer.issue(key, longest, Duration.ofHours(1), NOW).getFirst();

        assertThat(leaf.getTBSCertificate()).isEqualTo(byBouncyCastle(issuer, leaf, key, longest));
    }

    @Test
    void numbersWhoseFirstBitIsSetStayPositive() {
        LeafEncoding encoding = new LeafEncoding(issuer.chain().getFirst(), "SHA256withECDSA");
        BigInteger number = BigInteger.ONE.shiftLeft(127);

        byte[] signed = encoding.toBeSigned(
                number, NOW, NOW.plusSeconds(60), KeyPairs.generateP256().getPublic(), WEB, Holder.UNKNOWN);

        // Outer SEQUENCE of two bytes of length, version of five bytes, then the number.
        assertThat(signed[9]).isEqualTo((byte) 0x02);
        assertThat(signed[10]).isEqualTo((byte) 17);
        assertThat(signed[11]).isZero();
    }

    @Test
    void aProviderThatHasNoKeysLeavesTheKeyAsItIs() {
        KeyPair keys = KeyPairs.generateP256();
        Provider without = new Provider("Without", "1", "no algorithm at all") {};

        assertThat(SignatureProvider.of(without).translate(keys.getPrivate())).isSameAs(keys.getPrivate());
        assertThat(SignatureProvider.JDK.translate(keys.getPrivate())).isSameAs(keys.getPrivate());
    }

    private static Issuer issuerUntil(Instant now, Duration life) {
        TrustAnchor anchor = TrustAnchors.create("Test anchor", life, Clock.fixed(now, ZoneOffset.UTC));
        return Issuer.createUnder(anchor, DOMAIN, life, now);
    }

    /** The part to be signed, with the number and the times of this leaf. */
    private static byte[] byBouncyCastle(Issuer issuer, X509Certificate leaf, PublicKey key, SpiffeId id)
            throws Exception {
        X509Certificate own = issuer.chain().getFirst();
        X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                X500Name.getInstance(own.getSubjectX500Principal().getEncoded()),
                leaf.getSerialNumber(),
                Date.from(leaf.getNotBefore().toInstant()),
                Date.from(leaf.getNotAfter().toInstant()),
                X500Name.getInstance(new X500Principal("").getEncoded()),
                SubjectPublicKeyInfo.getInstance(key.getEncoded()));
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
            KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
        }));
        builder.addExtension(Extension.authorityKeyIdentifier, false, CertificateSigning.authorityKeyIdentifier(own));
        builder.addExtension(
                Extension.subjectAlternativeName,
                true,
                new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, id.toString())));
        return builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuer.key()))
                .toASN1Structure()
                .getTBSCertificate()
                .getEncoded();
    }
}
