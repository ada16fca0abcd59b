package dev.weft.control.federation;

import dev.weft.control.tls.ReplaceableCertificate;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.keys.Certificates;
import dev.weft.identity.keys.KeyPairs;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Certificates such as web servers have. */
public final class WebCertificates {

    /** A certificate with its key. */
    public record Made(X509Certificate certificate, KeyPair keys) {

        ReplaceableCertificate shown() {
            ReplaceableCertificate shown = new ReplaceableCertificate();
            shown.replace(List.of(certificate), keys.getPrivate());
            return shown;
        }
    }

    private WebCertificates() {}

    /** For this DNS name, by this CA. */
    public static Made make(TrustAnchor ca, String name) throws Exception {
        KeyPair keys = KeyPairs.generateP256();
        Instant now = Clock.systemUTC().instant();
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                ca.certificate().getSubjectX500Principal(),
                BigInteger.valueOf(now.toEpochMilli()),
                Date.from(now.minus(Duration.ofMinutes(1))),
                Date.from(now.plus(Duration.ofHours(1))),
                new X500Principal("CN=" + name),
                keys.getPublic());
        builder.addExtension(
                Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName(GeneralName.dNSName, name)));
        byte[] der = builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(ca.key()))
                .getEncoded();
        return new Made(Certificates.decode(der), keys);
    }
}
