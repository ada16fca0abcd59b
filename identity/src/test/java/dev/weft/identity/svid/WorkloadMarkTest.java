package dev.weft.identity.svid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.SvidVerifier;
import dev.weft.identity.verify.Verification;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Attribute;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectDirectoryAttributes;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;

final class WorkloadMarkTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final TrustDomain DOMAIN = TrustDomain.parse("cluster.local");
    private static final SpiffeId WEB = SpiffeId.ofServiceAccount(DOMAIN, "shop", "web");
    private static final WorkloadMark MARK = WorkloadMark.of("shop/web-1", "uid-1");

    private final TrustAnchor anchor =
            TrustAnchors.create("Test anchor", Duration.ofDays(10), Clock.fixed(NOW, ZoneOffset.UTC));
    private final Issuer issuer = Issuer.createUnder(anchor, DOMAIN, Duration.ofDays(1), NOW);

    private List<X509Certificate> issued(Holder holder) {
        return issuer.issue(KeyPairs.generateP256().getPublic(), WEB, holder, Duration.ofHours(1), NOW, Instant.EPOCH);
    }

    @Test
    void aCertificateSaysToWhomItWasIssuedAndIsAnSvidStill() {
        List<X509Certificate> chain = issued(Holder.of(MARK));

        assertThat(WorkloadMark.in(chain.getFirst())).contains(MARK);
        assertThat(SvidVerifier.verify(
                        chain, TrustBundles.of(TrustBundle.of(DOMAIN, List.of(anchor.certificate()))), NOW))
                .isInstanceOf(Verification.Verified.class);
        assertThat(WorkloadMark.in(issued(Holder.UNKNOWN).getFirst())).isEmpty();
    }

    /** As others read it. */
    @Test
    void itIsTheUniqueIdentifierAmongTheAttributesOfTheSubject() throws Exception {
        X509Certificate leaf = issued(Holder.of(MARK)).getFirst();

        assertThat(leaf.getCriticalExtensionOIDs()).doesNotContain(SubjectAttributes.EXTENSION);
        assertThat(WorkloadMark.in(withAttribute("2.5.4.45", new DERBitString(new byte[] {1, 2}))))
                .contains(new WorkloadMark("0102"));
        assertThat(new String(leaf.getEncoded(), java.nio.charset.StandardCharsets.ISO_8859_1))
                .doesNotContain("web-1", "uid-1");
    }

    @Test
    void whatElseIsSaidOfTheSubjectIsNoMarkAndWhatCannotBeReadIsNobodys() throws Exception {
        assertThat(WorkloadMark.in(withAttribute("2.5.4.5", new DERBitString(new byte[] {1}))))
                .isEmpty();
        for (ASN1Encodable wrong : List.of(DERNull.INSTANCE, new DERSequence())) {
            assertThat(WorkloadMark.in(withAttribute("2.5.4.45", wrong))).contains(new WorkloadMark(""));
        }
    }

    @Test
    void tellsWorkloadsAndThoseOfOneNameApart() {
        assertThat(List.of(
                        MARK,
                        WorkloadMark.of("shop/web-1"),
                        WorkloadMark.of("shop/web-1", "uid-2"),
                        WorkloadMark.of("shop/web-2", "uid-1")))
                .doesNotHaveDuplicates();
        assertThat(WorkloadMark.of("shop/web-1", "uid-1")).isEqualTo(MARK);
    }

    private static X509Certificate withAttribute(String type, ASN1Encodable value) throws Exception {
        java.security.KeyPair keys = KeyPairs.generateP256();
        X500Name name = new X500Name("CN=test");
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                name, BigInteger.ONE, Date.from(NOW), Date.from(NOW.plusSeconds(60)), name, keys.getPublic());
        Attribute attribute = new Attribute(new ASN1ObjectIdentifier(type), new DERSet(value));
        builder.addExtension(
                Extension.subjectDirectoryAttributes,
                false,
                SubjectDirectoryAttributes.getInstance(new DERSequence(attribute)));
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    }
}
