package dev.weft.control.state;

import dev.weft.files.state.StateFiles;
import dev.weft.identity.csr.CertificateSigningRequests;
import dev.weft.identity.csr.CsrVerifier;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.SpkiFingerprint;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Keys of issuers that are not signed yet, each with its signing request, in {@code pending/}. A request may be out for days
 * to be signed where the anchor's key is, so its key is deleted only when its certificate is in use.
 */
public final class PendingIssuers {

    /**
     * A request that waits to be signed.
     *
     * @param keySha256 of the key that the certificate is asked for
     */
    public record Request(String csrPem, SpkiFingerprint keySha256) {}

    /** Most that wait at a time. */
    public static final int MAX_WAITING = 8;

    private static final int MAX_FILE = 64 * 1024;
    private static final int NAME = 16;
    private static final String REQUEST = ".csr.pem";
    private static final String KEY = "-key.pem";

    private final Path directory;
    private final TrustDomain trustDomain;

    PendingIssuers(Path directory, TrustDomain trustDomain) {
        this.directory = directory;
        this.trustDomain = trustDomain;
    }

    /** Where they are. */
    public Path directory() {
        return directory;
    }

    /** Makes a key and a request, beside those that wait. */
    public Request create() throws IOException {
        KeyPair keys = KeyPairs.generateP256();
        SpkiFingerprint fingerprint = SpkiFingerprint.of(keys.getPublic());
        String csr = Pem.encodeCsr(CertificateSigningRequests.create(keys, trustDomain.id()));
        Path request = directory.resolve(fingerprint.hex().substring(0, NAME) + REQUEST);
        StateFiles.createDirectory(directory);
        StateFiles.write(keyOf(request), Pem.encodePrivateKey(keys.getPrivate()), StateFiles.PRIVATE);
        StateFiles.write(request, csr, StateFiles.PUBLIC);
        return new Request(csr, fingerprint);
    }

    /** Those that wait, the newest first. */
    public List<Request> requests() throws IOException {
        List<Request> requests = new ArrayList<>();
        for (Path file : files()) {
            try {
                requests.add(read(file));
            } catch (NoSuchFileException _) {
                // Its certificate came into use meanwhile.
            }
        }
        return requests;
    }

    /** The request for this key, if it waits. */
    public Optional<Request> request(SpkiFingerprint keySha256) throws IOException {
        return requests().stream()
                .filter(request -> request.keySha256().equals(keySha256))
                .findFirst();
    }

    /** The key of a request. */
    public Optional<PrivateKey> key(SpkiFingerprint keySha256) throws IOException {
        Optional<Path> request = file(keySha256);
        try {
            return request.isEmpty()
                    ? Optional.empty()
                    : Optional.of(Pem.decodePrivateKey(StateFiles.readPrivate(keyOf(request.get()), MAX_FILE)));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /** Deletes a request with its key; the others stay. */
    public void forget(SpkiFingerprint keySha256) throws IOException {
        Optional<Path> request = file(keySha256);
        if (request.isPresent()) {
            Files.deleteIfExists(request.get());
            Files.deleteIfExists(keyOf(request.get()));
        }
    }

    private Optional<Path> file(SpkiFingerprint keySha256) throws IOException {
        for (Path file : files()) {
            if (read(file).keySha256().equals(keySha256)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    private List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> listed = Files.newDirectoryStream(directory, "[!.]*" + REQUEST)) {
            listed.forEach(files::add);
        } catch (NoSuchFileException _) {
            return List.of();
        }
        files.sort(Comparator.comparingLong((Path file) -> file.toFile().lastModified())
                .reversed()
                .thenComparing(Comparator.naturalOrder()));
        return files;
    }

    private static Request read(Path file) throws IOException {
        String csr = StateFiles.readPublic(file, MAX_FILE);
        return new Request(
                csr, SpkiFingerprint.of(CsrVerifier.verify(Pem.decodeCsr(csr)).publicKey()));
    }

    private static Path keyOf(Path request) {
        String name = request.getFileName().toString();
        return request.resolveSibling(name.substring(0, name.length() - REQUEST.length()) + KEY);
    }
}
