package dev.weft.proxy.identity;

import dev.weft.daemon.files.PrivateFiles;
import dev.weft.identity.keys.InvalidEncodingException;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.keys.Sha256;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.svid.X509Svid;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.SvidVerifier;
import dev.weft.identity.verify.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a workload's certificate with its key, and the anchors of its trust domain, on disk, so that a sidecar can
 * restart without a new join token. Without a directory for it, keys are in memory only. Safe for use by several
 * threads.
 */
public final class KeptSvid {
    /** The file of key and certificate, mode 0600: key first, then the chain, leaf first. */
    static final String SVID = "svid.pem";

    /** The file of the latest anchors: those that the sidecar was started with may be out of use by then. */
    static final String ANCHORS = "anchors.pem";

    /** The file with the SHA-256 of the token by which the workload joined: with another token it joins again. */
    static final String JOINED = "joined";

    private static final Logger LOG = LoggerFactory.getLogger(KeptSvid.class);
    private static final String CERTIFICATE = "-----BEGIN CERTIFICATE-----";
    private static final int MAX_FILE = 256 * 1024;

    private final Path directory;
    private final Optional<String> token;
    private final boolean joinsAnew;

    /**
     * Uses this directory, and creates it if it does not exist. Files that belong to another token are not used: a new
     * token means that the workload joins again.
     *
     * @param token the present join token
     * @throws IOException if it cannot be created, or others may read it or write into it
     */
    KeptSvid(Path directory, Optional<String> token) throws IOException {
        this.directory = directory.toAbsolutePath();
        this.token = token.map(Sha256::hex);
        PrivateFiles.createDirectory(this.directory);
        requirePrivate(this.directory, PrivateFiles.PRIVATE_DIRECTORY, "0700");
        Path joined = this.directory.resolve(JOINED);
        this.joinsAnew = this.token.isPresent()
                && Files.exists(joined, LinkOption.NOFOLLOW_LINKS)
                && !PrivateFiles.read(joined, MAX_FILE).strip().equals(this.token.get());
    }

    /**
     * Opens the directory, with the present join token of the file, if there is one. A workload token is not compared
     * with what is kept, because it changes by itself.
     *
     * @throws IOException if the directory cannot be created, or others may read it or write into it, or the token
     *     cannot be read
     */
    public static KeptSvid open(Path directory, Optional<Path> tokenFile) throws IOException {
        return new KeptSvid(
                directory,
                tokenFile.isEmpty()
                        ? Optional.empty()
                        : new TokenFile(tokenFile.get(), TokenFile.Kind.JOIN)
                                .find()
                                .map(TokenFile.Token::value));
    }

    /**
     * Returns the certificate that a former process kept, if it still proves this identity, and there is no new token.
     *
     * @throws IOException if it cannot be read, or others could have read it: then its key is no secret
     */
    public Optional<X509Svid> load(SpiffeId id, TrustBundles bundles, Instant now) throws IOException {
        Path file = directory.resolve(SVID);
        if (joinsAnew || !Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        requirePrivate(file, PrivateFiles.PRIVATE, "0600");
        String text = PrivateFiles.read(file, MAX_FILE);
        int chain = Math.max(text.indexOf(CERTIFICATE), 0);
        try {
            X509Svid svid = new X509Svid(
                    id, Pem.decodeCertificates(text.substring(chain)), Pem.decodePrivateKey(text.substring(0, chain)));
            if (SvidVerifier.verify(svid.chain(), bundles, now) instanceof Verification.Rejected rejected) {
                LOG.warn("The certificate kept in {} can no longer be used: {}", file, rejected);
                return Optional.empty();
            }
            return Optional.of(svid);
        } catch (InvalidEncodingException e) {
            throw new IOException(file + " is damaged: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " is not of this workload: " + e.getMessage(), e);
        }
    }

    /** Returns the kept anchors; empty if none were kept yet, or there is a new token. */
    public Optional<List<X509Certificate>> anchors() throws IOException {
        Path file = directory.resolve(ANCHORS);
        if (joinsAnew || !Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Pem.decodeCertificates(PrivateFiles.read(file, MAX_FILE)));
        } catch (InvalidEncodingException e) {
            throw new IOException(file + " is damaged: " + e.getMessage(), e);
        }
    }

    /**
     * Keeps this certificate in place of the former. A failure is only logged: the sidecar continues without a kept
     * certificate.
     */
    public void keep(X509Svid svid) {
        token.ifPresent(used -> write(JOINED, used + "\n"));
        write(SVID, Pem.encodePrivateKey(svid.key()) + Pem.encodeCertificates(svid.chain()));
    }

    /**
     * Keeps these anchors in place of the former. An empty list is not kept, because no control plane could be reached
     * with it.
     */
    public void keep(List<X509Certificate> anchors) {
        if (!anchors.isEmpty()) {
            write(ANCHORS, Pem.encodeCertificates(anchors));
        }
    }

    private synchronized void write(String name, String content) {
        try {
            PrivateFiles.replace(directory.resolve(name), content, PrivateFiles.PRIVATE);
        } catch (IOException e) {
            LOG.warn("Cannot keep {} in {}: after a restart a new join token may be needed: {}", name, directory, e);
        }
    }

    private static void requirePrivate(Path path, Set<PosixFilePermission> allowed, String mode) throws IOException {
        Set<PosixFilePermission> actual = Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
        if (!allowed.containsAll(actual)) {
            throw new IOException(path + " has mode " + PosixFilePermissions.toString(actual) + " (expected: " + mode
                    + "); other users could read its key: remove it and join with a new token");
        }
    }
}
