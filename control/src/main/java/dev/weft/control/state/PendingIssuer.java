package dev.weft.control.state;

import dev.weft.identity.csr.CertificateSigningRequests;
import dev.weft.identity.csr.CsrVerifier;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.SpkiFingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.util.Optional;

/** The key of an issuer that is not signed yet, with its signing request, in {@code pending/}. One at a time. */
public final class PendingIssuer {

    /**
     * A request that waits to be signed.
     *
     * @param keySha256 of the key that the certificate is asked for
     */
    public record Request(String csrPem, SpkiFingerprint keySha256) {}

    private static final int MAX_FILE = 64 * 1024;

    private final Path directory;
    private final TrustDomain trustDomain;

    PendingIssuer(Path directory, TrustDomain trustDomain) {
        this.directory = directory;
        this.trustDomain = trustDomain;
    }

    /** Makes a key and a request. One made before is forgotten. */
    public Request create() throws IOException {
        KeyPair keys = KeyPairs.generateP256();
        String csr = Pem.encodeCsr(CertificateSigningRequests.create(keys, trustDomain.id()));
        StateFiles.createDirectory(directory);
        forget();
        StateFiles.write(keyFile(), Pem.encodePrivateKey(keys.getPrivate()), StateFiles.PRIVATE);
        StateFiles.write(requestFile(), csr, StateFiles.PUBLIC);
        return new Request(csr, SpkiFingerprint.of(keys.getPublic()));
    }

    /** The request that waits, if there is one. */
    public Optional<Request> request() throws IOException {
        try {
            String csr = StateFiles.readPublic(requestFile(), MAX_FILE);
            return Optional.of(new Request(
                    csr,
                    SpkiFingerprint.of(CsrVerifier.verify(Pem.decodeCsr(csr)).publicKey())));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /** The key of the request. */
    public Optional<PrivateKey> key() throws IOException {
        try {
            return Optional.of(Pem.decodePrivateKey(StateFiles.readPrivate(keyFile(), MAX_FILE)));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /** Deletes request and key. */
    public void forget() throws IOException {
        Files.deleteIfExists(requestFile());
        Files.deleteIfExists(keyFile());
    }

    private Path keyFile() {
        return directory.resolve("issuer-key.pem");
    }

    private Path requestFile() {
        return directory.resolve("issuer.csr.pem");
    }
}
