package dev.weft.identity.issue;

import dev.weft.identity.csr.CsrVerifier;
import dev.weft.identity.csr.InvalidCsrException;
import dev.weft.identity.spiffe.PeerText;
import dev.weft.identity.spiffe.TrustDomain;
import java.io.IOException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;

/**
 * Signing requests for the certificate of a trust domain's issuer. A request is made in the cluster, where the issuer's
 * key stays, and signed where the anchor's key is. Only the key of a request gets into the certificate. A request for
 * more than an issuer gets is refused, so that no one thinks it was granted. Its subject is ignored.
 */
public final class IssuerRequests {

    /**
     * The extensions that a request may contain. The certificate always gets the standard key usage and key identifier
     * of issuers.
     */
    private static final Set<ASN1ObjectIdentifier> EXPECTED = Set.of(
            Extension.subjectAlternativeName,
            Extension.basicConstraints,
            Extension.keyUsage,
            Extension.subjectKeyIdentifier);

    private IssuerRequests() {}

    /**
     * Signs a request, if it is for an issuer of the stated trust domain.
     *
     * @param csr PKCS#10, DER
     * @param stated trust domain, as the signer states it; the request alone is not trusted
     * @throws IssuingException with the reason, if the request is not signed by its key, or asks for another trust
     *     domain, other names, a longer path or another extension; if the issuer would outlive the anchor; or if {@link
     *     TrustAnchors#signIssuer} refuses
     */
    public static X509Certificate sign(
            TrustAnchor anchor, byte[] csr, TrustDomain stated, Duration lifetime, Instant now) {
        PublicKey key = checkedKey(csr, stated);
        Instant anchorEnd = anchor.certificate().getNotAfter().toInstant();
        if (now.plus(lifetime).isAfter(anchorEnd)) {
            throw new IssuingException(
                    "the issuer would end at " + now.plus(lifetime) + " and the trust anchor before it, at " + anchorEnd
                            + " (expected: a lifetime within the anchor's)");
        }
        return TrustAnchors.signIssuer(anchor, key, stated, lifetime, now);
    }

    /**
     * Returns the key of a request for an issuer of this trust domain.
     *
     * @throws IssuingException with the reason, if it is not such a request, or asks for more
     */
    static PublicKey checkedKey(byte[] csr, TrustDomain stated) {
        try {
            PublicKey key = CsrVerifier.verify(csr).publicKey();
            PKCS10CertificationRequest request = new PKCS10CertificationRequest(csr);
            Attribute[] lists = request.getAttributes(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest);
            if (lists.length == 0) {
                throw refused("it names no trust domain (expected: the URI " + stated.id() + ")");
            }
            if (lists.length > 1 || lists[0].getAttrValues().size() != 1) {
                throw refused("it has several lists of extensions (expected: one)");
            }
            Extensions requested = request.getRequestedExtensions();
            for (ASN1ObjectIdentifier oid : requested.getExtensionOIDs()) {
                if (!EXPECTED.contains(oid)) {
                    throw refused("it asks for extension " + oid + ", which no issuer gets");
                }
            }
            checkNames(requested, stated);
            checkPath(requested);
            return key;
        } catch (InvalidCsrException e) {
            throw new IssuingException(String.valueOf(e.getMessage()), e);
        } catch (IssuingException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // Bouncy Castle throws many kinds of runtime exceptions on malformed bytes.
            throw new IssuingException(
                    "certificate signing request: cannot be read: " + PeerText.quote(String.valueOf(e.getMessage())),
                    e);
        }
    }

    private static void checkNames(Extensions requested, TrustDomain stated) {
        Extension extension = requested.getExtension(Extension.subjectAlternativeName);
        GeneralName[] names = extension == null
                ? new GeneralName[0]
                : GeneralNames.getInstance(extension.getParsedValue()).getNames();
        if (names.length != 1) {
            throw refused("it asks for " + names.length + " names (expected: one, the URI " + stated.id()
                    + ", and no other)");
        }
        GeneralName name = names[0];
        if (name.getTagNo() != GeneralName.uniformResourceIdentifier) {
            throw refused("it asks for the name " + PeerText.quote(name.toString()) + " (expected: the URI "
                    + stated.id() + ")");
        }
        String uri = name.getName().toString();
        if (!uri.equals(stated.id().toString())) {
            throw refused("it is for " + PeerText.quote(uri) + " (expected: " + stated.id() + ", as was stated)");
        }
    }

    private static void checkPath(Extensions requested) {
        BasicConstraints constraints = BasicConstraints.fromExtensions(requested);
        if (constraints == null) {
            return;
        }
        if (!constraints.isCA()) {
            throw refused("it asks for a certificate that may not sign (cA=false; expected: a CA)");
        }
        if (constraints.getPathLenConstraintInteger() == null) {
            throw refused("it asks for a path of any length (expected: path length 0, leaves only)");
        }
        if (constraints.getPathLenConstraintInteger().getValue().signum() != 0) {
            throw refused("it asks for path length " + constraints.getPathLenConstraintInteger()
                    + " (expected: 0, leaves only)");
        }
    }

    private static IssuingException refused(String reason) {
        return new IssuingException("certificate signing request: " + reason);
    }
}
