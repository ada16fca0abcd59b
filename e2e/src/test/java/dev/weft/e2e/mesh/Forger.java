package dev.weft.e2e.mesh;

import java.io.StringReader;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes certificates, right ones and wrong ones, under the very issuer of a mesh or under one of its own. */
public final class Forger {

    private final X509CertificateHolder issuer;
    private final PrivateKey issuerKey;

    private Forger(X509CertificateHolder issuer, PrivateKey issuerKey) {
        this.issuer = issuer;
        this.issuerKey = issuerKey;
    }

    /** A forger who has stolen the mesh's issuer key. */
    public static Forger withKeyOf(Mesh mesh) throws Exception {
        Path control = mesh.state().resolve("control");
        return new Forger(
                (X509CertificateHolder) read(control.resolve("issuer.pem")),
                new JcaPEMKeyConverter().getPrivateKey((PrivateKeyInfo) read(control.resolve("issuer-key.pem"))));
    }

    /** A forger with a CA of their own, for another trust domain. */
    public static Forger ofTrustDomain(String trustDomain) throws Exception {
        KeyPair keys = p256();
        Instant now = Instant.now();
        X509v3CertificateBuilder ca = new JcaX509v3CertificateBuilder(
                new X500Name("CN=" + trustDomain),
                BigInteger.TWO,
                Date.from(now.minus(Duration.ofHours(1))),
                Date.from(now.plus(Duration.ofHours(1))),
                new X500Name("CN=" + trustDomain),
                keys.getPublic());
        ca.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
        ca.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
        return new Forger(
                ca.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())), keys.getPrivate());
    }

    /** A leaf that differs from a right one in what the caller says; files {@code <name>.pem} and {@code <name>-key.pem}. */
    public Leaf leaf(Path directory, String name, String spiffeId, Instant notBefore, Instant notAfter, int keyUsage)
            throws Exception {
        KeyPair keys = p256();
        X509v3CertificateBuilder leaf = new X509v3CertificateBuilder(
                issuer.getSubject(),
                new BigInteger(120, new java.security.SecureRandom()),
                Date.from(notBefore),
                Date.from(notAfter),
                new X500Name(new org.bouncycastle.asn1.x500.RDN[0]),
                org.bouncycastle.asn1.x509.SubjectPublicKeyInfo.getInstance(
                        keys.getPublic().getEncoded()));
        leaf.addExtension(
                Extension.subjectAlternativeName,
                true,
                new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, spiffeId)));
        leaf.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        leaf.addExtension(Extension.keyUsage, true, new KeyUsage(keyUsage));
        leaf.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
            KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
        }));
        X509CertificateHolder signed = leaf.build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuerKey));
        Path chain = directory.resolve(name + ".pem");
        Path key = directory.resolve(name + "-key.pem");
        Files.writeString(chain, pem("CERTIFICATE", signed.getEncoded()) + pem("CERTIFICATE", issuer.getEncoded()));
        Files.writeString(key, pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
        return new Leaf(chain, key);
    }

    /** A leaf that is right in everything. */
    public Leaf goodLeaf(Path directory, String name, String spiffeId) throws Exception {
        Instant now = Instant.now();
        return leaf(
                directory,
                name,
                spiffeId,
                now.minus(Duration.ofMinutes(1)),
                now.plus(Duration.ofMinutes(30)),
                KeyUsage.digitalSignature);
    }

    /**
     * A certificate chain and its key, as files.
     *
     * @param chain PEM, leaf first
     * @param key PEM, PKCS#8
     */
    public record Leaf(Path chain, Path key) {}

    private static KeyPair p256() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static Object read(Path pem) throws Exception {
        try (PEMParser parser = new PEMParser(new StringReader(Files.readString(pem)))) {
            Object first = parser.readObject();
            if (first == null) {
                throw new AssertionError("nothing in " + pem);
            }
            return first;
        }
    }

    private static String pem(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + type + "-----\n";
    }

    /** The issuer's certificate. */
    public X509Certificate issuer() throws Exception {
        return new org.bouncycastle.cert.jcajce.JcaX509CertificateConverter().getCertificate(issuer);
    }
}
