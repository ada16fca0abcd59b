package dev.weft.cli.mesh;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The certificate chain by which a sidecar proves its identity, in a form to print.
 *
 * @param spiffeId the only URI of the leaf
 * @param trustDomain the authority of that URI
 * @param dnsNames DNS names of the leaf
 * @param links the certificates, leaf first
 */
public record CertificateChain(
        String spiffeId, String trustDomain, List<String> dnsNames, List<Link> links, String pem) {

    // GeneralName tags, RFC 5280 section 4.2.1.6.
    private static final int DNS_NAME = 2;
    private static final int URI = 6;
    private static final String SCHEME = "spiffe://";

    public CertificateChain {
        dnsNames = List.copyOf(dnsNames);
        links = List.copyOf(links);
    }

    /**
     * One certificate.
     *
     * @param subject its distinguished name; for a leaf without one, its SPIFFE ID
     * @param serialNumber hexadecimal
     * @param keyType such as {@code EC P-256}
     */
    public record Link(
            String subject, String issuer, String serialNumber, Instant notBefore, Instant notAfter, String keyType) {}

    /**
     * Reads a chain, leaf first.
     *
     * @throws IOException if the text is not the certificate chain of a workload
     */
    public static CertificateChain parse(String pem) throws IOException {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            var bytes = new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(bytes)) {
                certificates.add((X509Certificate) certificate);
            }
        } catch (CertificateException e) {
            throw new IOException("the sidecar's certificate cannot be read: " + e.getMessage(), e);
        }
        if (certificates.isEmpty()) {
            throw new IOException("the sidecar has no certificate yet");
        }
        List<String> uris = names(certificates.getFirst(), URI);
        if (uris.size() != 1 || !uris.getFirst().startsWith(SCHEME)) {
            throw new IOException("the sidecar's certificate names " + uris + " (expected: one SPIFFE ID)");
        }
        String id = uris.getFirst();
        String trustDomain = id.substring(SCHEME.length()).split("/", 2)[0];
        List<Link> links = certificates.stream().map(each -> link(each, id)).toList();
        return new CertificateChain(id, trustDomain, names(certificates.getFirst(), DNS_NAME), links, pem);
    }

    private static Link link(X509Certificate certificate, String id) {
        String subject = certificate.getSubjectX500Principal().getName();
        return new Link(
                subject.isEmpty() ? id : subject,
                certificate.getIssuerX500Principal().getName(),
                certificate.getSerialNumber().toString(16),
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant(),
                keyType(certificate.getPublicKey()));
    }

    private static String keyType(PublicKey key) {
        return switch (key) {
            case ECPublicKey ec ->
                "EC P-" + ec.getParams().getCurve().getField().getFieldSize();
            case RSAPublicKey rsa -> "RSA " + rsa.getModulus().bitLength();
            default -> key.getAlgorithm();
        };
    }

    private static List<String> names(X509Certificate certificate, int tag) throws IOException {
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            return all == null
                    ? List.of()
                    : all.stream()
                            .filter(name -> name.getFirst().equals(tag))
                            .map(name -> String.valueOf(name.get(1)))
                            .toList();
        } catch (CertificateParsingException e) {
            throw new IOException("the names in the sidecar's certificate cannot be read: " + e.getMessage(), e);
        }
    }
}
