package dev.weft.identity.verify;

import dev.weft.identity.keys.Certificates;
import dev.weft.identity.keys.KeyPairs;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** Makes certificates for tests, right ones to begin with, in which any one thing can be made wrong. */
public final class Recipe {

    public static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    /** A certificate with its key. */
    public record Made(X509Certificate certificate, KeyPair keys) {}

    private record Extra(ASN1ObjectIdentifier oid, boolean critical, ASN1Encodable value) {}

    private String subject = "";
    private @Nullable Made issuer;
    private @Nullable String issuerName;
    private final List<GeneralName> names = new ArrayList<>();
    private boolean namesCritical = true;
    private @Nullable Integer usage;
    private boolean usageCritical = true;
    private KeyPurposeId @Nullable [] purposes;
    private @Nullable BasicConstraints constraints;
    private final List<GeneralSubtree> permitted = new ArrayList<>();
    private final List<GeneralSubtree> excluded = new ArrayList<>();
    private final List<Extra> extras = new ArrayList<>();
    private Instant notBefore = NOW.minusSeconds(30);
    private Instant notAfter = NOW.plus(Duration.ofDays(1));
    private KeyPair keys = KeyPairs.generateP256();
    private String algorithm = "SHA256withECDSA";
    private BigInteger serialNumber = new BigInteger(100, new SecureRandom()).add(BigInteger.ONE);

    /** A leaf as it should be. */
    public static Recipe leaf(Made issuer, String uri) {
        Recipe recipe = new Recipe().issuer(issuer).uri(uri).usage(KeyUsage.digitalSignature);
        recipe.purposes = new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth};
        recipe.constraints = new BasicConstraints(false);
        return recipe;
    }

    /** A self-signed anchor as it should be. */
    public static Recipe anchor(String subject) {
        Recipe recipe = new Recipe().subject(subject).usage(KeyUsage.keyCertSign | KeyUsage.cRLSign);
        recipe.constraints = new BasicConstraints(true);
        recipe.notAfter = NOW.plus(Duration.ofDays(3650));
        return recipe;
    }

    /** An issuer as it should be, without name constraints. */
    public static Recipe issuer(Made above, String subject) {
        Recipe recipe = anchor(subject).issuer(above);
        recipe.notAfter = NOW.plus(Duration.ofDays(30));
        return recipe;
    }

    public Recipe subject(String name) {
        this.subject = name;
        return this;
    }

    public Recipe issuer(Made made) {
        this.issuer = made;
        return this;
    }

    public Recipe issuerName(String name) {
        this.issuerName = name;
        return this;
    }

    public Recipe uri(String uri) {
        return name(GeneralName.uniformResourceIdentifier, uri);
    }

    public Recipe name(int kind, String value) {
        names.add(new GeneralName(kind, value));
        return this;
    }

    public Recipe noNames() {
        names.clear();
        return this;
    }

    public Recipe namesNotCritical() {
        this.namesCritical = false;
        return this;
    }

    public Recipe usage(int bits) {
        this.usage = bits;
        return this;
    }

    public Recipe noUsage() {
        this.usage = null;
        return this;
    }

    public Recipe usageNotCritical() {
        this.usageCritical = false;
        return this;
    }

    public Recipe purposes(KeyPurposeId... ids) {
        this.purposes = ids.length == 0 ? null : ids;
        return this;
    }

    public Recipe ca(boolean yes) {
        this.constraints = new BasicConstraints(yes);
        return this;
    }

    public Recipe pathLength(int length) {
        this.constraints = new BasicConstraints(length);
        return this;
    }

    public Recipe noBasicConstraints() {
        this.constraints = null;
        return this;
    }

    public Recipe permit(int kind, String base) {
        permitted.add(new GeneralSubtree(new GeneralName(kind, base)));
        return this;
    }

    public Recipe permitUri(String host) {
        return permit(GeneralName.uniformResourceIdentifier, host);
    }

    public Recipe excludeUri(String host) {
        excluded.add(new GeneralSubtree(new GeneralName(GeneralName.uniformResourceIdentifier, host)));
        return this;
    }

    public Recipe unknownExtension(boolean critical) {
        return extension("1.3.6.1.4.1.99999.1", critical, DERNull.INSTANCE);
    }

    public Recipe extension(String oid, boolean critical, ASN1Encodable value) {
        extras.add(new Extra(new ASN1ObjectIdentifier(oid), critical, value));
        return this;
    }

    /** Gives its key this identifier. */
    public Recipe keyIdentifier(int... bytes) {
        return extension(Extension.subjectKeyIdentifier.getId(), false, new SubjectKeyIdentifier(octets(bytes)));
    }

    /** Says that it is signed by the key of this identifier. */
    public Recipe signerIdentifier(int... bytes) {
        return signer(new AuthorityKeyIdentifier(octets(bytes)));
    }

    /** Says by which certificate's key it is signed. */
    public Recipe signer(AuthorityKeyIdentifier identifier) {
        return extension(Extension.authorityKeyIdentifier.getId(), false, identifier);
    }

    private static byte[] octets(int... values) {
        byte[] octets = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            octets[i] = (byte) values[i];
        }
        return octets;
    }

    public Recipe serialNumber(BigInteger number) {
        this.serialNumber = number;
        return this;
    }

    public Recipe validity(Instant from, Instant to) {
        this.notBefore = from;
        this.notAfter = to;
        return this;
    }

    public Recipe keys(KeyPair pair, String signatureOfIssuer) {
        this.keys = pair;
        this.algorithm = signatureOfIssuer;
        return this;
    }

    public Made make() {
        return new Made(Certificates.decode(der()), keys);
    }

    /** The bytes, which need not be a certificate that the JDK reads. */
    public byte[] der() {
        try {
            X500Name signer = new X500Name(
                    issuerName != null
                            ? issuerName
                            : issuer == null
                                    ? subject
                                    : issuer.certificate()
                                            .getSubjectX500Principal()
                                            .getName());
            X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                    signer,
                    serialNumber,
                    Date.from(notBefore),
                    Date.from(notAfter),
                    new X500Name(subject),
                    SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()));
            addExtensions(builder);
            KeyPair signing = issuer == null ? keys : issuer.keys();
            return builder.build(new JcaContentSignerBuilder(algorithm).build(signing.getPrivate()))
                    .getEncoded();
        } catch (Exception e) {
            throw new AssertionError("the test cannot make its certificate", e);
        }
    }

    public X509Certificate certificate() {
        return make().certificate();
    }

    private void addExtensions(X509v3CertificateBuilder builder) throws Exception {
        if (!names.isEmpty()) {
            GeneralNames all = new GeneralNames(names.toArray(new GeneralName[0]));
            builder.addExtension(Extension.subjectAlternativeName, namesCritical, all);
        }
        if (usage != null) {
            builder.addExtension(Extension.keyUsage, usageCritical, new KeyUsage(usage));
        }
        if (purposes != null) {
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
        }
        if (constraints != null) {
            builder.addExtension(Extension.basicConstraints, true, constraints);
        }
        if (!permitted.isEmpty() || !excluded.isEmpty()) {
            builder.addExtension(
                    Extension.nameConstraints, true, new NameConstraints(subtrees(permitted), subtrees(excluded)));
        }
        for (Extra extra : extras) {
            builder.addExtension(extra.oid(), extra.critical(), extra.value());
        }
    }

    private static GeneralSubtree @Nullable [] subtrees(List<GeneralSubtree> list) {
        return list.isEmpty() ? null : list.toArray(new GeneralSubtree[0]);
    }
}
