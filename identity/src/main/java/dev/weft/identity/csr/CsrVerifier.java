package dev.weft.identity.csr;

import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.keys.SignatureProvider;
import dev.weft.identity.spiffe.PeerText;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.ASN1IA5String;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;

/** Reads and verifies certificate signing requests (PKCS#10, RFC 2986) from other parties. Uses Bouncy Castle. */
public final class CsrVerifier {

    /** Largest request, in bytes of DER. A request with the longest SPIFFE ID has fewer than 2,500. */
    public static final int MAX_ENCODED = 8 * 1024;

    /** The hash that each accepted ECDSA algorithm signs. */
    private static final Map<ASN1ObjectIdentifier, String> HASHES = Map.of(
            X9ObjectIdentifiers.ecdsa_with_SHA256, "SHA-256",
            X9ObjectIdentifiers.ecdsa_with_SHA384, "SHA-384",
            X9ObjectIdentifiers.ecdsa_with_SHA512, "SHA-512");

    private CsrVerifier() {}

    /**
     * Reads a request, and verifies that it is signed by the key that it contains, on P-256 or P-384.
     *
     * @throws InvalidCsrException if the request is not valid
     */
    public static ParsedCsr verify(byte[] der) {
        return verify(der, SignatureProvider.JDK);
    }

    /**
     * Reads and verifies a request, with a chosen provider for the signature.
     *
     * @param signatures verifies the signature; for the JDK, Bouncy Castle is used instead, which takes a sixth of the
     *     time
     * @throws InvalidCsrException if the request is not valid
     */
    public static ParsedCsr verify(byte[] der, SignatureProvider signatures) {
        if (der.length > MAX_ENCODED) {
            throw new InvalidCsrException(der.length + " bytes (expected: <= " + MAX_ENCODED + ")");
        }
        try {
            PKCS10CertificationRequest request = new PKCS10CertificationRequest(der);
            ECPublicKey key = publicKey(request);
            verifySignature(request, key, signatures);
            return new ParsedCsr(key, uris(request));
        } catch (InvalidCsrException e) {
            throw e;
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            // Bouncy Castle throws many kinds of runtime exceptions on malformed bytes.
            throw new InvalidCsrException("cannot be read: " + PeerText.quote(String.valueOf(e.getMessage())), e);
        }
    }

    private static ECPublicKey publicKey(PKCS10CertificationRequest request)
            throws IOException, GeneralSecurityException {
        ASN1ObjectIdentifier algorithm =
                request.getSubjectPublicKeyInfo().getAlgorithm().getAlgorithm();
        if (!algorithm.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
            throw new InvalidCsrException("the key is of algorithm " + algorithm + " (expected: P-256 or P-384)");
        }
        byte[] spki = request.getSubjectPublicKeyInfo().getEncoded();
        PublicKey key = KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(spki));
        if (!KeyPairs.isAccepted(key) || !(key instanceof ECPublicKey elliptic)) {
            throw new InvalidCsrException("the key is on another elliptic curve (expected: P-256 or P-384)");
        }
        return elliptic;
    }

    private static void verifySignature(
            PKCS10CertificationRequest request, ECPublicKey key, SignatureProvider signatures)
            throws IOException, GeneralSecurityException {
        ASN1ObjectIdentifier oid = request.getSignatureAlgorithm().getAlgorithm();
        String hash = HASHES.get(oid);
        if (hash == null) {
            throw new InvalidCsrException("signed with algorithm " + oid + " (expected: ECDSA with SHA-2)");
        }
        byte[] signed = request.toASN1Structure().getCertificationRequestInfo().getEncoded();
        boolean verifies = signatures.provider().isPresent()
                ? verifies(
                        signatures.signature(hash.replace("-", "") + "withECDSA"), key, signed, request.getSignature())
                : CsrSignature.verifies(key, hash, signed, request.getSignature());
        if (!verifies) {
            throw new InvalidCsrException("the signature is not of the key it asks a certificate for");
        }
    }

    private static boolean verifies(Signature verifier, ECPublicKey key, byte[] signed, byte[] signature)
            throws GeneralSecurityException {
        verifier.initVerify(key);
        verifier.update(signed);
        return verifier.verify(signature);
    }

    private static List<String> uris(PKCS10CertificationRequest request) {
        if (request.getAttributes(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest).length == 0) {
            return List.of();
        }
        Extensions extensions = request.getRequestedExtensions();
        Extension names = extensions == null ? null : extensions.getExtension(Extension.subjectAlternativeName);
        if (names == null) {
            return List.of();
        }
        List<String> uris = new ArrayList<>();
        for (GeneralName name : GeneralNames.getInstance(names.getParsedValue()).getNames()) {
            if (name.getTagNo() == GeneralName.uniformResourceIdentifier) {
                uris.add(ASN1IA5String.getInstance(name.getName()).getString());
            }
        }
        return uris;
    }
}
