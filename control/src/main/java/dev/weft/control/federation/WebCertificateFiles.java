package dev.weft.control.federation;

import dev.weft.control.federation.FederationSettings.WebCertificate;
import dev.weft.control.tls.ReplaceableCertificate;
import dev.weft.files.state.CheckedFiles;
import dev.weft.identity.keys.InvalidEncodingException;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.keys.PrivateKeys;
import dev.weft.mesh.state.StateException;
import java.io.IOException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The endpoint's certificate for {@code https_web}, from files that a renewal replaces. While the files cannot be used,
 * the former certificate stays in use.
 */
final class WebCertificateFiles {

    private static final Logger LOG = LoggerFactory.getLogger(WebCertificateFiles.class);
    private static final int MAX_FILE = 256 * 1024;

    private final WebCertificate files;
    private final ReplaceableCertificate shown = new ReplaceableCertificate();

    /**
     * Reads the files.
     *
     * @throws StateException if they cannot be used
     */
    WebCertificateFiles(WebCertificate files) throws IOException {
        this.files = files;
        read();
    }

    ReplaceableCertificate shown() {
        return shown;
    }

    void reload() {
        try {
            if (read()) {
                LOG.atInfo().addKeyValue("file", files.certificate()).log("bundle endpoint has a new certificate");
            }
        } catch (IOException | StateException e) {
            LOG.atWarn()
                    .addKeyValue("file", files.certificate())
                    .addKeyValue("reason", e.getMessage())
                    .log("certificate of the bundle endpoint cannot be read again, the former stays in use");
        }
    }

    private boolean read() throws IOException {
        List<X509Certificate> chain;
        PrivateKey key;
        try {
            // Symbolic links are followed: tools that renew certificates keep their files behind links.
            chain = Pem.decodeCertificates(
                    CheckedFiles.readPublic(files.certificate().toRealPath(), MAX_FILE));
            if (shown.chain().equals(chain)) {
                return false;
            }
            key = Pem.decodePrivateKey(CheckedFiles.readPrivate(files.key().toRealPath(), MAX_FILE));
        } catch (InvalidEncodingException e) {
            throw new StateException(
                    "bundle endpoint: " + files.certificate() + ", " + files.key() + ": " + e.getMessage(), e);
        }
        if (!PrivateKeys.matches(key, chain.getFirst().getPublicKey())) {
            throw new StateException(
                    "bundle endpoint: the key in " + files.key() + " is not that of the certificate in "
                            + files.certificate() + " (expected: a pair, on P-256 or P-384)");
        }
        shown.replace(chain, key);
        return true;
    }
}
